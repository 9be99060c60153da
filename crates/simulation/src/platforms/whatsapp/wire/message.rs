//! Messages of residents on their way in.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::ids;
use super::super::settings::NumberSettings;
use super::{Change, Contact, Content, Talk};

/// A person as webhooks show them.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Person {
    /// The number, which the platform knows even when it shows it to nobody.
    pub(in super::super) phone: String,
    pub(in super::super) name: String,
    pub(in super::super) username: Option<String>,
    pub(in super::super) shown: PhoneShown,
}

/// What webhooks say of the number of somebody who took a user name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PhoneShown {
    /// The number.
    #[default]
    Number,
    /// An empty text.
    Empty,
    /// Nothing at all.
    Absent,
}

impl Person {
    pub(super) fn phone_as_shown(&self) -> Option<&str> {
        match self.shown {
            PhoneShown::Number => Some(&self.phone),
            PhoneShown::Empty => Some(""),
            PhoneShown::Absent => None,
        }
    }
}

/// A message on its way in.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Incoming {
    pub(in super::super) wamid: String,
    pub(in super::super) seconds: i64,
    /// `type` and the object under it, and whatever else this kind has.
    pub(in super::super) content: Map<String, Value>,
    /// What it answers or where it was forwarded from.
    pub(in super::super) context: Option<Value>,
    /// Told by the platform about the person, not said by the person.
    pub(in super::super) system: bool,
    /// The person is not told with it: the old name stands for nobody any more.
    pub(in super::super) without_contacts: bool,
}

impl Incoming {
    /// A message of this kind, with the object under it.
    pub(in super::super) fn of(kind: &str, object: Value) -> Map<String, Value> {
        Map::from_iter([("type".to_owned(), json!(kind)), (kind.to_owned(), object)])
    }
}

pub(super) fn change<'a>(
    number: &'a NumberSettings,
    person: &'a Person,
    messages: &[Incoming],
) -> Change<'a> {
    let said: Vec<Message<'_>> =
        messages.iter().map(|message| Message::of(number, person, message)).collect();
    let list = serde_json::to_value(&said).unwrap_or_default();
    let contacts = messages
        .iter()
        .any(|message| !message.without_contacts)
        .then(|| [Contact::of(number, person)]);
    let value = Talk { contacts, ..Talk::of(number, "messages", list) };
    Change { value: Content::Talk(value), field: "messages" }
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_user_id: Option<String>,
    id: &'a str,
    timestamp: String,
    #[serde(flatten)]
    content: &'a Map<String, Value>,
}

impl<'a> Message<'a> {
    fn of(number: &NumberSettings, person: &'a Person, message: &'a Incoming) -> Self {
        Self {
            context: message.context.as_ref(),
            from: person.phone_as_shown(),
            from_user_id: (!message.system).then(|| ids::user_id(&number.waba_id, &person.phone)),
            id: &message.wamid,
            timestamp: message.seconds.to_string(),
            content: &message.content,
        }
    }
}
