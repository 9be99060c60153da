//! Webhooks as Meta writes them, by hand from the platform's documentation: what a test lets the platform say.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages, as read in
//! October 2026. The form is written out here once more, apart from the simulated platform's and from our connector's,
//! so that the same misunderstanding would have to be made three times.

use domain::channels::{Headers, RawRequest};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::platforms::{NumberSettings, escaped, signature};

/// How the platform names somebody: by number, by the id that it has for them, or by both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Who<'a> {
    /// The number.
    pub phone: Option<&'a str>,
    /// The business-scoped user id.
    pub user_id: Option<&'a str>,
}

/// A delivery of the platform about one number, being written.
#[derive(Debug, Clone)]
pub struct Webhook {
    number: NumberSettings,
    changes: Vec<Value>,
}

impl Webhook {
    /// An empty delivery about a number.
    #[must_use]
    pub fn about(number: &NumberSettings) -> Self {
        Self { number: number.clone(), changes: Vec::new() }
    }

    fn change(mut self, field: &str, mut value: Value) -> Self {
        let digits: String = self.number.display_phone_number.chars().filter(char::is_ascii_digit).collect();
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] =
            json!({"display_phone_number": digits, "phone_number_id": self.number.phone_number_id});
        self.changes.push(json!({"field": field, "value": value}));
        self
    }

    /// Somebody writes a text.
    #[must_use]
    pub fn text(self, (phone, name): (&str, &str), wamid: &str, at: Timestamp, text: &str) -> Self {
        self.message(
            (phone, name),
            json!({"id": wamid, "timestamp": seconds(at), "type": "text",
            "text": {"body": text}}),
        )
    }

    /// Somebody sends a message of any kind; `from` is filled in.
    #[must_use]
    pub fn message(self, (phone, name): (&str, &str), mut message: Value) -> Self {
        message["from"] = json!(phone);
        let value = json!({"contacts": [{"profile": {"name": name}, "wa_id": phone}], "messages": [message]});
        self.change("messages", value)
    }

    /// Somebody sends a message of any kind, and is named as the platform chooses to.
    #[must_use]
    pub fn message_of(self, who: Who<'_>, mut message: Value) -> Self {
        let mut contact = json!({"profile": {"name": "Yusuf"}});
        for (place, name) in [("from", who.phone), ("from_user_id", who.user_id)] {
            if let Some(name) = name {
                message[place] = json!(name);
            }
        }
        for (place, name) in [("wa_id", who.phone), ("user_id", who.user_id)] {
            if let Some(name) = name {
                contact[place] = json!(name);
            }
        }
        self.change("messages", json!({"contacts": [contact], "messages": [message]}))
    }

    /// Somebody has another number, and with it another id, where the ids are told.
    #[must_use]
    pub fn new_number(self, (before, after): (Who<'_>, Who<'_>), wamid: &str, at: Timestamp) -> Self {
        let system = json!({"type": "user_changed_number", "body": "User changed", "wa_id": after.phone,
            "user_id": after.user_id, "previous_user_id": before.user_id});
        let notice = json!({"id": wamid, "timestamp": seconds(at), "type": "system", "from": before.phone,
            "system": system});
        self.change("messages", json!({"messages": [notice]}))
    }

    /// Somebody reacts to a message; without an emoji the reaction is taken back.
    #[must_use]
    pub fn reaction(
        self,
        who: (&str, &str),
        wamid: &str,
        at: Timestamp,
        (target, emoji): (&str, &str),
    ) -> Self {
        self.message(
            who,
            json!({"id": wamid, "timestamp": seconds(at), "type": "reaction",
            "reaction": {"message_id": target, "emoji": emoji}}),
        )
    }

    /// Somebody changes the text of a message of theirs.
    #[must_use]
    pub fn edit(self, who: (&str, &str), wamid: &str, at: Timestamp, (target, text): (&str, &str)) -> Self {
        let new = json!({"type": "text", "text": {"body": text}});
        self.message(
            who,
            json!({"id": wamid, "timestamp": seconds(at), "type": "edit",
            "edit": {"original_message_id": target, "message": new}}),
        )
    }

    /// Somebody deletes a message of theirs.
    #[must_use]
    pub fn revoke(self, who: (&str, &str), wamid: &str, at: Timestamp, target: &str) -> Self {
        self.message(
            who,
            json!({"id": wamid, "timestamp": seconds(at), "type": "revoke",
            "revoke": {"original_message_id": target}}),
        )
    }

    /// A status of a message of ours; `tracker` is what we sent along as `biz_opaque_callback_data`.
    #[must_use]
    pub fn status(
        self,
        wamid: &str,
        (status, phone): (&str, &str),
        at: Timestamp,
        tracker: Option<&str>,
    ) -> Self {
        let mut told =
            json!({"id": wamid, "status": status, "timestamp": seconds(at), "recipient_id": phone});
        if let Some(tracker) = tracker {
            told["biz_opaque_callback_data"] = json!(tracker);
        }
        if status == "failed" {
            told["errors"] = json!([{"code": 131_026, "title": "Message undeliverable",
                "message": "Message undeliverable", "error_data": {"details": "Message Undeliverable."}}]);
        }
        self.change("messages", json!({"statuses": [told]}))
    }

    /// A message of ours failed after the platform had taken it, for the reason that has this number.
    #[must_use]
    pub fn failed(self, wamid: &str, (code, phone): (i64, &str), at: Timestamp) -> Self {
        let errors = json!([{"code": code, "title": "Something is wrong", "message": "Something is wrong"}]);
        let told = json!({"id": wamid, "status": "failed", "timestamp": seconds(at), "recipient_id": phone,
            "errors": errors});
        self.change("messages", json!({"statuses": [told]}))
    }

    /// We wrote to `phone`, on a telephone that shares the number.
    #[must_use]
    pub fn echo(self, phone: &str, wamid: &str, at: Timestamp, text: &str) -> Self {
        let digits: String = self.number.display_phone_number.chars().filter(char::is_ascii_digit).collect();
        let echo = json!({"from": digits, "to": phone, "id": wamid, "timestamp": seconds(at), "type": "text",
            "text": {"body": text}});
        self.change("smb_message_echoes", json!({"message_echoes": [echo]}))
    }

    /// We took a message back, on a telephone that shares the number.
    #[must_use]
    pub fn echo_revoke(self, wamid: &str, at: Timestamp, target: &str) -> Self {
        let digits: String = self.number.display_phone_number.chars().filter(char::is_ascii_digit).collect();
        let echo = json!({"from": digits, "id": wamid, "timestamp": seconds(at), "type": "revoke",
            "revoke": {"original_message_id": target}});
        self.change("smb_message_echoes", json!({"message_echoes": [echo]}))
    }

    /// The delivery as a value.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({"object": "whatsapp_business_account",
            "entry": [{"id": self.number.waba_id, "changes": self.changes}]})
    }

    /// The body as it arrives: ASCII, the rest escaped.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        escaped(&self.json().to_string()).into_bytes()
    }

    /// The whole request, signed with the number's own secret.
    #[must_use]
    pub fn request(&self) -> RawRequest {
        signed(&self.number.app_secret, self.body())
    }
}

/// A request with this body, signed with this secret.
#[must_use]
pub fn signed(app_secret: &str, body: Vec<u8>) -> RawRequest {
    let signature = signature(app_secret, &body);
    unsigned(body).with_header("X-Hub-Signature-256", &signature)
}

/// A request with this body and no signature.
#[must_use]
pub fn unsigned(body: Vec<u8>) -> RawRequest {
    let headers = Headers::new([("content-type".to_owned(), "application/json".to_owned())]);
    RawRequest { query: String::new(), headers, body }
}

/// Adding a line to a request.
pub trait WithHeader {
    /// The request with one more header line.
    #[must_use]
    fn with_header(self, name: &str, value: &str) -> Self;
}

impl WithHeader for RawRequest {
    fn with_header(mut self, name: &str, value: &str) -> Self {
        let lines = self.headers.lines().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.headers = Headers::new(lines.chain([(name.to_owned(), value.to_owned())]).collect::<Vec<_>>());
        self
    }
}

fn seconds(at: Timestamp) -> String {
    at.as_second().to_string()
}
