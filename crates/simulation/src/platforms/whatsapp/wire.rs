//! The webhook bodies, word for word as Meta writes them and in its order of fields.

use serde::Serialize;

use super::super::meta::escaped;
use super::ids;
use super::number::NumberSettings;

/// A person as webhooks show them.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) phone: String,
    pub(super) name: String,
}

/// A text on its way in.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) wamid: String,
    pub(super) seconds: i64,
    pub(super) body: String,
}

/// A status on its way in.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub(super) wamid: String,
    pub(super) status: &'static str,
    pub(super) seconds: i64,
    pub(super) callback_data: Option<String>,
    pub(super) error: Option<u32>,
}

/// Texts as they are grouped in one POST: entries of changes of messages.
pub(super) type Batch = Vec<Vec<Vec<Text>>>;

/// One POST with texts of one person.
pub(super) fn texts_body(number: &NumberSettings, person: &Person, batch: &Batch) -> String {
    let entries = batch.iter().map(|changes| {
        let changes = changes.iter().map(|texts| texts_change(number, person, texts)).collect();
        Entry { id: &number.waba_id, changes }
    });
    body(entries.collect())
}

/// One POST with one status of a message to `person`.
pub(super) fn status_body(number: &NumberSettings, person: &Person, notice: &Notice) -> String {
    let statuses = vec![Status::of(person, notice)];
    let changes = vec![Change::of(number, person, What::Statuses(statuses))];
    body(vec![Entry { id: &number.waba_id, changes }])
}

/// Title and details of an error that arrives in a status.
pub(super) fn wording(code: u32) -> (&'static str, &'static str) {
    match code {
        130_472 => (
            "User's number is part of an experiment",
            "Failed to send message because this user's phone number is part of an experiment",
        ),
        131_026 => ("Message undeliverable", "Message Undeliverable."),
        131_047 => (
            "Re-engagement message",
            "Message failed to send because more than 24 hours have passed since the customer last replied to this \
             number.",
        ),
        131_053 => ("Media upload error", "Unsupported media."),
        _ => ("Something went wrong", "Message failed to send because of an unknown error."),
    }
}

fn texts_change<'a>(number: &'a NumberSettings, person: &'a Person, texts: &'a [Text]) -> Change<'a> {
    let messages = texts.iter().map(|text| Message::of(number, person, text)).collect();
    Change::of(number, person, What::Messages(messages))
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
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    value: Value<'a>,
    field: &'static str,
}

#[derive(Serialize)]
struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    contacts: [Contact<'a>; 1],
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    display_phone_number: String,
    phone_number_id: &'a str,
}

#[derive(Serialize)]
struct Contact<'a> {
    profile: Profile<'a>,
    wa_id: &'a str,
    user_id: String,
}

#[derive(Serialize)]
struct Profile<'a> {
    name: &'a str,
}

/// A value holds one of the two, never both.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum What<'a> {
    Messages(Vec<Message<'a>>),
    Statuses(Vec<Status<'a>>),
}

#[derive(Serialize)]
struct Message<'a> {
    from: &'a str,
    from_user_id: String,
    id: &'a str,
    timestamp: String,
    text: TextBody<'a>,
    r#type: &'static str,
}

#[derive(Serialize)]
struct TextBody<'a> {
    body: &'a str,
}

#[derive(Serialize)]
struct Status<'a> {
    id: &'a str,
    status: &'static str,
    timestamp: String,
    recipient_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Pricing>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<StatusError>,
}

#[derive(Serialize)]
struct Pricing {
    billable: bool,
    pricing_model: &'static str,
    category: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct StatusError {
    code: u32,
    title: &'static str,
    message: &'static str,
    error_data: ErrorData,
    href: &'static str,
}

#[derive(Serialize)]
struct ErrorData {
    details: &'static str,
}

impl<'a> Change<'a> {
    fn of(number: &'a NumberSettings, person: &'a Person, what: What<'a>) -> Self {
        let display = number.display_phone_number.chars().filter(char::is_ascii_digit).collect();
        let metadata = Metadata {
            display_phone_number: display,
            phone_number_id: &number.phone_number_id,
        };
        let contact = Contact {
            profile: Profile { name: &person.name },
            wa_id: &person.phone,
            user_id: ids::user_id(&number.waba_id, &person.phone),
        };
        let value = Value {
            messaging_product: "whatsapp",
            metadata,
            contacts: [contact],
            what,
        };
        Self { value, field: "messages" }
    }
}

impl<'a> Message<'a> {
    fn of(number: &NumberSettings, person: &'a Person, text: &'a Text) -> Self {
        Self {
            from: &person.phone,
            from_user_id: ids::user_id(&number.waba_id, &person.phone),
            id: &text.wamid,
            timestamp: text.seconds.to_string(),
            text: TextBody { body: &text.body },
            r#type: "text",
        }
    }
}

impl<'a> Status<'a> {
    fn of(person: &'a Person, notice: &'a Notice) -> Self {
        let errors = notice.error.map(StatusError::of).into_iter().collect();
        // A failed message costs nothing and says nothing about its price.
        let pricing = notice.error.is_none().then_some(Pricing {
            billable: false,
            pricing_model: "PMP",
            category: "service",
            r#type: "free_customer_service",
        });
        Self {
            id: &notice.wamid,
            status: notice.status,
            timestamp: notice.seconds.to_string(),
            recipient_id: &person.phone,
            biz_opaque_callback_data: notice.callback_data.as_deref(),
            pricing,
            errors,
        }
    }
}

impl StatusError {
    fn of(code: u32) -> Self {
        let (title, details) = wording(code);
        Self {
            code,
            title,
            message: title,
            error_data: ErrorData { details },
            href: "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
        }
    }
}
