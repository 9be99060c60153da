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
    /// Messages a second, in and out together; Meta raises it to 1,000 for busy numbers. Left out, or 0, it is what Meta
    /// gives from the start: 80, or 20 for a number that is also in the app on a phone.
    #[serde(default)]
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
    /// The settings as a number is kept with: what was left to Meta is filled in.
    pub(super) fn filled_in(mut self) -> Self {
        if self.messages_per_second == 0 {
            self.messages_per_second = if self.coexistence { 20 } else { 80 };
        }
        self
    }

    /// The number as webhooks write it: digits only.
    pub(super) fn display_digits(&self) -> String {
        self.display_phone_number.chars().filter(char::is_ascii_digit).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_that_is_also_on_a_phone_handles_fewer_messages_unless_it_says_otherwise() {
        for (coexistence, said, kept) in [(false, None, 80), (true, None, 20), (true, Some(1000), 1000)] {
            let mut told = json!({"phoneNumberId": "1", "wabaId": "2", "displayPhoneNumber": "+31 600 999 888",
                "verifiedName": "Zwanendam", "appSecret": "a", "verifyToken": "v",
                "callbackUrl": "http://127.0.0.1:9/hooks/wa", "coexistence": coexistence});
            if let Some(said) = said {
                told["messagesPerSecond"] = json!(said);
            }
            let settings: NumberSettings = serde_json::from_value(told).expect("settings");
            assert_eq!(settings.filled_in().messages_per_second, kept);
        }
    }
}
