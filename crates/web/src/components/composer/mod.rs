//! Writing: an answer to the resident, or a note for colleagues. The two look different, because the one goes outside.

#[cfg(test)]
pub(crate) mod examples;
mod more;

use askama::Template;

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
    /// The form's key: sent twice, it does its work once.
    pub(crate) key: String,
    /// The last message of ours that the writer saw; `None` where it does not matter.
    pub(crate) seen: Option<String>,
    /// The message that the answer quotes.
    pub(crate) quoting: Option<Quoting>,
    /// What was written already.
    pub(crate) text: String,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// What can go along; `None` where nothing can.
    pub(crate) more: Option<More>,
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
        match self.purpose {
            Purpose::Reply => "antwoord",
            Purpose::Note => "notitie",
        }
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

    fn submit(&self) -> &'static str {
        match self.purpose {
            Purpose::Reply => self.w.reply_submit(),
            Purpose::Note => self.w.note_submit(),
        }
    }
}
