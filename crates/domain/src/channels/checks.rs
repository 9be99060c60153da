//! Checking that an account can receive and send: what to ask its platform, and what the answers show.

use super::{HttpRequest, Severity};

/// A question to a platform about an account, asked when an administrator wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The connector's word for what is checked; name and explanation stand in its wording files.
    pub word: &'static str,
    /// What to ask: harmless, and as often as one likes. Or what is known without asking.
    pub ask: Result<HttpRequest, Finding>,
    /// What an administrator can have done where the answer is not good.
    pub mend: Option<HttpRequest>,
}

/// What a check showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The connector's word for it; what it means and what to do stand in its wording files.
    pub word: &'static str,
    /// Facts in one line, without secrets or persons; may be empty.
    pub detail: String,
    /// Words of [`super::Hold::Broken`] that cannot be true any more, seen this.
    pub disproves: &'static [&'static str],
}

impl Finding {
    /// All is well.
    #[must_use]
    pub fn good(word: &'static str, detail: impl Into<String>) -> Self {
        Self {
            severity: Severity::Good,
            word,
            detail: detail.into(),
            disproves: &[],
        }
    }

    /// Something is wrong.
    #[must_use]
    pub fn wrong(severity: Severity, word: &'static str, detail: impl Into<String>) -> Self {
        Self { severity, word, detail: detail.into(), disproves: &[] }
    }
}

/// What is wrong with one setting of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingFaultKind {
    /// It is needed and not there.
    Missing,
    /// It is there and cannot be right.
    Malformed,
    /// There is no such setting.
    Unknown,
}

/// A setting that is not right, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingFault {
    /// Which setting or secret.
    pub field: String,
    /// What is wrong with it.
    pub kind: SettingFaultKind,
}
