//! A message with what became of it.

use jiff::Timestamp;
use serde::Serialize;
use usecases::conversations as cases;
use utoipa::ToSchema;

use super::{Attachment, Extra, words};

/// A message (bericht) of either side, or a note (notitie) between colleagues.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Message {
    /// Our id.
    #[schema(format = "uuid")]
    pub id: String,
    #[schema(value_type = words::Direction)]
    pub direction: &'static str,
    #[schema(value_type = words::MessageKind)]
    pub kind: &'static str,
    /// Text or caption, as it was sent.
    pub text: Option<String>,
    /// Its files, in their order. A message is there before its files are.
    pub attachments: Vec<Attachment>,
    /// What it holds besides text and files.
    pub extras: Vec<Extra>,
    /// The platform's id.
    pub provider_id: Option<String>,
    /// When, by the platform's clock; by ours for what is written here.
    pub sent_at: Timestamp,
    /// When we had it.
    pub received_at: Timestamp,
    /// How far it came, if it is ours.
    #[schema(value_type = Option<words::DeliveryStatus>)]
    pub delivery_status: Option<&'static str>,
    /// Why it failed or is unknown.
    pub failure: Option<String>,
    /// The calls to the platform that carry it, if it is ours.
    pub parts: Vec<Part>,
    /// The platform's id of the message that it answers or quotes.
    pub reply_to: Option<String>,
    /// Who wrote it: the author's chosen name, or the colleague's.
    pub author_name: Option<String>,
    /// Edits, deletions, and of each person the newest reaction (the export has every one), in the order of the platform's
    /// clock.
    pub events: Vec<MessageEvent>,
    /// The text that its author changed it to; `text` stays what it was.
    pub edited_text: Option<String>,
    /// When its author deleted it; what it was stays.
    pub deleted_at: Option<Timestamp>,
    /// Whether everybody can see it.
    pub public: bool,
}

/// One call to a platform that carries a message, or a piece of it (deel).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Part {
    /// Our id; the one that `/outbox/{id}/resolution` takes.
    #[schema(format = "uuid")]
    pub id: String,
    #[schema(value_type = words::PartState)]
    pub state: &'static str,
    #[schema(value_type = words::DeliveryStatus)]
    pub delivery_status: &'static str,
    /// The platform's id.
    pub provider_id: Option<String>,
    /// Why it failed, waits or is unknown.
    pub failure: Option<String>,
    /// What it costs, as the platform told it.
    pub price: Option<Price>,
}

/// What a platform says about the price of a message (prijs).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Price {
    /// Whether the municipality pays for it.
    pub billable: bool,
    /// What it is charged as, in the platform's word: "service", "utility".
    pub category: Option<String>,
    /// How it is charged, in the platform's word.
    pub model: Option<String>,
    /// Why it costs nothing, or that it does, in the platform's word.
    pub kind: Option<String>,
}

/// What a reply would be for the resident (voorbeeld van een antwoord).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct ReplyPreview {
    /// The texts: one, the numbered pieces of a long one, or the template's.
    pub texts: Vec<String>,
    /// How many messages the resident gets.
    pub parts: u32,
}

/// Something that happened to a message and is no message (gebeurtenis bij een bericht).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct MessageEvent {
    /// `reaction`, `our_reaction`, `edit`, `deletion`, or `second_content`: another content under the same id.
    pub kind: String,
    /// The emoji, the new text.
    pub detail: Option<String>,
    /// When, by the platform's clock.
    pub at: Timestamp,
    /// The platform's id of it.
    pub provider_id: String,
}

/// A page of messages in resident order: by the platform's clock, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct MessageList {
    /// The messages.
    pub items: Vec<Message>,
    /// Where the next page begins; `null` on the last.
    pub next_cursor: Option<String>,
}

impl Message {
    pub(in crate::rest) fn of(view: &cases::MessageView) -> Self {
        let message = &view.message;
        Self {
            id: message.id.to_string(),
            direction: message.direction.as_str(),
            kind: message.kind.as_str(),
            text: message.text.clone(),
            attachments: view.attachments.iter().map(Attachment::of).collect(),
            extras: message.extras.iter().map(Extra::of).collect(),
            provider_id: message.provider_id.as_ref().map(ToString::to_string),
            sent_at: message.sent_at,
            received_at: message.received_at,
            delivery_status: message.delivery.map(|status| status.as_str()),
            failure: message.failure.clone(),
            parts: view.parts.iter().map(|part| Part::of(part, view.prices.get(&part.id))).collect(),
            reply_to: message.reply_to.as_ref().map(ToString::to_string),
            author_name: message.writer_name.clone(),
            events: view.events.iter().map(MessageEvent::of).collect(),
            edited_text: message.edited_text.clone(),
            deleted_at: message.deleted_at,
            public: message.public,
        }
    }
}

impl Part {
    fn of(part: &usecases::outbox::Part, price: Option<&domain::messages::Price>) -> Self {
        Self {
            price: price.map(|price| Price {
                billable: price.billable,
                category: price.category.clone(),
                model: price.model.clone(),
                kind: price.kind.clone(),
            }),
            id: part.id.to_string(),
            state: part.state.as_str(),
            delivery_status: part.delivery.as_str(),
            provider_id: part.provider_id.clone(),
            failure: part.failure.clone(),
        }
    }
}

impl MessageEvent {
    pub(in crate::rest) fn of(event: &cases::MessageEvent) -> Self {
        Self {
            kind: event.kind.clone(),
            detail: event.detail.clone(),
            at: event.at,
            provider_id: event.provider_id.to_string(),
        }
    }
}
