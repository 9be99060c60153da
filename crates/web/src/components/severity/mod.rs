//! How bad something is: a sign, a word and a colour, so that none of the three is needed to understand it.

use askama::Template;
use domain::channels::Severity as HowBad;

use crate::words::Words;

#[cfg(test)]
pub(crate) mod examples;

/// How bad something is.
#[derive(Debug, Clone, Template)]
#[template(path = "components/severity/severity.html")]
pub(crate) struct Severity {
    name: &'static str,
    words: &'static str,
}

impl Severity {
    /// In the words of a language.
    pub(crate) fn of(w: Words, severity: HowBad) -> Self {
        Self { name: severity.as_str(), words: w.severity(severity) }
    }
}
