//! A conversation and what can happen to it.

use jiff::Timestamp;

use super::state::{ConversationState, IllegalTransition, Outcome, Transition};
use crate::access::NotAllowed;
use crate::channels::{Capabilities, ProviderId};
use crate::ids::{AuthorId, ChannelAccountId, ConversationId, MunicipalityId, TeamId, UserId};
use crate::limits::REOPEN_WITHIN_SECONDS;
use crate::templates::TemplateRefused;
use crate::time::{plus_seconds, seconds_between};

/// With whom we talk: what makes a message belong to this conversation and no other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counterpart {
    /// One author, in private.
    Author(AuthorId),
    /// The thread under one post, in public, by many authors.
    Thread(ProviderId),
}

impl Counterpart {
    /// The key under which at most one conversation of a channel account is open (A3, P4).
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Author(author) => format!("author:{author}"),
            Self::Thread(thread) => format!("thread:{thread}"),
        }
    }

    /// The counterpart of a stored key; `None` for a key that we never wrote.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let (kind, value) = key.split_once(':')?;
        match kind {
            "author" => value.parse().ok().map(Self::Author),
            "thread" => ProviderId::new(value).ok().map(Self::Thread),
            _ => None,
        }
    }
}

/// A conversation (gesprek).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its municipality.
    pub municipality: MunicipalityId,
    /// Its id.
    pub id: ConversationId,
    /// On which account it runs.
    pub channel_account: ChannelAccountId,
    /// With whom.
    pub counterpart: Counterpart,
    /// Where it stands.
    pub state: ConversationState,
    /// What came of it, when closed.
    pub outcome: Option<Outcome>,
    /// The one team it belongs to.
    pub team: TeamId,
    /// Its owner; at most one.
    pub assignee: Option<UserId>,
    /// Since when the resident waits for us: the platform's time of their oldest message that has no answer.
    pub waiting_since_at: Option<Timestamp>,
    /// Platform time of the newest message of the resident; the reply window counts from it.
    pub last_inbound_at: Option<Timestamp>,
    /// Platform time of the newest message of either side, notes excepted.
    pub last_activity_at: Timestamp,
    /// How many messages of the other side came in: the number of the last one, in the order of arrival.
    pub arrivals: i64,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The closed conversation that this one follows.
    pub previous: Option<ConversationId>,
    /// Rises with every change: who based a change on an older one gets a conflict.
    pub version: i64,
}

/// What a message of a resident did to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It belongs to it.
    Taken,
    /// It belongs to it and opened it again.
    Reopened,
    /// It came too long after closing: it begins a new conversation that names this one.
    BeginsNew,
}

/// The time in which a platform lets us answer freely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowOfReply {
    /// The platform sets no limit.
    Unlimited,
    /// Open until this moment.
    OpenUntil(Timestamp),
    /// It closed at this moment, or never opened (`None`).
    Closed(Option<Timestamp>),
}

/// A reply that is refused before anything is stored or sent; the text stays with the agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyRefused {
    /// Nothing was written.
    #[error("the text is empty")]
    Empty,
    /// Longer than the channel takes.
    #[error("the text has {length} {unit}, the channel takes {max}")]
    TooLong {
        /// What it has.
        length: usize,
        /// What the channel takes.
        max: usize,
        /// In which unit both are counted.
        unit: &'static str,
    },
    /// The platform's window for free answers is closed.
    #[error("the platform's reply window is closed")]
    WindowClosed {
        /// Since when; `None` when the resident never wrote.
        since: Option<Timestamp>,
    },
    /// A closed conversation is reopened first.
    #[error("the conversation is closed")]
    Closed,
    /// The text holds something that no platform takes, such as U+0000.
    #[error("the text contains a character that cannot be sent")]
    Unsendable,
    /// The channel does not take one of the files, or it is not there any more.
    #[error("the channel does not take file {ordinal}: {reason}")]
    File {
        /// Which, by its place in the reply, from 0.
        ordinal: usize,
        /// Why, as a word of the wording files.
        reason: &'static str,
    },
    /// The channel does not take what goes along.
    #[error("the channel does not take {what}")]
    Along {
        /// What, as a word of the wording files.
        what: &'static str,
    },
    /// The template cannot be sent as it was filled in.
    #[error(transparent)]
    Template(#[from] TemplateRefused),
    /// The actor may not reply.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
}

/// What goes along with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Along {
    /// Nothing: the text must say something.
    Nothing,
    /// Files, a place, cards, buttons or a list.
    Something,
    /// A template, which may be sent when the window for free answers is closed.
    Template,
}

/// What somebody is about to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'t> {
    /// The text.
    pub text: &'t str,
    /// What goes along with it.
    pub along: Along,
    /// The writer has seen that the text goes out in several messages.
    pub in_pieces: bool,
}

impl Conversation {
    /// Applies a message of the resident, sent at `sent_at` by the platform's clock.
    ///
    /// Order does not matter: whichever of several messages comes in first, the conversation ends the same (A4).
    pub fn receive(&mut self, sent_at: Timestamp) -> Received {
        let mut result = Received::Taken;
        if let (ConversationState::Closed, Some(closed_at)) = (self.state, self.closed_at) {
            if seconds_between(closed_at, sent_at) > REOPEN_WITHIN_SECONDS {
                return Received::BeginsNew;
            }
            result = Received::Reopened;
            self.outcome = None;
            self.closed_at = None;
        }
        if let Ok(state) = self.state.after(Transition::ResidentWrote) {
            self.state = state;
        }
        self.arrivals += 1;
        self.last_inbound_at = self.last_inbound_at.max(Some(sent_at));
        self.last_activity_at = self.last_activity_at.max(sent_at);
        self.waiting_since_at = Some(self.waiting_since_at.map_or(sent_at, |since| since.min(sent_at)));
        result
    }

    /// Applies our answer, written at `now`.
    ///
    /// # Errors
    /// [`IllegalTransition`] when the conversation is closed.
    pub fn reply(&mut self, now: Timestamp) -> Result<(), IllegalTransition> {
        self.state = self.state.after(Transition::Replied)?;
        self.last_activity_at = self.last_activity_at.max(now);
        self.waiting_since_at = None;
        Ok(())
    }

    /// Applies that an answer of ours failed, or that one which seemed to have failed came through after all.
    ///
    /// `unanswered_since`: the time of the resident's oldest message that has no answer now. A closed conversation stays
    /// closed: a person has decided.
    pub fn answer_changed(&mut self, unanswered_since: Option<Timestamp>) {
        if !self.state.is_active() {
            return;
        }
        if self.state == ConversationState::Snoozed && unanswered_since.is_some() {
            self.state = ConversationState::Open;
        }
        self.waits_since(unanswered_since);
    }

    /// Applies what the author said elsewhere, as in a group: it is seen here, and nobody waits for an answer to it, nor does
    /// the platform let us answer for longer.
    pub fn receive_aside(&mut self, sent_at: Timestamp) {
        self.arrivals += 1;
        self.last_activity_at = self.last_activity_at.max(sent_at);
    }

    /// Applies a message of the resident that we had answered elsewhere before it came in: nobody waits for us.
    pub fn receive_answered(&mut self, sent_at: Timestamp) {
        self.arrivals += 1;
        self.last_inbound_at = self.last_inbound_at.max(Some(sent_at));
        self.last_activity_at = self.last_activity_at.max(sent_at);
    }

    /// Applies an answer of ours that was given elsewhere, at `at` by the platform's clock.
    ///
    /// `unanswered_since`: the time of the resident's oldest message after it that has no answer. It may have come in
    /// first; the conversation ends the same (A4).
    ///
    /// # Errors
    /// [`IllegalTransition`] when the conversation is closed.
    pub fn answered_elsewhere(
        &mut self,
        at: Timestamp,
        unanswered_since: Option<Timestamp>,
    ) -> Result<(), IllegalTransition> {
        let waits = self.waiting_since_at.and(unanswered_since);
        self.reply(at)?;
        if waits.is_some() {
            self.state = self.state.after(Transition::ResidentWrote)?;
            self.waiting_since_at = waits;
        }
        Ok(())
    }

    /// Gives the conversation to `assignee`, or to nobody.
    ///
    /// # Errors
    /// [`IllegalTransition`] when it is closed.
    pub fn assign(&mut self, assignee: Option<UserId>) -> Result<(), IllegalTransition> {
        if assignee.is_some() {
            self.state = self.state.after(Transition::Claimed)?;
        } else if !self.state.is_active() {
            return Err(IllegalTransition { from: self.state, transition: Transition::Claimed });
        }
        self.assignee = assignee;
        Ok(())
    }

    /// Closes it.
    ///
    /// # Errors
    /// [`IllegalTransition`] when it is closed already.
    pub fn close(&mut self, outcome: Outcome, now: Timestamp) -> Result<(), IllegalTransition> {
        self.state = self.state.after(Transition::Close(outcome))?;
        self.outcome = Some(outcome);
        self.closed_at = Some(now);
        self.waiting_since_at = None;
        Ok(())
    }

    /// Opens a closed conversation again, by a person.
    ///
    /// # Errors
    /// [`IllegalTransition`] when it is not closed.
    pub fn reopen(&mut self) -> Result<(), IllegalTransition> {
        self.state = self.state.after(Transition::Reopen)?;
        self.outcome = None;
        self.closed_at = None;
        Ok(())
    }

    /// The window in which the platform lets us answer freely, at `now`.
    ///
    /// Counted from the platform's time of the resident's last message, not from its arrival (P9).
    #[must_use]
    pub fn reply_window(&self, capabilities: &Capabilities, now: Timestamp) -> WindowOfReply {
        let Some(seconds) = capabilities.reply_window_seconds else {
            return WindowOfReply::Unlimited;
        };
        match self.last_inbound_at.map(|at| plus_seconds(at, seconds)) {
            Some(until) if now < until => WindowOfReply::OpenUntil(until),
            closed => WindowOfReply::Closed(closed),
        }
    }

    /// Whether something may be sent as a reply at `now`; says no before anything leaves, with the reason.
    ///
    /// # Errors
    /// [`ReplyRefused`] with what is wrong.
    pub fn check_reply(
        &self,
        said: &Said<'_>,
        capabilities: &Capabilities,
        now: Timestamp,
    ) -> Result<(), ReplyRefused> {
        if !self.state.is_active() {
            return Err(ReplyRefused::Closed);
        }
        if said.along == Along::Nothing && said.text.trim().is_empty() {
            return Err(ReplyRefused::Empty);
        }
        if said.text.contains('\0') {
            return Err(ReplyRefused::Unsendable);
        }
        let length = capabilities.text_unit.length(said.text);
        if length > capabilities.text_max && !said.in_pieces {
            let unit = capabilities.text_unit.as_str();
            return Err(ReplyRefused::TooLong { length, max: capabilities.text_max, unit });
        }
        if said.along == Along::Template {
            Ok(())
        } else {
            self.check_open(capabilities, now)
        }
    }

    /// Whether the platform lets us say something freely at `now`, in a conversation that is not closed.
    ///
    /// # Errors
    /// [`ReplyRefused::Closed`], [`ReplyRefused::WindowClosed`].
    pub fn check_open(&self, capabilities: &Capabilities, now: Timestamp) -> Result<(), ReplyRefused> {
        if !self.state.is_active() {
            return Err(ReplyRefused::Closed);
        }
        match self.reply_window(capabilities, now) {
            WindowOfReply::Closed(since) => Err(ReplyRefused::WindowClosed { since }),
            _ => Ok(()),
        }
    }
}
