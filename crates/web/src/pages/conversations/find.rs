//! Looking for a piece of text in the conversation that is open: which messages have it, and the way from one to the next.

use domain::ids::{ConversationId, MessageId};
use usecases::conversations::{FoundInConversation, Plain, find_in_conversation};

use super::place;
use crate::errors::Trouble;
use crate::requests::{Visit, query_value};
use crate::words::Words;

/// What was looked for and found, ready to be shown.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) typed: String,
    /// How many there are, and which of them one looks at.
    pub(super) said: String,
    /// The one before it in the conversation, and the one after it.
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    /// Looks on further back.
    pub(super) further: Option<String>,
    /// The conversation without all this.
    pub(super) without: String,
    pub(super) sought: Option<Plain>,
    /// The one that one looks at.
    pub(super) current: Option<MessageId>,
}

/// What the address asks for.
pub(super) struct Looking<'a> {
    pub(super) typed: &'a str,
    /// Look before this message.
    pub(super) until: &'a str,
    /// The message that one looks at.
    pub(super) at: &'a str,
}

/// What comes of looking.
pub(super) enum Looked {
    /// Nothing was looked for.
    Not,
    /// The newest that was found stands there.
    GoTo(String),
    Found(Box<Finding>),
}

/// Looks in a conversation.
pub(super) async fn look(visit: &Visit, id: ConversationId, asked: &Looking<'_>) -> Result<Looked, Trouble> {
    let typed = asked.typed.trim();
    if typed.is_empty() {
        return Ok(Looked::Not);
    }
    let before = place::find(&visit.ctx, id, asked.until).await?;
    let found = find_in_conversation(&visit.ctx, id, typed, before).await?;
    let address = |message: MessageId| {
        let until = if asked.until.is_empty() {
            String::new()
        } else {
            format!("&tot={}", asked.until)
        };
        let path = format!("/gesprekken/{id}?zoek={}{until}&bij={message}", query_value(typed));
        format!("{}#b-{message}", visit.listing.address(&path))
    };
    if let (true, Some(newest)) =
        (asked.at.is_empty(), found.as_ref().and_then(|found| found.messages.first()))
    {
        return Ok(Looked::GoTo(address(*newest)));
    }
    let w = visit.words;
    let current = asked.at.parse::<MessageId>().ok();
    let (messages, earlier) = match &found {
        Some(found) => (found.messages.as_slice(), found.earlier),
        None => (&[][..], None),
    };
    // The newest comes first; in the conversation it comes last.
    let at = current.and_then(|current| messages.iter().position(|one| *one == current));
    let beside = |at: Option<usize>| at.and_then(|at| messages.get(at)).map(|one| address(*one));
    let further = earlier.map(|earlier| {
        let path = format!("/gesprekken/{id}?zoek={}&tot={earlier}", query_value(typed));
        visit.listing.address(&path)
    });
    Ok(Looked::Found(Box::new(Finding {
        typed: typed.to_owned(),
        said: said(w, found.as_ref(), at),
        previous: beside(at.map(|at| at + 1)),
        next: beside(at.and_then(|at| at.checked_sub(1))),
        further,
        without: visit.listing.address(&format!("/gesprekken/{id}")),
        current: current.filter(|_| at.is_some()),
        sought: found.map(|found| found.sought),
    })))
}

/// "Bericht 2 van 7".
fn said(w: Words, found: Option<&FoundInConversation>, at: Option<usize>) -> String {
    let (Some(found), number) = (found, |number: usize| w.number(number)) else {
        return w.find_nothing().to_owned();
    };
    let all = found.messages.len();
    let stopped = found.earlier.is_some();
    match (at, all) {
        (_, 0) if stopped => w.find_nothing_yet(&number(found.looked_at)),
        (_, 0) => w.find_nothing().to_owned(),
        (Some(at), _) if stopped => {
            w.find_one_of_so_far(&number(all), &number(found.looked_at), &number(all - at))
        }
        (Some(at), _) => w.find_one_of(&number(all), &number(all - at)),
        (None, _) => w.find_some(&number(all)),
    }
}
