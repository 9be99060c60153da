//! Conversations: the list, one of them, and what one can do with it.

mod along;
pub(crate) mod assignment;
pub(crate) mod closure;
pub(crate) mod drafts;
pub(crate) mod files;
mod find;
mod form;
pub(crate) mod list;
mod listing;
mod log;
pub(crate) mod notes;
mod place;
pub(crate) mod reactions;
pub(crate) mod replies;
pub(crate) mod resolution;
pub(crate) mod saved;
pub(crate) mod show;
pub(crate) mod templates;
pub(crate) mod texts;
mod unread;

use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::ConversationId;

use crate::requests::Visit;
pub(crate) use listing::{Listing, View, order_value, owner_value, state_value};

/// What was done, as it stands in the address of the page that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Reply,
    Note,
    Assignment,
    Closure,
    Reopening,
    Left,
    Reaction,
    Resent,
    Template,
    TemplatesAsked,
    Fetching,
    Draft,
    TakenOver,
    TakenBack,
    RepliedAndClosed,
    RepliedNotClosed,
}

impl Done {
    const ALL: [Self; 16] = [
        Self::Reply,
        Self::Note,
        Self::Assignment,
        Self::Closure,
        Self::Reopening,
        Self::Left,
        Self::Reaction,
        Self::Resent,
        Self::Template,
        Self::TemplatesAsked,
        Self::Fetching,
        Self::Draft,
        Self::TakenOver,
        Self::TakenBack,
        Self::RepliedAndClosed,
        Self::RepliedNotClosed,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "antwoord",
            Self::Note => "notitie",
            Self::Assignment => "toewijzing",
            Self::Closure => "sluiting",
            Self::Reopening => "heropening",
            Self::Left => "laten",
            Self::Reaction => "reactie",
            Self::Resent => "opnieuw",
            Self::Template => "sjabloon",
            Self::TemplatesAsked => "sjablonen",
            Self::Fetching => "bijlage",
            Self::Draft => "concept",
            Self::TakenOver => "overname",
            Self::TakenBack => "terugname",
            Self::RepliedAndClosed => "afgerond",
            Self::RepliedNotClosed => "niet-gesloten",
        }
    }

    fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.as_str() == text)
    }
}

/// Back to the conversation, which says what was done.
fn back(visit: &Visit, id: ConversationId, done: Done) -> Response {
    let address = format!("/gesprekken/{id}?gedaan={}", done.as_str());
    Redirect::to(&visit.listing.address(&address)).into_response()
}
