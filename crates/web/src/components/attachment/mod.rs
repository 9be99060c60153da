//! One file of a message: where it stands, and how to open it once it is here.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;
use domain::attachments::{AttachmentState, AttachmentTrouble};
use domain::media::Format;
use domain::media::download::{self, Player};
use domain::messages::MessageKind;
use usecases::conversations::Attachment;

use crate::components::held::Point;
use crate::words::{Language, Words};

/// A file.
#[derive(Debug, Clone, Template)]
#[template(path = "components/attachment/attachment.html")]
pub(crate) struct ShownAttachment {
    w: Words,
    name: String,
    /// "Foto, 2,4 MB".
    what: String,
    /// Where to open it, once it is here.
    open: Option<String>,
    picture: Option<Picture>,
    /// How it is played, where a browser can.
    player: Option<Player>,
    /// Where it stands, while it is not here; why it is only saved, where it would be shown otherwise.
    standing: Option<Standing>,
    /// Where a person has it fetched at once, when that failed before.
    again: Option<String>,
    taken_at: Option<Point>,
}

/// A small picture of the file, with its size, so that the page does not jump when it comes.
#[derive(Debug, Clone)]
struct Picture {
    address: String,
    alt: String,
    width: u32,
    height: u32,
}

/// Where a file stands.
#[derive(Debug, Clone)]
struct Standing {
    tone: &'static str,
    words: String,
}

/// How fast sound can be played: the number for a browser, and what people read.
const SPEEDS: [(&str, &str); 5] =
    [("0.75", "0,75×"), ("1", "1×"), ("1.25", "1,25×"), ("1.5", "1,5×"), ("2", "2×")];

/// The longest side of a thumbnail, in pixels, as it is shown.
const SHOWN_PIXELS: u32 = 320;

impl ShownAttachment {
    /// A file as the visitor sees it. Where nobody says of what type it is, `kind_of_message` does.
    pub(crate) fn of(w: Words, attachment: &Attachment, kind_of_message: MessageKind) -> Self {
        let here = attachment.state == AttachmentState::Kept;
        Self {
            w,
            name: attachment
                .file_name
                .clone()
                .unwrap_or_else(|| w.kind(kind(attachment, kind_of_message)).to_owned()),
            what: what(w, attachment, kind_of_message),
            open: here.then(|| format!("/bijlagen/{}", attachment.id)),
            picture: picture(w, attachment).filter(|_| here),
            player: player(attachment).filter(|_| here),
            standing: standing(w, attachment),
            // What is on its way for the first time needs nobody's help.
            again: (attachment.trouble.is_some() && attachment.state.may_be_tried_again())
                .then(|| format!("/bijlagen/{}/herhaling", attachment.id)),
            taken_at: attachment.taken_at.map(Point::of),
        }
    }
}

impl ShownAttachment {
    /// The id of the field for how fast sound is played.
    fn speed(&self) -> Option<String> {
        let id = self.open.as_ref()?.rsplit('/').next()?;
        matches!(self.player, Some(Player::Sound)).then(|| format!("snelheid-{id}"))
    }

    /// The picture of what it is; the words beside it say it, too.
    fn icon(&self) -> &'static str {
        match (&self.picture, &self.player) {
            (Some(_), _) => "image",
            (_, Some(Player::Sound)) => "mic",
            (_, Some(Player::Film)) => "video",
            _ if self.open.is_none() => "file-question-mark",
            _ => "file-text",
        }
    }
}

fn kind(attachment: &Attachment, kind_of_message: MessageKind) -> MessageKind {
    let stated = attachment.media_type.as_deref().or(attachment.stated_type.as_deref());
    match (stated, kind_of_message) {
        (Some(stated), _) => domain::attachments::kind_of(stated),
        (None, kind @ (MessageKind::Image | MessageKind::Video | MessageKind::Audio)) => kind,
        (None, MessageKind::Voice) => MessageKind::Audio,
        (None, _) => MessageKind::Document,
    }
}

/// What it is and how large; where its name says what it is already, only how large.
fn what(w: Words, attachment: &Attachment, kind_of_message: MessageKind) -> String {
    let named = attachment
        .file_name
        .as_ref()
        .map(|_| w.kind(kind(attachment, kind_of_message)).to_owned());
    let size = attachment.bytes.map(|bytes| size(w.language, bytes));
    named.into_iter().chain(size).collect::<Vec<_>>().join(", ")
}

/// A size as people read it: "812 kB", "2,4 MB".
fn size(language: Language, bytes: u64) -> String {
    let (tenths, unit) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => return format!("{} kB", bytes.div_ceil(1_000)),
        _ => (bytes.div_ceil(100_000), "MB"),
    };
    let point = if language == Language::Nl { ',' } else { '.' };
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        rest => format!("{}{point}{rest} {unit}", tenths / 10),
    }
}

/// What is only ever saved is not played either.
fn player(attachment: &Attachment) -> Option<Player> {
    let format = attachment.media_type.as_deref().and_then(Format::of_media_type)?;
    download::player(format).filter(|_| attachment.trouble.is_none())
}

fn picture(w: Words, attachment: &Attachment) -> Option<Picture> {
    attachment.thumbnail?;
    let (width, height) = shown_size(attachment.size?);
    let alt = match &attachment.file_name {
        Some(name) => w.file_picture_of(name),
        None => w.file_picture().to_owned(),
    };
    Some(Picture {
        address: format!("/bijlagen/{}/klein", attachment.id),
        alt,
        width,
        height,
    })
}

/// Within [`SHOWN_PIXELS`], in the same proportions, never larger than it is.
fn shown_size((width, height): (u32, u32)) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let shown = longest.min(SHOWN_PIXELS);
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(shown) / u64::from(longest);
        u32::try_from(side).unwrap_or(SHOWN_PIXELS).max(1)
    };
    (scaled(width), scaled(height))
}

fn standing(w: Words, attachment: &Attachment) -> Option<Standing> {
    let why = attachment.trouble.map(|trouble| words_of(w, trouble)).unwrap_or_default();
    let (tone, words) = match attachment.state {
        AttachmentState::Kept if why.is_empty() => return None,
        AttachmentState::Kept => ("waiting", w.file_only_saved(why)),
        AttachmentState::Waiting | AttachmentState::Fetching if why.is_empty() => {
            ("waiting", w.file_waiting().to_owned())
        }
        AttachmentState::Waiting | AttachmentState::Fetching => ("waiting", w.file_waiting_why(why)),
        AttachmentState::Failed => ("failed", w.file_failed(why)),
        AttachmentState::Refused => ("failed", w.file_refused(why)),
        AttachmentState::Lost if was_never_given(attachment) => ("failed", w.file_never_given(why)),
        AttachmentState::Lost => ("failed", w.file_lost(why)),
    };
    Some(Standing { tone, words })
}

/// Whether the channel said at once that we would not get it: then nothing of it was ever ours to lose.
fn was_never_given(attachment: &Attachment) -> bool {
    use AttachmentTrouble::{NotPassedOn, TooLargeForChannel};
    matches!(attachment.trouble, Some(NotPassedOn | TooLargeForChannel))
}

/// Why a file is not here, or is not shown, in a sentence.
fn words_of(w: Words, trouble: AttachmentTrouble) -> &'static str {
    match trouble {
        AttachmentTrouble::NotGiven => w.trouble_not_given(),
        AttachmentTrouble::Expired => w.trouble_expired(),
        AttachmentTrouble::Credentials => w.trouble_credentials(),
        AttachmentTrouble::TooLarge => w.trouble_too_large(),
        AttachmentTrouble::Damaged => w.trouble_damaged(),
        AttachmentTrouble::Forbidden => w.trouble_forbidden(),
        AttachmentTrouble::Infected => w.trouble_infected(),
        AttachmentTrouble::NotScanned => w.trouble_not_scanned(),
        AttachmentTrouble::NoRoom => w.trouble_no_room(),
        AttachmentTrouble::NotPassedOn => w.trouble_not_passed_on(),
        AttachmentTrouble::TooLargeForChannel => w.trouble_too_large_for_channel(),
        AttachmentTrouble::NotJudged => w.trouble_not_judged(),
        AttachmentTrouble::NotShown => w.trouble_not_shown(),
        AttachmentTrouble::PlaceUnsure => w.trouble_place_unsure(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_people_write_it() {
        let check = |bytes, dutch: &str, english: &str| {
            assert_eq!(size(Language::Nl, bytes), dutch);
            assert_eq!(size(Language::En, bytes), english);
        };
        check(0, "0 B", "0 B");
        check(999, "999 B", "999 B");
        check(1_000, "1 kB", "1 kB");
        check(812_345, "813 kB", "813 kB");
        check(2_400_000, "2,4 MB", "2.4 MB");
        check(94_371_840, "94,4 MB", "94.4 MB");
        check(100_000_000, "100 MB", "100 MB");
    }

    #[test]
    fn a_picture_keeps_its_proportions_and_is_never_blown_up() {
        assert_eq!(shown_size((4_000, 3_000)), (320, 240));
        assert_eq!(shown_size((3_000, 4_000)), (240, 320));
        assert_eq!(shown_size((100, 40)), (100, 40));
        assert_eq!(shown_size((u32::MAX, 1)), (320, 1));
        assert_eq!(shown_size((0, 0)), (1, 1));
    }
}
