//! The API's own words: what stands in its JSON. Every field is always there; what is not known is `null`. Moments are
//! UTC, RFC 3339.

mod channel_account;
mod conversation;
mod held;
mod message;
mod outbox;
mod raw_event;
pub(super) mod words;

pub(super) use channel_account::{ChannelAccount, ChannelAccountList};
pub(super) use conversation::{Conversation, ConversationList};
pub(super) use held::{Attachment, Extra};
pub(super) use message::{Message, MessageEvent, MessageList, ReplyPreview};
pub(super) use outbox::{OutboxList, OutboxPart};
pub(super) use raw_event::{RawEvent, RawEventList, STATES as RAW_EVENT_STATES};
