//! A registered business number and everything that happened to it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::between;

/// Accepted messages kept per number; older ones leave the list.
const ACCEPTED_KEPT: usize = 100_000;
/// Above this, residents whose window has closed are forgotten as writers to this number.
const HEARD_KEPT: usize = 10_000;
/// The customer service window: how long after a person's last message a business may answer freely.
const WINDOW: Duration = Duration::from_secs(24 * 3600);

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
    /// Messages a second, in and out together; Meta raises it to 1,000 for busy numbers.
    #[serde(default = "eighty")]
    pub messages_per_second: usize,
    /// When statuses follow an accepted message.
    #[serde(default)]
    pub status_pace: StatusPace,
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
    /// What was said.
    pub text: String,
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
}

/// A status that went out as a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusSeen {
    /// `sent`, `delivered`, `read` or `failed`.
    pub status: String,
    /// When.
    pub at: Timestamp,
}

/// A number with its traffic.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Number {
    pub(super) settings: NumberSettings,
    accepted: VecDeque<Accepted>,
    next_position: u64,
    /// When each person last wrote to this number: opens the window.
    heard_at: BTreeMap<String, Timestamp>,
    /// Messages of residents marked as read by the business.
    pub(super) read_receipts: u64,
}

impl Number {
    pub(super) fn registered(settings: NumberSettings) -> Self {
        let (accepted, heard_at) = (VecDeque::new(), BTreeMap::new());
        Self {
            settings,
            accepted,
            next_position: 1,
            heard_at,
            read_receipts: 0,
        }
    }

    pub(super) fn next_position(&self) -> u64 {
        self.next_position
    }

    /// Takes up a message at the position it carries.
    pub(super) fn accept(&mut self, accepted: Accepted) {
        self.next_position = accepted.position + 1;
        self.accepted.push_back(accepted);
        if self.accepted.len() > ACCEPTED_KEPT {
            self.accepted.pop_front();
        }
    }

    pub(super) fn accepted(&self) -> impl DoubleEndedIterator<Item = &Accepted> {
        self.accepted.iter()
    }

    pub(super) fn message(&self, position: u64) -> Option<&Accepted> {
        self.accepted.get(self.place(position)?)
    }

    pub(super) fn message_mut(&mut self, position: u64) -> Option<&mut Accepted> {
        let place = self.place(position)?;
        self.accepted.get_mut(place)
    }

    /// Positions follow each other without gaps, so that the place is a subtraction.
    fn place(&self, position: u64) -> Option<usize> {
        usize::try_from(position.checked_sub(self.accepted.front()?.position)?).ok()
    }

    /// A person wrote at `at`.
    pub(super) fn hear(&mut self, phone: &str, at: Timestamp, now: Timestamp) {
        if self.heard_at.len() >= HEARD_KEPT {
            self.heard_at.retain(|_, heard| between(*heard, now) < WINDOW);
        }
        let heard = self.heard_at.entry(phone.to_owned()).or_insert(at);
        *heard = at.max(*heard);
    }

    /// May the business answer this person freely?
    pub(super) fn window_open(&self, phone: &str, now: Timestamp) -> bool {
        self.heard_at.get(phone).is_some_and(|heard| between(*heard, now) < WINDOW)
    }
}
