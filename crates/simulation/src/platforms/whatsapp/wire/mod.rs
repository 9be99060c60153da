//! The webhook bodies, word for word as Meta writes them.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference, May to July 2026.

mod message;
mod status;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::super::meta::escaped;
use super::ids;
use super::settings::NumberSettings;

pub use message::PhoneShown;
pub(super) use message::{Incoming, Person};
pub(super) use status::{Notice, error};

/// Messages as they are grouped in one POST: entries of changes of messages.
pub(super) type Batch = Vec<Vec<Vec<Incoming>>>;

/// One POST with messages of one person.
pub(super) fn messages_body(number: &NumberSettings, person: &Person, batch: &Batch) -> String {
    let entries = batch.iter().map(|changes| {
        let changes = changes.iter().map(|messages| message::change(number, person, messages)).collect();
        Entry { id: &number.waba_id, time: None, changes }
    });
    body(entries.collect())
}

/// One POST with one status of a message to `person`.
pub(super) fn status_body(number: &NumberSettings, person: &Person, notice: &Notice) -> String {
    let change = status::change(number, person, notice);
    body(vec![Entry { id: &number.waba_id, time: None, changes: vec![change] }])
}

/// One POST about the talk with one person under another field than `messages`: `list` holds its name and content.
pub(super) fn person_body(
    number: &NumberSettings,
    person: &Person,
    field: &'static str,
    list: (&'static str, Value),
) -> String {
    let value = Talk {
        contacts: Some([Contact::of(number, person)]),
        ..Talk::of(number, list.0, list.1)
    };
    let changes = vec![Change { value: Content::Talk(value), field }];
    body(vec![Entry { id: &number.waba_id, time: None, changes }])
}

/// One POST with an error that belongs to no message.
pub(super) fn errors_body(number: &NumberSettings, code: u32) -> String {
    let value = Talk::of(number, "errors", json!([error(code)]));
    let changes = vec![Change { value: Content::Talk(value), field: "messages" }];
    body(vec![Entry { id: &number.waba_id, time: None, changes }])
}

/// One POST about the account itself; these carry the time at which they left, in seconds.
pub(super) fn event_body(waba_id: &str, field: &'static str, value: Value, time: i64) -> String {
    let changes = vec![Change { value: Content::Event(value), field }];
    body(vec![Entry { id: waba_id, time: Some(time), changes }])
}

fn body(entry: Vec<Entry<'_>>) -> String {
    let envelope = Envelope { object: "whatsapp_business_account", entry };
    escaped(&serde_json::to_string(&envelope).expect("an envelope holds only text and numbers"))
}

#[derive(Serialize)]
struct Envelope<'a> {
    object: &'static str,
    entry: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<i64>,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    value: Content<'a>,
    field: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Talk(Talk<'a>),
    Event(Value),
}

/// What is said between a number and people: messages or statuses, never both.
#[derive(Serialize)]
struct Talk<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<[Contact<'a>; 1]>,
    #[serde(flatten)]
    list: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    display_phone_number: String,
    phone_number_id: &'a str,
}

#[derive(Serialize)]
struct Contact<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
}

#[derive(Serialize)]
struct Profile<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
}

impl<'a> Talk<'a> {
    fn of(number: &'a NumberSettings, name: &'static str, list: Value) -> Self {
        let metadata = Metadata {
            display_phone_number: number.display_digits(),
            phone_number_id: &number.phone_number_id,
        };
        Self {
            messaging_product: "whatsapp",
            metadata,
            contacts: None,
            list: BTreeMap::from([(name, list)]),
        }
    }
}

impl<'a> Contact<'a> {
    fn of(number: &NumberSettings, person: &'a Person) -> Self {
        Self {
            profile: Some(Profile { name: &person.name, username: person.username.as_deref() }),
            wa_id: person.phone_as_shown(),
            user_id: Some(ids::user_id(&number.waba_id, &person.phone)),
        }
    }

    fn without_username(mut self) -> Self {
        if let Some(profile) = &mut self.profile {
            profile.username = None;
        }
        self
    }

    /// The number alone, of somebody whom a message did not reach.
    fn not_reached(person: &'a Person) -> Self {
        Self { profile: None, wa_id: person.phone_as_shown(), user_id: None }
    }
}
