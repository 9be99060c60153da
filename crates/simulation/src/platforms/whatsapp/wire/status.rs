//! Statuses on their way in: what became of a message of ours.

use serde::Serialize;
use serde_json::{Value, json};

use super::super::accepted::Price;
use super::super::codes::meaning;
use super::super::ids;
use super::super::settings::NumberSettings;
use super::message::Person;
use super::{Change, Contact, Content, Talk};

const HREF: &str =
    "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes";

/// A status of a message.
#[derive(Debug, Clone)]
pub(in super::super) struct Notice {
    pub(in super::super) wamid: String,
    pub(in super::super) status: &'static str,
    pub(in super::super) seconds: i64,
    pub(in super::super) callback_data: Option<String>,
    /// The business-scoped id, when the message was sent to it.
    pub(in super::super) user_id: Option<String>,
    pub(in super::super) error: Option<u32>,
    /// What it cost: with `sent`, and with the first of `delivered` and `read`.
    pub(in super::super) price: Option<Price>,
}

pub(super) fn change<'a>(number: &'a NumberSettings, person: &'a Person, notice: &Notice) -> Change<'a> {
    let status = Status::of(number, person, notice);
    let list = json!([serde_json::to_value(&status).unwrap_or_default()]);
    let contact = match &notice.error {
        None if notice.status == "sent" => Contact::of(number, person).without_username(),
        None => Contact::of(number, person),
        // Meta's page leaves all of it out here; deliveries of 2026 have the number (pywa's issue 227, read 2026-11-29).
        Some(_) => Contact::not_reached(person),
    };
    let value = Talk {
        contacts: Some([contact]),
        ..Talk::of(number, "statuses", list)
    };
    Change { value: Content::Talk(value), field: "messages" }
}

#[derive(Serialize)]
struct Status<'a> {
    id: &'a str,
    status: &'static str,
    timestamp: String,
    /// The number that the message went to; of one that went to a user id, only when the number is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_id: Option<&'a str>,
    /// Absent only when a message to a number failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Value>,
}

impl<'a> Status<'a> {
    fn of(number: &NumberSettings, person: &'a Person, notice: &'a Notice) -> Self {
        let arrives = notice.error.is_none();
        let user_id = || arrives.then(|| ids::user_id(&number.waba_id, &person.phone));
        // Since v24.0 a conversation is told only of the free window that an advertisement opened.
        let free_until = notice.price.as_ref().and_then(|price| price.free_until);
        let conversation = free_until.map(|until| {
            let until = until.as_second();
            json!({"id": ids::conversation_id(&number.phone_number_id, &person.phone, until),
                "expiration_timestamp": until.to_string(), "origin": {"type": "referral_conversion"}})
        });
        Self {
            id: &notice.wamid,
            status: notice.status,
            timestamp: notice.seconds.to_string(),
            recipient_id: match &notice.user_id {
                Some(_) => person.phone_as_shown().filter(|phone| !phone.is_empty()),
                None => Some(&person.phone),
            },
            recipient_user_id: notice.user_id.clone().or_else(user_id),
            biz_opaque_callback_data: notice.callback_data.as_deref(),
            conversation,
            pricing: notice.price.as_ref().map(pricing),
            errors: notice.error.map(error).into_iter().collect(),
        }
    }
}

fn pricing(price: &Price) -> Value {
    json!({"billable": price.kind == "regular", "pricing_model": "PMP", "category": price.category,
        "type": price.kind})
}

/// An error as statuses and messages carry it.
pub(in super::super) fn error(code: u32) -> Value {
    let meaning = meaning(code);
    json!({"code": code, "title": meaning.title, "message": meaning.title,
        "error_data": {"details": meaning.details}, "href": HREF})
}
