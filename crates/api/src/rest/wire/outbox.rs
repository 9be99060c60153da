//! A part on its way out, by itself.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// A part of a message on its way out (deel in de uitbak), with the message that it belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct OutboxPart {
    /// Our id.
    #[schema(format = "uuid")]
    pub id: String,
    /// The message.
    #[schema(format = "uuid")]
    pub message: String,
    /// The conversation that the message stands in.
    #[schema(format = "uuid")]
    pub conversation: String,
    /// The account that it goes through (kanaalaccount).
    pub channel_account: String,
    #[schema(value_type = words::PartState)]
    pub state: &'static str,
    #[schema(value_type = words::DeliveryStatus)]
    pub delivery_status: &'static str,
    /// The platform's id.
    pub provider_id: Option<String>,
    /// Why it failed, waits or is unknown.
    pub failure: Option<String>,
    /// How often its present step was tried.
    pub attempts: u32,
    /// When its request left.
    pub in_flight_at: Option<Timestamp>,
    /// When the outbox was done with it.
    pub ended_at: Option<Timestamp>,
    /// The part that a person had sent again by this one.
    #[schema(format = "uuid")]
    pub resends: Option<String>,
}

/// A page of parts, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct OutboxList {
    /// The parts.
    pub items: Vec<OutboxPart>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
}

impl OutboxPart {
    pub(in crate::rest) fn of(part: &usecases::outbox::Part) -> Self {
        Self {
            id: part.id.to_string(),
            message: part.message.to_string(),
            conversation: part.conversation.to_string(),
            channel_account: part.channel_account.to_string(),
            state: part.state.as_str(),
            delivery_status: part.delivery.as_str(),
            provider_id: part.provider_id.clone(),
            failure: part.failure.clone(),
            attempts: part.attempts,
            in_flight_at: part.in_flight_at,
            ended_at: part.ended_at,
            resends: part.resends.map(|id| id.to_string()),
        }
    }
}
