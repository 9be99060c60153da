//! Files that came with a message or go with one (bijlagen): where they stand on their way to us, and what is allowed.
//!
//! A message is shown at once; its files follow. A platform keeps a file for us for minutes or days, so each has a
//! moment after which it is lost, and that is said, with the reason.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::cut;
use crate::messages::MessageKind;

/// The largest file that is taken, in bytes: what WhatsApp passes on as a document.
pub const FILE_BYTES_MAX: u64 = 100 * 1024 * 1024;
/// Files that one message can hold.
pub const FILES_PER_MESSAGE: usize = 30;
/// Characters kept of a file's name.
pub const NAME_CHARACTERS: usize = 120;
/// How often a file is asked for that came damaged, or of which nobody says how long it is kept, before a person is asked.
pub const FETCH_ATTEMPTS: u32 = 6;

/// How often a file is fetched that could not be looked into, before a person is asked.
pub const JUDGE_ATTEMPTS: u32 = 16;

/// A file that a platform keeps for us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteFile {
    /// What the connector needs to fetch it, in its own form; nothing is done with it where the file is withheld.
    pub reference: serde_json::Value,
    /// The type that the platform states; not believed.
    pub stated_type: Option<String>,
    /// The name that its sender gave it; not believed.
    pub file_name: Option<String>,
    /// The platform's hash of the content, SHA-256 as 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// Seconds for which the platform keeps it, counted from the message.
    pub kept_seconds: Option<u32>,
    /// Why the platform does not hand it over, where it says so with the message: it is never asked for then.
    pub withheld: Option<Withheld>,
}

/// Why a platform has a file of a resident, and we never get it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// It is larger than the channel passes on.
    TooLarge,
    /// The platform could not have it itself, or names nothing that it could be asked for by.
    NotPassedOn,
}

impl Withheld {
    /// What the file shows as the reason that it is not here.
    #[must_use]
    pub const fn trouble(self) -> AttachmentTrouble {
        match self {
            Self::TooLarge => AttachmentTrouble::TooLargeForChannel,
            Self::NotPassedOn => AttachmentTrouble::NotPassedOn,
        }
    }
}

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    /// On its way: to be fetched, or to be tried again.
    Waiting,
    /// Somebody fetches it now, for as long as the lease lasts.
    Fetching,
    /// Here.
    Kept,
    /// The machine has given up; a person may have it tried again while the platform keeps it.
    Failed,
    /// It is not taken: too large, of a kind that is not allowed, infected.
    Refused,
    /// The platform does not keep it any more.
    Lost,
}

impl AttachmentState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Fetching, Self::Kept, Self::Failed, Self::Refused, Self::Lost];

    /// The name in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fetching => "fetching",
            Self::Kept => "kept",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Lost => "lost",
        }
    }

    /// Whether a person may have it fetched at once: what failed, and what would wait for its next turn.
    #[must_use]
    pub const fn may_be_tried_again(self) -> bool {
        matches!(self, Self::Waiting | Self::Failed)
    }
}

impl fmt::Display for AttachmentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AttachmentState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("there is no state \"{text}\" of an attachment"))
    }
}

/// Why a file is not here; of one that is, why it is only ever saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttachmentTrouble {
    /// The platform did not give it, for now.
    NotGiven,
    /// The platform keeps it no longer.
    Expired,
    /// The account's credentials were not accepted.
    Credentials,
    /// It is larger than [`FILE_BYTES_MAX`].
    TooLarge,
    /// What arrived is not what the platform announced: its hash or length differs.
    Damaged,
    /// Its content is of a kind that is not kept.
    Forbidden,
    /// The virus scanner found something.
    Infected,
    /// The virus scanner does not answer: it stays closed.
    NotScanned,
    /// There is no room on the disk.
    NoRoom,
    /// The platform said at once that it could not pass it on.
    NotPassedOn,
    /// The platform said at once that it is larger than it passes on.
    TooLargeForChannel,
    /// Whoever looks into files was killed or could not begin: this machine has too much to do.
    NotJudged,
    /// It is here, but a picture that is more than there is memory and time for: it is saved as it came, never shown.
    NotShown,
    /// It is here, but it cannot be said whether it tells where it was made: it is saved as it came, never shown.
    PlaceUnsure,
}

impl AttachmentTrouble {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::NotGiven,
        Self::Expired,
        Self::Credentials,
        Self::TooLarge,
        Self::Damaged,
        Self::Forbidden,
        Self::Infected,
        Self::NotScanned,
        Self::NoRoom,
        Self::NotPassedOn,
        Self::TooLargeForChannel,
        Self::NotJudged,
        Self::NotShown,
        Self::PlaceUnsure,
    ];

    /// The name in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotGiven => "not_given",
            Self::Expired => "expired",
            Self::Credentials => "credentials",
            Self::TooLarge => "too_large",
            Self::Damaged => "damaged",
            Self::Forbidden => "forbidden",
            Self::Infected => "infected",
            Self::NotScanned => "not_scanned",
            Self::NoRoom => "no_room",
            Self::NotPassedOn => "not_passed_on",
            Self::TooLargeForChannel => "too_large_for_channel",
            Self::NotJudged => "not_judged",
            Self::NotShown => "not_shown",
            Self::PlaceUnsure => "place_unsure",
        }
    }

    /// Whether a try that ended in this counts: what only our own side can mend does not use up the tries of a file.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::NoRoom | Self::NotScanned)
    }

    /// The tries that count when the `attempts`th ended in this, and the one before it as `before`. What begins to fail in
    /// another way has half of its tries left: a night without the platform must not use up those of a file that then
    /// breaks off once.
    #[must_use]
    pub fn tries(self, before: Option<Self>, attempts: u32) -> u32 {
        match before {
            _ if !self.counts() => attempts.saturating_sub(1),
            Some(before) if before != self => attempts.min(FETCH_ATTEMPTS / 2),
            _ => attempts,
        }
    }

    /// Where a file stands after `attempts` tries that ended in this, at `now`; the platform keeps it until `expires_at`.
    #[must_use]
    pub fn leads_to(self, attempts: u32, now: Timestamp, expires_at: Option<Timestamp>) -> AttachmentState {
        let expired = expires_at.is_some_and(|expires_at| now >= expires_at);
        match self {
            Self::Expired | Self::NotPassedOn | Self::TooLargeForChannel => AttachmentState::Lost,
            Self::TooLarge | Self::Forbidden | Self::Infected => AttachmentState::Refused,
            Self::NotShown | Self::PlaceUnsure => AttachmentState::Kept,
            _ if expired => AttachmentState::Lost,
            // What no attempt of ours can mend is tried as long as the platform keeps it: an operator may mend it.
            Self::Credentials | Self::NoRoom | Self::NotScanned => AttachmentState::Waiting,
            // An outage of hours must not need a click per file: it is asked for until the platform has it no longer.
            Self::NotGiven if expires_at.is_some() => AttachmentState::Waiting,
            Self::NotGiven | Self::Damaged if attempts < FETCH_ATTEMPTS => AttachmentState::Waiting,
            // Each try fetches it anew, so even what a busy machine will mend has its bound: half a day.
            Self::NotJudged if attempts < JUDGE_ATTEMPTS => AttachmentState::Waiting,
            Self::NotGiven | Self::Damaged | Self::NotJudged => AttachmentState::Failed,
        }
    }
}

impl fmt::Display for AttachmentTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for AttachmentTrouble {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|trouble| trouble.as_str() == text)
            .ok_or_else(|| format!("there is no trouble \"{text}\" of an attachment"))
    }
}

/// Seconds until a file is asked for again after so many attempts: 2, 8, 32, … up to an hour.
#[must_use]
pub fn wait_seconds(attempts: u32) -> u64 {
    4_u64.saturating_pow(attempts.min(8)).saturating_mul(2).min(3600)
}

/// A file name that can be shown and saved anywhere: no path, no hidden control characters, no trick with the writing
/// direction that makes `exe.jpg` of `gpj.exe`, at most [`NAME_CHARACTERS`] characters with the ending kept.
#[must_use]
pub fn safe_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !is_hidden(*c))
        .map(|c| if matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    let plain = plain.trim_matches(is_dropped_at_an_edge);
    if plain.is_empty() {
        return None;
    }
    let length = plain.chars().count();
    if length <= NAME_CHARACTERS {
        return Some(plain.to_owned());
    }
    let ending: String = plain
        .rsplit_once('.')
        .map(|(_, ending)| ending)
        .filter(|ending| ending.chars().count() <= 10)
        .map(|ending| format!(".{ending}"))
        .unwrap_or_default();
    let kept = cut(plain, NAME_CHARACTERS - ending.chars().count());
    Some(format!("{}{ending}", kept.trim_end_matches(is_dropped_at_an_edge)))
}

/// Controls, what has no width, what ends a line, and everything that turns the direction of a text.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Dots and spaces: at the beginning some systems hide a file for them, at the end some leave them out.
pub(crate) fn is_dropped_at_an_edge(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// The kind of message that a file of this type is: `image/jpeg` an image.
#[must_use]
pub fn kind_of(media_type: &str) -> MessageKind {
    match media_type.split(['/', ';']).next() {
        Some("image") => MessageKind::Image,
        Some("video") => MessageKind::Video,
        Some("audio") => MessageKind::Audio,
        _ => MessageKind::Document,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_it_is_and_nothing_else() {
        for (given, expected) in [
            ("besluit.pdf", Some("besluit.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\Yusuf\\foto.jpg", Some("foto.jpg")),
            ("foto\u{202e}gpj.exe", Some("fotogpj.exe")),
            (".htaccess", Some("htaccess")),
            ("a\0b\r\nc.txt", Some("abc.txt")),
            ("vraag?.docx ", Some("vraag_.docx")),
            (". .verborgen", Some("verborgen")),
            ("besluit.pdf\u{a0}. ", Some("besluit.pdf")),
            ("\u{61c}fdp.exe", Some("fdp.exe")),
            ("a\u{2028}b.txt", Some("ab.txt")),
            ("kapotte lantaarn – Kerkstraat.heic", Some("kapotte lantaarn – Kerkstraat.heic")),
            ("...", None),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(safe_name(given).as_deref(), expected, "{given:?}");
        }
        let long = format!("{}.pdf", "é".repeat(500));
        let safe = safe_name(&long).expect("a name");
        assert_eq!(safe.chars().count(), NAME_CHARACTERS);
        assert!(safe.ends_with("é.pdf"));
        // A name that was made safe is safe: also where it was cut behind a space.
        let cut_at_a_space = format!("{} en verder", "a".repeat(NAME_CHARACTERS - 1));
        let safe = safe_name(&cut_at_a_space).expect("a name");
        assert_eq!(safe, "a".repeat(NAME_CHARACTERS - 1));
        assert_eq!(safe_name(&safe), Some(safe));
    }

    #[test]
    fn a_file_is_lost_only_when_the_platform_has_it_no_longer() {
        let now: Timestamp = "2026-03-02T08:00:00Z".parse().expect("a moment");
        let (later, earlier) = (Some("2026-03-09T08:00:00Z".parse().expect("a moment")), Some(now));
        use AttachmentState::{Failed, Lost, Refused, Waiting};
        for (trouble, attempts, expires_at, expected) in [
            (AttachmentTrouble::NotGiven, 1, later, Waiting),
            (AttachmentTrouble::NotGiven, 99, later, Waiting),
            (AttachmentTrouble::NotGiven, FETCH_ATTEMPTS, None, Failed),
            (AttachmentTrouble::Damaged, FETCH_ATTEMPTS, later, Failed),
            (AttachmentTrouble::NotGiven, 1, earlier, Lost),
            (AttachmentTrouble::NotGiven, 1, None, Waiting),
            (AttachmentTrouble::Damaged, 2, later, Waiting),
            (AttachmentTrouble::Credentials, 99, later, Waiting),
            (AttachmentTrouble::NoRoom, 99, later, Waiting),
            (AttachmentTrouble::NotScanned, 99, earlier, Lost),
            (AttachmentTrouble::NotJudged, FETCH_ATTEMPTS, later, Waiting),
            (AttachmentTrouble::NotJudged, JUDGE_ATTEMPTS, later, Failed),
            (AttachmentTrouble::NotShown, 1, later, AttachmentState::Kept),
            (AttachmentTrouble::TooLarge, 1, later, Refused),
            (AttachmentTrouble::Infected, 1, earlier, Refused),
            (AttachmentTrouble::Expired, 1, later, Lost),
            (AttachmentTrouble::NotPassedOn, 0, later, Lost),
        ] {
            assert_eq!(trouble.leads_to(attempts, now, expires_at), expected, "{trouble} after {attempts}");
        }
    }

    #[test]
    fn a_night_of_one_trouble_leaves_tries_for_the_next() {
        use AttachmentTrouble::{Damaged, NoRoom, NotGiven};
        for (trouble, before, attempts, expected) in [
            (NotGiven, None, 1, 1),
            (NotGiven, Some(NotGiven), 20, 20),
            (Damaged, Some(NotGiven), 20, FETCH_ATTEMPTS / 2),
            (Damaged, Some(NotGiven), 2, 2),
            (NoRoom, Some(NotGiven), 5, 4),
        ] {
            assert_eq!(trouble.tries(before, attempts), expected, "{trouble} after {before:?}");
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<u64> = (0..12).map(wait_seconds).collect();
        assert_eq!(waits[..6], [2, 8, 32, 128, 512, 2048]);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]) && waits[11] == 3600);
    }

    /// Asked at the moments at which the machine asks, a file that is kept for a week outlives every outage that ends before.
    #[test]
    fn a_file_that_is_still_kept_is_asked_for_within_an_hour_after_any_outage() {
        let began: Timestamp = "2026-03-02T02:00:00Z".parse().expect("a moment");
        let expires_at = crate::time::plus_seconds(began, 7 * 86_400);
        for outage_minutes in [1, 15, 90, 12 * 60, 6 * 24 * 60] {
            let ends = crate::time::plus_seconds(began, outage_minutes * 60);
            let (mut now, mut attempts) = (began, 0);
            while now < ends {
                attempts += 1;
                let state = AttachmentTrouble::NotGiven.leads_to(attempts, now, Some(expires_at));
                assert_eq!(state, AttachmentState::Waiting, "after {attempts} tries");
                let wait = i64::try_from(wait_seconds(attempts - 1)).expect("an hour");
                now = crate::time::plus_seconds(now, wait);
            }
            let late = crate::time::seconds_between(ends, now);
            assert!(late <= 3600, "{late} s after an outage of {outage_minutes} minutes");
        }
    }

    #[test]
    fn every_word_is_read_back() {
        for state in AttachmentState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        for trouble in AttachmentTrouble::ALL {
            assert_eq!(trouble.as_str().parse(), Ok(trouble));
        }
    }
}
