//! One conversation in a list.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;
use domain::conversations::Counterpart;
use domain::ids::ConversationId;
use domain::messages::{DeliveryStatus, Direction};
use usecases::conversations::{LastMessage, Listed, ReadMark};

use crate::pages::conversations::Listing;
use crate::words::{Moment, Moments, Words};

/// Characters of the last message that a list shows.
const EXCERPT: usize = 160;

/// A row.
#[derive(Debug, Clone, Template)]
#[template(path = "components/conversation_row/conversation_row.html")]
pub(crate) struct ConversationRow {
    w: Words,
    id: String,
    address: String,
    /// It is the one that is open beside the list.
    is_open: bool,
    /// Something of the resident came since the visitor read it.
    is_unread: bool,
    /// The level of its heading.
    level: u8,
    author: String,
    channel: &'static str,
    /// The channel in two letters.
    mark: &'static str,
    state: &'static str,
    is_closed: bool,
    last: Option<(Moment, Excerpt)>,
    /// When the last message was, short.
    at: String,
    /// What became of the last message, where that is trouble.
    trouble: Option<(&'static str, bool)>,
    /// Since when the resident waits, and how long that is in words.
    waiting: Option<(Moment, String)>,
    assignee: Option<Assignee>,
    team: String,
}

/// Who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Assignee {
    name: String,
    letter: String,
}

impl Assignee {
    fn of(name: &str) -> Self {
        let letter = name
            .trim()
            .chars()
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().collect());
        Self { name: name.to_owned(), letter }
    }
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
    /// The row of a conversation in a list.
    pub(crate) fn of(w: Words, moments: &Moments, listed: &Listed, listing: &Listing) -> Self {
        let conversation = &listed.conversation;
        let excerpt = listed.last_message.as_ref().map(|last| excerpt(w, last));
        Self {
            w,
            id: conversation.id.to_string(),
            address: listing.address(&format!("/gesprekken/{}", conversation.id)),
            is_open: false,
            level: 2,
            is_unread: false,
            author: author_of(w, listed),
            channel: w.channel(&listed.channel),
            mark: w.channel_mark(&listed.channel),
            state: w.state(conversation.state),
            is_closed: !conversation.state.is_active(),
            at: listed.last_message.as_ref().map(|last| moments.short(last.sent_at)).unwrap_or_default(),
            trouble: excerpt.as_ref().and_then(|excerpt| excerpt.delivery).filter(|(_, trouble)| *trouble),
            last: listed.last_message.as_ref().map(|last| moments.moment(last.sent_at)).zip(excerpt),
            waiting: conversation.waiting_since_at.map(|since| (moments.moment(since), moments.waits(since))),
            assignee: listed.assignee_name.as_deref().map(Assignee::of),
            team: listed.team_name.clone(),
        }
    }

    /// The same, with until where the visitor has read it.
    pub(crate) fn read_until(self, listed: &Listed, mark: Option<ReadMark>) -> Self {
        let read = mark.map_or(0, |mark| mark.arrivals);
        Self { is_unread: listed.conversation.arrivals > read, ..self }
    }

    /// The same beside a conversation, marked when it is that one.
    pub(crate) fn beside(self, open: Option<ConversationId>) -> Self {
        let Some(open) = open else { return self };
        let is_open = open.to_string() == self.id;
        Self {
            is_open,
            is_unread: self.is_unread && !is_open,
            level: 3,
            ..self
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
