//! A message that the platform accepted to send, and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message the platform accepted to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted {
    /// Counts up from 1 per number.
    pub position: u64,
    /// The id the platform gave it.
    pub wamid: String,
    /// The recipient's number, digits only.
    pub to: String,
    /// The business-scoped id, when the recipient was named by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The kind of message: `text`, `image`, `template` and so on.
    #[serde(default = "text")]
    pub kind: String,
    /// What a person reads of it: the text, the caption, the emoji, the name of the template.
    pub text: String,
    /// The object under its type, as it was sent.
    #[serde(default)]
    pub content: Value,
    /// The buttons of a template that answer by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quick_replies: Vec<QuickReply>,
    /// The message it quotes.
    pub reply_to: Option<String>,
    /// What the sender wants back in statuses: its own id for the message.
    pub biz_opaque_callback_data: Option<String>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// How the request was answered: `ok`, or the fault that spoiled the answer.
    pub answered: String,
    /// The statuses that went out, oldest first.
    pub statuses: Vec<StatusSeen>,
    /// It will fail, or has failed, with this code.
    pub fails_with: Option<u32>,
    /// No status follows, as ordered.
    pub silent: bool,
    /// It is read without being delivered first, as ordered.
    #[serde(default)]
    pub skips_delivered: bool,
    /// What its statuses say about its price.
    #[serde(default)]
    pub price: Price,
}

fn text() -> String {
    "text".to_owned()
}

/// A button of a template that answers by itself, as this message offers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuickReply {
    /// What stands on it, as it was approved.
    pub text: String,
    /// What comes back when it is pressed: what the message gave it, otherwise its text.
    pub payload: String,
}

/// What a message costs, in the words of its statuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// `service`, `utility`, `marketing`, `authentication` or `referral_conversion`.
    pub category: String,
    /// `regular`, `free_customer_service` or `free_entry_point`.
    pub kind: String,
    /// When the free window that an advertisement opened ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_until: Option<Timestamp>,
}

impl Default for Price {
    fn default() -> Self {
        Self {
            category: "service".to_owned(),
            kind: "free_customer_service".to_owned(),
            free_until: None,
        }
    }
}

impl Accepted {
    /// Is it a voice note, of which Meta tells that it was played?
    pub(super) fn is_voice(&self) -> bool {
        self.kind == "audio" && self.content["voice"] == Value::Bool(true)
    }

    pub(super) fn has(&self, status: &str) -> bool {
        self.statuses.iter().any(|seen| seen.status == status)
    }
}

/// A status that went out as a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusSeen {
    /// `sent`, `delivered`, `read`, `played` or `failed`.
    pub status: String,
    /// When.
    pub at: Timestamp,
}
