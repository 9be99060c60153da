//! What a platform told us, in our words.

use jiff::Timestamp;

use super::{Answer, HealthEvent, ProviderId};
use crate::attachments::RemoteFile;
use crate::ids::{ChannelAccountId, RawEventId};
use crate::messages::{DeliveryStatus, Extra, MessageKind, Price};

/// A delivery of a platform as it lies on disk: the source of everything that is derived from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// Its id.
    pub id: RawEventId,
    /// The account that it concerns.
    pub channel_account: ChannelAccountId,
    /// When we received it.
    pub received_at: Timestamp,
    /// The body, or the part of it that concerns this account.
    pub body: Vec<u8>,
}

/// One entry of a raw event. Items succeed and fail one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its place in the raw event, from 0; the same at every reading.
    pub index: u32,
    /// What it says, or why it cannot be read.
    pub what: Result<Inbound, String>,
}

/// What an item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// Somebody wrote to us.
    Message(Box<InboundMessage>),
    /// We wrote, but not from Gehoor: on a phone, or in another program.
    Echo(Box<Echo>),
    /// What became of a message of ours.
    Delivery(DeliveryReport),
    /// A reaction to, an edit or a deletion of an earlier message.
    Change(Box<MessageChange>),
    /// An author's identifiers changed; no new conversation.
    Identity(IdentityChange),
    /// Something about the account itself: quality, name, limits, a ban.
    Account(AccountNotice),
    /// Understood, and nothing that anybody needs to see.
    Nothing {
        /// The platform's name of it, for the count.
        kind: String,
    },
}

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Between its author and us.
    Private,
    /// In a group of several people, where an answer of ours to its author does not come.
    Group {
        /// The group.
        group: ProviderId,
    },
    /// Under a post, for everybody to see.
    Public {
        /// The post whose thread it is in; for a post itself, its own id.
        thread: ProviderId,
        /// What it answers directly, where the platform nests.
        parent: Option<ProviderId>,
    },
}

/// How much an identifier says about who somebody is. The connector knows it; see [`crate::authors`] for what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Can pass to somebody else: a phone number, a handle.
    Passing,
    /// The platform never gives it to another person.
    Lasting,
}

/// One way in which a platform names an author: a phone number, a page-scoped id, a handle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// The connector's word for the kind, "phone".
    pub kind: std::borrow::Cow<'static, str>,
    /// The value, as the platform writes it.
    pub value: String,
    /// How much it says; the same for all of a kind.
    pub strength: Strength,
}

/// Who the platform says somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorClaim {
    /// All names that the platform gave for this author; at least one.
    pub identifiers: Vec<Identifier>,
    /// The name that the author chose; may be missing and change at any time.
    pub display_name: Option<String>,
}

/// A message to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// The platform's id: the key of deduplication.
    pub provider_id: ProviderId,
    /// Who wrote it.
    pub from: AuthorClaim,
    /// Where.
    pub place: Place,
    /// When, by the platform's clock.
    pub sent_at: Timestamp,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// The platform's word for the kind, shown where we do not know it.
    pub platform_kind: String,
    /// The text or caption.
    pub text: Option<String>,
    /// Files that the platform keeps for us, in its order.
    pub files: Vec<RemoteFile>,
    /// What it holds besides text and files.
    pub extras: Vec<Extra>,
    /// The message that it answers or quotes.
    pub reply_to: Option<ProviderId>,
}

/// A message of ours that was written elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// The platform's id.
    pub provider_id: ProviderId,
    /// To whom.
    pub to: AuthorClaim,
    /// Where.
    pub place: Place,
    /// When, by the platform's clock.
    pub sent_at: Timestamp,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// The platform's word for the kind.
    pub platform_kind: String,
    /// The text or caption.
    pub text: Option<String>,
    /// Files that the platform keeps, in its order.
    pub files: Vec<RemoteFile>,
    /// What it holds besides text and files.
    pub extras: Vec<Extra>,
    /// Our part's id, where the platform hands it back.
    pub tracker: Option<String>,
}

/// What became of a message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The platform's id of our message.
    pub provider_id: ProviderId,
    /// Our part's id, where the platform hands it back; it may come before the answer to the send.
    pub tracker: Option<String>,
    /// How far it came.
    pub status: DeliveryStatus,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// Whom it concerns, where a message has several recipients.
    pub recipient: Option<String>,
    /// Why it failed: the platform's number for it, and words.
    pub failure: Option<String>,
    /// What the same trouble would have been as the answer to the send, where the connector knows it: what follows for the
    /// account, or why this resident does not get it. It is never a reason to send again by itself.
    pub verdict: Option<Answer>,
    /// What it costs, where the platform says so.
    pub price: Option<Price>,
}

impl DeliveryReport {
    /// Why it failed, in the form of an answer to a send: "unreachable: 131026 …".
    #[must_use]
    pub fn why(&self) -> Option<String> {
        match (&self.verdict, &self.failure) {
            (Some(Answer::Refused { reason, .. }), Some(words)) => {
                Some(format!("{}: {words}", reason.as_str()))
            }
            (_, words) => words.clone(),
        }
    }
}

/// A change to an earlier message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageChange {
    /// The platform's id of the change itself: the key of deduplication.
    pub provider_id: ProviderId,
    /// The message that it changes.
    pub target: ProviderId,
    /// Who changed it.
    pub by: ChangedBy,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// What it does.
    pub change: MessageChangeKind,
}

/// Who changed a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedBy {
    /// We, but not from Gehoor.
    Us,
    /// Somebody outside.
    Author(AuthorClaim),
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageChangeKind {
    /// Reacted with an emoji; `None` takes the reaction back.
    Reacted(Option<String>),
    /// The text is now this; what it was stays.
    Edited(Option<String>),
    /// Deleted by its author; what it was stays.
    Deleted,
}

/// An author goes by other names now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityChange {
    /// The platform's id of the notice.
    pub provider_id: ProviderId,
    /// The names that we may know the author by; at least one.
    pub before: Vec<Identifier>,
    /// The names that the author has from now on; at least one.
    pub after: Vec<Identifier>,
    /// When, by the platform's clock.
    pub at: Timestamp,
}

/// Something about the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNotice {
    /// The platform's word for it.
    pub kind: String,
    /// One line for the log of the account.
    pub detail: String,
    /// What it says about the account's health; `None` where it says nothing that anybody has to see.
    pub health: Option<HealthEvent>,
}
