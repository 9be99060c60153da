//! From a platform's request to a conversation: verified, put down, acknowledged; read afterwards, item by item.

mod authors;
mod deliveries;
mod files;
mod messages;
mod quarantine;
mod read_event;
mod receive_event;

pub(crate) use deliveries::{apply_known_reports, name_message, raise_message};
pub use quarantine::{QuarantinedEvent, list_raw_events, replay_all, replay_raw_event};
pub use read_event::{ReadOutcome, put_aside, read_event};
pub use receive_event::{
    Door, Refusal, Taken, handshake, list_doors, move_cursor, poll_again, receive_event, receive_polled,
    resolve_door, take_due_polls,
};
pub use store::inbox::{Claimed, Listed as ListedRawEvent, RawState, Verdict};
pub use store::tables::unread::UnreadItem;
