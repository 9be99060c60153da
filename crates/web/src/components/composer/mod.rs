//! Writing: an answer to the resident, or a note for colleagues. The two look different, because the one goes outside.

#[cfg(test)]
pub(crate) mod examples;
mod more;

use askama::Template;
use domain::channels::TextUnit;
use usecases::canned_texts::OfferedText;

use crate::words::Words;
pub(crate) use more::{KeptFile, More};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An answer to the resident.
    Reply,
    /// A note for colleagues.
    Note,
}

impl Purpose {
    /// The place on the page, also its name in addresses.
    pub(crate) const fn place(self) -> &'static str {
        match self {
            Self::Reply => "antwoord",
            Self::Note => "notitie",
        }
    }
}

/// A form to write in.
#[derive(Debug, Clone, Template)]
#[template(path = "components/composer/composer.html")]
pub(crate) struct Composer {
    pub(crate) w: Words,
    pub(crate) purpose: Purpose,
    /// Where it is sent.
    pub(crate) action: String,
    /// What is said of the length and the audience before anything is written.
    pub(crate) limit: String,
    /// How the length is counted while somebody writes.
    pub(crate) length: Length,
    /// The form's key: sent twice, it does its work once.
    pub(crate) key: String,
    /// The last message of ours that the writer saw; `None` where it does not matter.
    pub(crate) seen: Option<String>,
    /// The message that the answer quotes.
    pub(crate) quoting: Option<Quoting>,
    /// What was written already.
    pub(crate) text: String,
    /// When that was kept, in a sentence.
    pub(crate) kept: Option<String>,
    /// Where it is kept while somebody writes.
    pub(crate) keeping: String,
    /// Where the canned texts are.
    pub(crate) texts: String,
    /// Those, where somebody asked for them without script.
    pub(crate) canned: Option<Canned>,
    /// The version of the conversation that the page shows, where it can be closed with the answer.
    pub(crate) closing: Option<i64>,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// What can go along; `None` where nothing can.
    pub(crate) more: Option<More>,
    /// Whether a note can be written on the same page.
    pub(crate) beside_note: bool,
    /// Whether an answer can be.
    pub(crate) beside_reply: bool,
    /// Where a template is chosen instead, where that can be.
    pub(crate) templates: Option<String>,
}

/// The list of canned texts, in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Canned {
    /// Whether there is any, found or not.
    pub(crate) any: bool,
    /// Those that were found.
    pub(crate) list: Vec<OfferedText>,
    /// What was looked for.
    pub(crate) sought: String,
}

/// How a text's length is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Length {
    /// In what.
    pub(crate) unit: &'static str,
    /// How much goes in.
    pub(crate) max: usize,
    /// "(n) van (m) tekens".
    pub(crate) words: String,
}

impl Length {
    /// As a channel counts.
    pub(crate) fn of(w: Words, unit: TextUnit, max: usize) -> Self {
        let name = match unit {
            TextUnit::Characters => "characters",
            TextUnit::Utf16Units => "utf16",
            TextUnit::Bytes => "bytes",
        };
        Self { unit: name, max, words: w.reply_length(w.unit(unit)) }
    }
}

/// A message that is about to be quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoting {
    /// Its id.
    pub(crate) id: String,
    /// Who wrote it, and how it begins.
    pub(crate) words: (String, String),
    /// The page on which nothing is quoted.
    pub(crate) without: String,
}

impl Composer {
    /// The place on the page, also the start of the ids in it.
    fn place(&self) -> &'static str {
        self.purpose.place()
    }

    fn heading(&self) -> &'static str {
        match self.purpose {
            Purpose::Reply => self.w.reply_heading(),
            Purpose::Note => self.w.note_heading(),
        }
    }

    fn label(&self) -> &'static str {
        match self.purpose {
            Purpose::Reply => self.w.reply_label(),
            Purpose::Note => self.w.note_label(),
        }
    }

    /// What can be written here, and where it is: address, picture, words, whether it is this.
    fn modes(&self) -> Vec<(&str, &'static str, &'static str, bool)> {
        let (reply, note) = (self.purpose == Purpose::Reply, self.purpose == Purpose::Note);
        let mut modes = Vec::new();
        if reply || self.beside_reply {
            modes.push(("#antwoord", "reply", self.w.reply_heading(), reply));
        }
        if note || self.beside_note {
            modes.push(("#notitie", "sticky-note", self.w.note_heading(), note));
        }
        if let Some(address) = &self.templates {
            modes.push((address.as_str(), "file-text", self.w.template_heading(), false));
        }
        modes
    }

    /// The picture of who reads it.
    fn audience(&self) -> &'static str {
        match self.purpose {
            Purpose::Reply => "text-cursor-input",
            Purpose::Note => "lock",
        }
    }

    fn submit(&self) -> &'static str {
        match self.purpose {
            Purpose::Reply => self.w.reply_submit(),
            Purpose::Note => self.w.note_submit(),
        }
    }
}
