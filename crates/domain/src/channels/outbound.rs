//! What leaves: a reply as parts, a part as steps, and the four answers that work outside can end in.

use serde::{Deserialize, Serialize};

use super::{Identifier, Place, ProviderId};
use crate::ids::{AttachmentId, MessageId, PartId};
use crate::messages::{Extra, MessageKind};

/// A reply that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// Our message.
    pub message: MessageId,
    /// To whom.
    pub to: Recipient,
    /// What is said; may be empty beside files, a place, a card or a template.
    pub text: String,
    /// Files that go along, in order; each is at least one part with a state of its own.
    pub files: Vec<OutboundFile>,
    /// What else goes along: buttons or a list, a place, cards, a template.
    pub extras: Vec<Extra>,
    /// The resident's message that it quotes.
    pub reply_to: Option<ProviderId>,
}

/// A file of ours that is to be sent. Its content stays in the store until the driver reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundFile {
    /// Which.
    pub attachment: AttachmentId,
    /// As what it is sent.
    pub kind: MessageKind,
    /// Its type, by its content: `image/jpeg`.
    pub media_type: String,
    /// Its name, made safe.
    pub file_name: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
}

/// To whom a reply goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The names under which the author can be reached, the one that was seen last first; none that they gave up.
    pub identifiers: Vec<Identifier>,
    /// In private, or under a post.
    pub place: Place,
}

/// Whether repeating a step can do harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// May be repeated: nobody outside sees it (an upload, a container that is not published).
    Safe,
    /// Somebody outside sees it: an unknown outcome is never repeated by the machine.
    Effect,
}

/// One call to a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The connector's word for it.
    pub name: String,
    /// Whether repeating it can do harm.
    pub kind: StepKind,
    /// Whether a file goes along: such a step takes long, and has a share of its own in what is under way.
    #[serde(default)]
    pub carries_file: bool,
    /// What the connector needs to build the request again, in its own form.
    pub data: serde_json::Value,
}

/// A part as a connector composed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartDraft {
    /// Its steps, at least one, in order.
    pub steps: Vec<Step>,
}

/// A part at the moment one of its steps is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartInFlight {
    /// Its id: the tracker that platforms hand back, and the idempotency key where they honour one.
    pub id: PartId,
    /// The step.
    pub step: Step,
    /// What earlier steps of this part left to remember (a container's id).
    pub memory: serde_json::Value,
}

/// A reply that the connector cannot turn into calls.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// None of the author's names is one that the platform can send to.
    #[error("the author has no address that this channel can send to")]
    NoAddress,
    /// The channel does not answer in this place.
    #[error("this channel cannot answer there")]
    WrongPlace,
    /// The text is longer than the channel takes.
    #[error("the text is too long for this channel")]
    TooLong,
    /// The channel does not take such a file, or not one so large.
    #[error("this channel does not take the file: {reason}")]
    File {
        /// Which, by its place in the reply, from 0.
        ordinal: usize,
        /// Why, as a word of the wording files: `type`, `size`, `count`.
        reason: &'static str,
    },
    /// The channel does not take what goes along, or not so much of it.
    #[error("this channel does not take {what}")]
    Extra {
        /// What, as a word of the wording files: `options`, `place`, `contact`, `template`, `too_many_choices`, ….
        what: &'static str,
    },
}

/// What follows on a platform's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// The step is done; the next may begin and finds this in its memory.
    NextStep {
        /// What to remember.
        memory: serde_json::Value,
    },
    /// What an earlier step left behind is not there any more, and nothing was sent: the part begins again with its first
    /// step, which finds this in its memory.
    Restart {
        /// What to remember.
        memory: serde_json::Value,
        /// Why, for the log.
        reason: String,
    },
    /// The part is done with.
    Ended(Answer),
}

/// The four answers in which work outside ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The platform took it.
    Delivered {
        /// Under this id.
        provider_id: Option<ProviderId>,
    },
    /// Certainly not sent; to be tried again.
    Retry {
        /// Not before.
        after: RetryAfter,
        /// Whom the waiting concerns.
        hold: Hold,
        /// Why, for the log and the account's health.
        reason: String,
    },
    /// Certainly not sent, and trying again would not help.
    Refused {
        /// Why.
        reason: RefusalReason,
        /// The platform's own number and words for it, at most 500 characters, without anything of the message.
        detail: Option<String>,
    },
    /// Perhaps sent. Never repeated by the machine.
    Unknown {
        /// What made it uncertain, for the person who decides.
        reason: String,
    },
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// The platform named so many seconds; held to an hour.
    Seconds(u64),
    /// It named nothing: back off by the number of attempts, with full jitter.
    Backoff,
    /// It wants one second, and four times as long after each further try; held to an hour.
    Fourfold,
}

/// Whom a wait concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// This part. What comes after it in its conversation waits behind it, so that this also holds one recipient.
    Part,
    /// Everything that the account would send; it passes by itself.
    Account,
    /// Everything that the account would send, until a person says that it may go on: the platform has taken offence, and
    /// every further try is held against us.
    Stopped {
        /// What is wrong: the connector's word, explained in its wording files.
        word: &'static str,
    },
    /// Everything that the account would send, until a person has mended something; it is tried now and then.
    Broken {
        /// What is wrong: the connector's word, explained in its wording files.
        word: &'static str,
    },
}

/// Why a platform refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum RefusalReason {
    /// The window for free answers is closed.
    WindowClosed,
    /// The recipient cannot be reached: no such account, blocked us, too old an app.
    Unreachable,
    /// The platform's policy forbids it: limits on spam, a locked account, an opted-out recipient.
    Policy,
    /// The platform limits what this recipient gets for now: not before a day has passed.
    Limited,
    /// Our credentials are not valid any more, or not for this.
    Credentials,
    /// Our request was wrong: a bug of ours, or a platform that changed.
    Malformed,
    /// Anything else.
    Other,
}

impl RefusalReason {
    /// Seconds for which what failed should not be sent again, by how a failure is kept: "limited: 131049 …". `None` where
    /// the reason sets no time.
    #[must_use]
    pub fn rest_seconds(failure: &str) -> Option<i64> {
        let reason = failure.split_once(':').map_or(failure, |(reason, _)| reason);
        (reason == Self::Limited.as_str()).then_some(24 * 3600)
    }

    /// The name in the API and the database.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::WindowClosed => "window_closed",
            Self::Unreachable => "unreachable",
            Self::Policy => "policy",
            Self::Limited => "limited",
            Self::Credentials => "credentials",
            Self::Malformed => "malformed",
            Self::Other => "other",
        }
    }
}
