//! A delivery of a platform, without its content.

use jiff::Timestamp;
use serde::Serialize;
use usecases::ingest::{self, QuarantinedEvent, RawState};
use utoipa::ToSchema;

use super::words;

/// The states, in the order in which a delivery goes through them.
pub(in crate::rest) const STATES: [RawState; 3] = [RawState::Received, RawState::Read, RawState::Quarantined];

/// The number under which a delivery stands that could not even be told apart into items.
const WHOLE_EVENT: u32 = u32::MAX;

/// A delivery of a platform as it was received (ruwe gebeurtenis), without its content.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct RawEvent {
    /// Our id.
    #[schema(format = "uuid")]
    pub id: String,
    /// The account that it concerns (kanaalaccount).
    pub channel_account: String,
    #[schema(value_type = words::RawEventState)]
    pub state: &'static str,
    /// When it came.
    pub received_at: Timestamp,
    /// How often it was taken to be read.
    pub attempts: i64,
    /// Its size in bytes.
    pub bytes: i64,
    /// What of it could not be read.
    pub unread: Vec<UnreadItem>,
}

/// An item of a delivery that could not be read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct UnreadItem {
    /// Its place in the delivery, from 0; `null` for the delivery as a whole.
    pub item: Option<u32>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why, without anything of what it says.
    pub reason: String,
    /// When it was tried last.
    pub last_tried_at: Timestamp,
    /// Whether it waits for a person.
    pub quarantined: bool,
}

/// A page of deliveries, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct RawEventList {
    /// The deliveries.
    pub items: Vec<RawEvent>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
}

impl RawEvent {
    pub(in crate::rest) fn of(listed: &QuarantinedEvent) -> Self {
        Self {
            id: listed.event.id.to_string(),
            channel_account: listed.event.channel_account.to_string(),
            state: listed.event.state.as_str(),
            received_at: listed.event.received_at,
            attempts: listed.event.attempts,
            bytes: listed.event.bytes,
            unread: listed.items.iter().map(UnreadItem::of).collect(),
        }
    }
}

impl UnreadItem {
    fn of(unread: &ingest::UnreadItem) -> Self {
        Self {
            item: (unread.item != WHOLE_EVENT).then_some(unread.item),
            attempts: unread.attempts,
            reason: unread.reason.clone(),
            last_tried_at: unread.last_at,
            quarantined: unread.quarantined,
        }
    }
}
