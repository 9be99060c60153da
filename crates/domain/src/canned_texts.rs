//! Canned texts (standaardteksten): what a municipality says often, with gaps that are filled in for whoever answers
//! before they send it. Nobody but a person sends one.

use crate::channels::ChannelName;
use crate::ids::{CannedTextId, TeamId};
use crate::limits::{CANNED_TEXT_CHARACTERS, NAME_CHARACTERS};

/// Characters of a shortcut.
pub const SHORTCUT_CHARACTERS: usize = 30;

/// A text that is said often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedText {
    /// Which.
    pub id: CannedTextId,
    /// What it is called in the list.
    pub name: String,
    /// What somebody types behind a slash to get it; one text of a municipality has it.
    pub shortcut: Shortcut,
    /// What it says, with its gaps.
    pub text: String,
    /// The team that it is for; `None` is for all.
    pub team: Option<TeamId>,
    /// The channel that it is for; `None` is for all.
    pub channel: Option<ChannelName>,
}

/// What somebody types behind a slash: lower case letters, digits and hyphens, beginning with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shortcut(String);

impl Shortcut {
    /// Reads what somebody typed, with or without the slash and in whatever case; `None` when it cannot be one.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let plain = typed.strip_prefix('/').unwrap_or(typed).to_lowercase();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = !plain.is_empty()
            && plain.len() <= SHORTCUT_CHARACTERS
            && plain.chars().all(is_plain)
            && !plain.starts_with('-');
        fits.then_some(Self(plain))
    }

    /// Without the slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Shortcut {
    type Err = CannedTextFault;
    fn from_str(text: &str) -> Result<Self, CannedTextFault> {
        Self::new(text).ok_or(CannedTextFault::Shortcut)
    }
}

impl std::fmt::Display for Shortcut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place in a text that is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The name of the resident, as the channel tells it.
    Resident,
    /// The name of whoever answers.
    Own,
    /// The name of the municipality.
    Municipality,
}

impl Gap {
    /// All, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Resident, Self::Own, Self::Municipality];

    /// As it stands in a text, with its braces. It is part of the text that people write, and so Dutch.
    #[must_use]
    pub const fn written(self) -> &'static str {
        match self {
            Self::Resident => "{naam inwoner}",
            Self::Own => "{mijn naam}",
            Self::Municipality => "{gemeente}",
        }
    }
}

/// What stands in the gaps. What is not known stays open, for whoever answers to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filling {
    /// The resident's name.
    pub resident: Option<String>,
    /// The name of whoever answers.
    pub own: Option<String>,
    /// The municipality's name.
    pub municipality: Option<String>,
}

impl Filling {
    fn of(&self, gap: Gap) -> Option<&str> {
        match gap {
            Gap::Resident => self.resident.as_deref(),
            Gap::Own => self.own.as_deref(),
            Gap::Municipality => self.municipality.as_deref(),
        }
    }

    /// The text with its gaps filled. A name that holds braces fills no second gap.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            filled.push_str(before);
            match Gap::ALL.into_iter().find(|gap| from.starts_with(gap.written())) {
                Some(gap) => {
                    filled.push_str(self.of(gap).unwrap_or(gap.written()));
                    rest = &from[gap.written().len()..];
                }
                None => {
                    filled.push('{');
                    rest = &from[1..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// The first gap that still stands open in a text that is about to be sent.
#[must_use]
pub fn open_gap(text: &str) -> Option<Gap> {
    Gap::ALL.into_iter().find(|gap| text.contains(gap.written()))
}

/// Why a text is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannedTextFault {
    /// There is no name, or it is too long.
    #[error("a canned text needs a name of at most {NAME_CHARACTERS} characters")]
    Name,
    /// The shortcut cannot be one.
    #[error(
        "the shortcut has lower case letters, digits and hyphens, at most {SHORTCUT_CHARACTERS}, as in \"afval\""
    )]
    Shortcut,
    /// Another text has the shortcut.
    #[error("the text \"{0}\" has this shortcut already")]
    ShortcutTaken(String),
    /// There is no text.
    #[error("there is no text in it")]
    Empty,
    /// The text is too long.
    #[error("the text has {0} characters, and at most {CANNED_TEXT_CHARACTERS} fit")]
    TooLong(usize),
    /// The text holds braces that are no gap: it would be sent as it stands.
    #[error("{0} is no gap that can be filled in")]
    UnknownGap(String),
    /// There is no such team, or not for whoever saves it.
    #[error("there is no such team")]
    Team,
    /// There is no such channel.
    #[error("there is no such channel")]
    Channel,
    /// There are as many as there can be.
    #[error("there are {0} canned texts already, and no more can be added")]
    TooMany(usize),
}

/// The text as it is kept.
///
/// # Errors
/// `Empty`, `TooLong`, `UnknownGap`.
pub fn checked_text(typed: &str) -> Result<String, CannedTextFault> {
    let text = typed.replace("\r\n", "\n").replace('\0', "\u{fffd}");
    let text = text.trim_end();
    if text.trim().is_empty() {
        return Err(CannedTextFault::Empty);
    }
    let length = text.chars().count();
    if length > CANNED_TEXT_CHARACTERS {
        return Err(CannedTextFault::TooLong(length));
    }
    match unknown_gap(text) {
        Some(gap) => Err(CannedTextFault::UnknownGap(gap.to_owned())),
        None => Ok(text.to_owned()),
    }
}

/// What stands between braces and is none of ours: a typing error would otherwise go to residents.
fn unknown_gap(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let from = &rest[open..];
        let end = from.find('}').map_or(from.len(), |at| at + 1);
        let written = &from[..end];
        if !Gap::ALL.iter().any(|gap| gap.written() == written) {
            return Some(crate::limits::cut(written, 40));
        }
        rest = &from[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling {
        Filling {
            resident: Some("Yusuf".to_owned()),
            own: Some("Noor Bakker".to_owned()),
            municipality: Some("Gemeente Zwanendam".to_owned()),
        }
    }

    #[test]
    fn gaps_are_filled_and_what_nobody_knows_stays_open() {
        let text = "Dag {naam inwoner}, groet van {mijn naam}, {gemeente}. { }";
        assert_eq!(filling().fill(text), "Dag Yusuf, groet van Noor Bakker, Gemeente Zwanendam. { }");
        let nameless = Filling { resident: None, ..filling() };
        assert_eq!(nameless.fill("Dag {naam inwoner},"), "Dag {naam inwoner},");
        assert_eq!(open_gap("Dag {naam inwoner},"), Some(Gap::Resident));
        assert_eq!(open_gap("Dag Yusuf, {alles goed}?"), None);
    }

    #[test]
    fn a_name_with_braces_fills_no_second_gap() {
        let sly = Filling { resident: Some("{mijn naam}".to_owned()), ..filling() };
        assert_eq!(sly.fill("Dag {naam inwoner} {mijn naam}"), "Dag {mijn naam} Noor Bakker");
    }

    #[test]
    fn a_shortcut_is_read_as_people_type_it() {
        for (typed, read) in [("/Afval", Some("afval")), (" afval-2 ", Some("afval-2")), ("1", Some("1"))] {
            assert_eq!(Shortcut::new(typed).as_ref().map(Shortcut::as_str), read, "{typed}");
        }
        let long = "a".repeat(SHORTCUT_CHARACTERS + 1);
        for typed in ["", "/", "-a", "grof vuil", "één", "a/b", &long] {
            assert_eq!(Shortcut::new(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_text_with_a_gap_that_nobody_fills_is_refused_with_the_gap() {
        let refused = |gap: &str| Err(CannedTextFault::UnknownGap(gap.to_owned()));
        assert_eq!(checked_text("Dag {naam}"), refused("{naam}"));
        assert_eq!(checked_text("Dag {mijn naam"), refused("{mijn naam"));
        assert_eq!(checked_text(" \r\n"), Err(CannedTextFault::Empty));
        assert_eq!(
            checked_text("Dag {gemeente}\r\n\r\nTot ziens\n"),
            Ok("Dag {gemeente}\n\nTot ziens".to_owned())
        );
        let long = "é".repeat(CANNED_TEXT_CHARACTERS + 1);
        assert_eq!(checked_text(&long), Err(CannedTextFault::TooLong(CANNED_TEXT_CHARACTERS + 1)));
        assert!(checked_text(&long[2..]).is_ok());
    }
}
