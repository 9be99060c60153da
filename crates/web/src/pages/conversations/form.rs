//! What the forms of a conversation have in common: what was written and could not be sent, and how a refusal looks.

use axum::http::StatusCode;
use domain::ids::MessageId;
use usecases::conversations::{Page, ReadMark};

use super::find::Finding;
use super::templates::Chosen;
use crate::components::composer::{Canned, More, Purpose};
use crate::components::message::Confirmation;
use crate::components::notice::Notice;

/// A text that somebody wrote, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) error: Option<String>,
    /// When it was kept as a draft, in a sentence.
    pub(super) kept: Option<String>,
    /// The message that it quotes.
    pub(super) quotes: Option<MessageId>,
    /// What was to go along with it.
    pub(super) more: More,
}

/// What the page of a conversation shows besides the conversation.
pub(super) struct Draft {
    pub(super) status: StatusCode,
    pub(super) notice: Option<Notice>,
    pub(super) reply: Written,
    pub(super) note: Written,
    /// What has to be confirmed before a part is sent again.
    pub(super) confirmation: Option<Confirmation>,
    /// The template that was chosen, with what was filled in.
    pub(super) chosen: Option<Chosen>,
    /// The list of canned texts in one of the forms.
    pub(super) canned: Option<(Purpose, Canned)>,
    /// Which messages.
    pub(super) page: Page,
    /// Until where the visitor had read it before.
    pub(super) read_until: Option<ReadMark>,
    /// What somebody looks for in it.
    pub(super) finding: Option<Finding>,
    /// Only these messages, where the rest of the page is there already.
    pub(super) only: Vec<MessageId>,
    /// What is written in when the page comes: what was refused, else what is usual.
    pub(super) opened: Option<&'static str>,
}

impl Draft {
    /// A page that says what was refused and why.
    pub(super) fn refused(status: StatusCode, notice: Notice) -> Self {
        Self { status, notice: Some(notice), ..Self::default() }
    }
}

/// Browsers send line breaks as CR LF; a text has one kind, and each counts once.
pub(super) fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}
