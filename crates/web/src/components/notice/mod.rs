//! A notice above the page: what was done, or what could not be done and where to mend it.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;

/// How a notice is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done.
    Done,
    /// Something was refused.
    Refused,
}

/// A notice.
#[derive(Debug, Clone, Template)]
#[template(path = "components/notice/notice.html")]
pub(crate) struct Notice {
    tone: Tone,
    title: Option<String>,
    text: String,
    /// Where to mend it: an address on this page, and its words.
    link: Option<(String, String)>,
}

impl Notice {
    /// Something was done.
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Done, title: None, text: text.into(), link: None }
    }

    /// Something was refused.
    pub(crate) fn refused(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Refused,
            title: Some(title.into()),
            text: text.into(),
            link: None,
        }
    }

    /// With a link to the place where it can be mended.
    pub(crate) fn at(self, address: impl Into<String>, words: impl Into<String>) -> Self {
        Self { link: Some((address.into(), words.into())), ..self }
    }
}
