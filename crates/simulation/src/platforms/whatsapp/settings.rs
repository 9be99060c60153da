//! How a number is registered with the platform.

use serde::{Deserialize, Serialize};

/// A number as a business registers it with the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberSettings {
    /// The id in paths and in `metadata.phone_number_id`; digits.
    pub phone_number_id: String,
    /// The business account the number belongs to, `entry[].id`; digits.
    pub waba_id: String,
    /// The number as people dial it; webhooks carry its digits.
    pub display_phone_number: String,
    /// The name people see.
    pub verified_name: String,
    /// Signs webhooks.
    pub app_secret: String,
    /// Opens the API; nobody gets in while it is absent (revoked).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// Shown to the callback in the verification handshake.
    pub verify_token: String,
    /// Where webhooks go.
    pub callback_url: String,
    /// Messages a second, in and out together: 80, 20 for a number that is also in the app on a phone; Meta raises it to
    /// 1,000 for busy numbers.
    #[serde(default = "eighty")]
    pub messages_per_second: usize,
    /// When statuses follow an accepted message.
    #[serde(default)]
    pub status_pace: StatusPace,
    /// The number is also in use in the app on a phone: only then edits and deletions of residents are told.
    #[serde(default)]
    pub coexistence: bool,
    /// Answers within the window are billed, as Meta announced for 1 October 2026; otherwise they are free.
    #[serde(default)]
    pub service_messages_billed: bool,
}

fn eighty() -> usize {
    80
}

/// Milliseconds of simulated time from one status to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StatusPace {
    /// From acceptance to `sent` (or `failed`).
    pub sent_ms: u64,
    /// From `sent` to `delivered`.
    pub delivered_ms: u64,
    /// From `delivered` to `read`; without it nobody reads by himself. Residents of a crowd read at their own pace.
    pub read_ms: Option<u64>,
}

impl Default for StatusPace {
    fn default() -> Self {
        Self { sent_ms: 200, delivered_ms: 700, read_ms: Some(3000) }
    }
}

impl NumberSettings {
    /// The number as webhooks write it: digits only.
    pub(super) fn display_digits(&self) -> String {
        self.display_phone_number.chars().filter(char::is_ascii_digit).collect()
    }
}
