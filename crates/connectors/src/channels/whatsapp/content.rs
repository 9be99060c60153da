//! What a message says: its kind, and the text or caption in it.

use domain::limits::INBOUND_CHARACTERS;
use domain::messages::MessageKind;

use super::wire;
use crate::text;

/// Characters kept of the platform's own word for a kind.
const KIND_CHARACTERS: usize = 100;

/// What a message says.
pub(super) struct Content {
    pub(super) kind: MessageKind,
    pub(super) platform_kind: String,
    pub(super) text: Option<String>,
}

/// Reads it. A kind that we do not know stays visible under the platform's word for it.
///
/// A message in a group is of a kind that we do not know, whatever it holds: an answer of ours would reach its author in
/// private, so nobody may take it for a question that was put to us.
pub(super) fn of(message: &wire::Message<'_>) -> Content {
    let word = text::kind(message.kind.text(), KIND_CHARACTERS);
    let said = said(message, &word);
    let text = said.and_then(|said| text::body(&said, INBOUND_CHARACTERS));
    if message.group_id.text().is_some() {
        return Content {
            kind: MessageKind::Unknown,
            platform_kind: format!("group/{word}"),
            text,
        };
    }
    Content {
        kind: kind(message, &word),
        platform_kind: platform_kind(message, word),
        text,
    }
}

fn kind(message: &wire::Message<'_>, word: &str) -> MessageKind {
    match word {
        "text" => MessageKind::Text,
        "image" => MessageKind::Image,
        "video" => MessageKind::Video,
        "audio" if message.audio.as_ref().is_some_and(|audio| audio.voice) => MessageKind::Voice,
        "audio" => MessageKind::Audio,
        "document" => MessageKind::Document,
        "sticker" => MessageKind::Sticker,
        "location" => MessageKind::Location,
        "contacts" => MessageKind::Contacts,
        "interactive" => MessageKind::Interactive,
        "button" => MessageKind::Button,
        "order" => MessageKind::Order,
        "template" => MessageKind::Template,
        "unsupported" => MessageKind::Unsupported,
        _ => MessageKind::Unknown,
    }
}

/// The platform's word; where it says more precisely what it could not pass on or was answered, with that behind it.
fn platform_kind(message: &wire::Message<'_>, word: String) -> String {
    let finer = match word.as_str() {
        "unsupported" => message.unsupported.as_ref().and_then(|unsupported| unsupported.kind.text()),
        "interactive" => message.interactive.as_ref().and_then(|interactive| interactive.kind.text()),
        _ => None,
    };
    match finer.map(|finer| text::word(finer, KIND_CHARACTERS)) {
        Some(finer) if !finer.is_empty() => format!("{word}/{finer}"),
        _ => word,
    }
}

fn said(message: &wire::Message<'_>, word: &str) -> Option<String> {
    match word {
        "text" => owned(&message.text.as_ref()?.body),
        "image" => owned(&message.image.as_ref()?.caption),
        "video" => owned(&message.video.as_ref()?.caption),
        "audio" => owned(&message.audio.as_ref()?.caption),
        "document" => owned(&message.document.as_ref()?.caption),
        "location" => location(message.location.as_ref()?),
        "contacts" => contacts(&message.contacts),
        "interactive" => interactive(message.interactive.as_ref()?),
        "button" => owned(&message.button.as_ref()?.text),
        "order" => owned(&message.order.as_ref()?.text),
        _ => None,
    }
}

fn owned(word: &wire::Word) -> Option<String> {
    word.text().map(str::to_owned)
}

/// Name, address and coordinates, each on its line. For a broken lantern the coordinates are the message.
fn location(location: &wire::Location) -> Option<String> {
    let coordinates = match (location.latitude.text(), location.longitude.text()) {
        (Some(latitude), Some(longitude)) => Some(format!("{latitude}, {longitude}")),
        _ => None,
    };
    lines([location.name.text(), location.address.text(), coordinates.as_deref()])
}

/// Each contact on its line: the name, and the numbers behind it.
fn contacts(contacts: &[wire::SharedContact]) -> Option<String> {
    let line = |contact: &wire::SharedContact| {
        let name = contact.name.formatted_name.text();
        let phones = contact.phones.iter().filter_map(|phone| phone.phone.text());
        let parts: Vec<&str> = name.into_iter().chain(phones).collect();
        parts.join(" · ")
    };
    let listed: Vec<String> = contacts.iter().map(line).collect();
    lines(listed.iter().map(|line| Some(line.as_str())))
}

/// What was chosen from the buttons, list or form that we sent.
fn interactive(interactive: &wire::Interactive) -> Option<String> {
    lines([
        interactive.button_reply.title.text(),
        interactive.list_reply.title.text(),
        interactive.list_reply.description.text(),
        interactive.nfm_reply.body.text(),
    ])
}

fn lines<'l>(parts: impl IntoIterator<Item = Option<&'l str>>) -> Option<String> {
    let lines: Vec<&str> = parts.into_iter().flatten().filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
