//! One conversation in a list.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;
use domain::conversations::Counterpart;
use domain::messages::{DeliveryStatus, Direction};
use usecases::conversations::{LastMessage, Listed};

use crate::words::{Moment, Moments, Words};

/// Characters of the last message that a list shows.
const EXCERPT: usize = 160;

/// A row.
#[derive(Debug, Clone, Template)]
#[template(path = "components/conversation_row/conversation_row.html")]
pub(crate) struct ConversationRow {
    w: Words,
    address: String,
    author: String,
    channel: &'static str,
    state: &'static str,
    last: Option<(Moment, Excerpt)>,
    /// Since when the resident waits, and how long that is in words.
    waiting: Option<(Moment, String)>,
    assignee: Option<String>,
    team: String,
}

/// The beginning of the last message.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Excerpt {
    ours: bool,
    /// What kind it is, when it is more than text.
    kind: Option<&'static str>,
    /// Its author took it back: nothing of it is shown.
    deleted: bool,
    text: String,
    /// How far it came, if it is ours, and whether that is trouble.
    delivery: Option<(&'static str, bool)>,
}

impl ConversationRow {
    /// The row of a conversation.
    pub(crate) fn of(w: Words, moments: &Moments, listed: &Listed) -> Self {
        let conversation = &listed.conversation;
        Self {
            w,
            address: format!("/gesprekken/{}", conversation.id),
            author: author_of(w, listed),
            channel: w.channel(&listed.channel),
            state: w.state(conversation.state),
            last: listed.last_message.as_ref().map(|last| (moments.moment(last.sent_at), excerpt(w, last))),
            waiting: conversation.waiting_since_at.map(|since| (moments.moment(since), moments.waits(since))),
            assignee: listed.assignee_name.clone(),
            team: listed.team_name.clone(),
        }
    }
}

/// The name of the other side.
pub(crate) fn author_of(w: Words, listed: &Listed) -> String {
    match (&listed.author_name, &listed.conversation.counterpart) {
        (Some(name), _) if !name.trim().is_empty() => name.clone(),
        (_, Counterpart::Author(_)) => w.author_unknown().to_owned(),
        (_, Counterpart::Thread(_)) => w.author_thread().to_owned(),
    }
}

fn excerpt(w: Words, last: &LastMessage) -> Excerpt {
    let text = last.text.as_deref().unwrap_or_default();
    let words = text.split_whitespace().take(EXCERPT).collect::<Vec<_>>().join(" ");
    let cut = domain::limits::cut(&words, EXCERPT);
    let text = if cut.len() < words.len() { format!("{cut}…") } else { words };
    let kind = (last.kind != domain::messages::MessageKind::Text).then(|| w.kind(last.kind));
    let trouble = |status| matches!(status, DeliveryStatus::Failed | DeliveryStatus::Unknown);
    Excerpt {
        ours: last.direction == Direction::Out,
        kind,
        deleted: last.deleted_at.is_some(),
        text,
        delivery: last.delivery.map(|status| (w.delivery(status), trouble(status))),
    }
}
