//! A registered business number and everything that happened to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::between;
use super::accepted::Accepted;
use super::settings::NumberSettings;

/// Accepted messages kept per number; older ones leave the list.
const ACCEPTED_KEPT: usize = 100_000;
/// Messages of residents kept per number, to be edited, deleted or quoted.
const SAID_KEPT: usize = 10_000;
/// Above this, residents of whom nothing need be remembered are forgotten as writers to this number.
const PEOPLE_KEPT: usize = 10_000;
/// The customer service window: how long after a person's last message a business may answer freely.
const WINDOW: Duration = Duration::from_secs(24 * 3600);
/// How long messages are free to somebody who came by an advertisement.
const ENTRY_POINT: Duration = Duration::from_secs(72 * 3600);

/// The permission to send and fetch.
pub(super) const MESSAGING: &str = "whatsapp_business_messaging";
/// The permission to change numbers and templates.
pub(super) const MANAGEMENT: &str = "whatsapp_business_management";

/// A number with its traffic.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Number {
    pub(super) settings: NumberSettings,
    accepted: VecDeque<Accepted>,
    next_position: u64,
    /// What residents said, oldest first.
    #[serde(default)]
    said: VecDeque<Said>,
    #[serde(default)]
    people: BTreeMap<String, Relation>,
    /// What the token may do; everything without a list.
    #[serde(default)]
    pub(super) scopes: Option<BTreeSet<String>>,
    #[serde(default)]
    pub(super) standing: Standing,
    /// The business profile: the fields that were set.
    #[serde(default)]
    pub(super) profile: Map<String, Value>,
    /// Messages of residents marked as read by the business.
    pub(super) read_receipts: u64,
    /// How often the business showed that it was typing.
    #[serde(default)]
    pub(super) typing_indicators: u64,
}

/// A message of a resident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Said {
    pub(super) wamid: String,
    pub(super) phone: String,
    pub(super) at: Timestamp,
    /// Type and object, as in the webhook.
    pub(super) content: Map<String, Value>,
}

/// What is between the number and one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Relation {
    /// When the person last wrote: opens the window.
    heard_at: Option<Timestamp>,
    /// Until when messages are free, because the person came by an advertisement.
    pub(super) free_until: Option<Timestamp>,
    /// The person wants nothing from this number any more.
    pub(super) blocked: bool,
    /// The person wants no marketing from this number.
    pub(super) no_marketing: bool,
}

/// How Meta thinks of the number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Standing {
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub(super) quality: String,
    /// `CONNECTED`, `FLAGGED`, `RESTRICTED` and so on.
    pub(super) status: String,
    /// `TIER_250` to `TIER_UNLIMITED`.
    pub(super) messaging_limit: String,
    /// `STANDARD` or `HIGH`.
    pub(super) throughput: String,
    /// `APPROVED`, `PENDING_REVIEW`, `DECLINED` and so on.
    pub(super) name_status: String,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            quality: "GREEN".to_owned(),
            status: "CONNECTED".to_owned(),
            messaging_limit: "TIER_2K".to_owned(),
            throughput: "STANDARD".to_owned(),
            name_status: "APPROVED".to_owned(),
        }
    }
}

impl Number {
    pub(super) fn registered(settings: NumberSettings) -> Self {
        Self {
            settings,
            accepted: VecDeque::new(),
            next_position: 1,
            said: VecDeque::new(),
            people: BTreeMap::new(),
            scopes: None,
            standing: Standing::default(),
            profile: Map::new(),
            read_receipts: 0,
            typing_indicators: 0,
        }
    }

    /// Does the token have this permission?
    pub(super) fn may(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(scope))
    }

    /// The number as webhooks write it.
    pub(super) fn display_digits(&self) -> String {
        self.settings.display_digits()
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

    /// A message of ours by its id, the newest first.
    pub(super) fn sent(&self, wamid: &str) -> Option<&Accepted> {
        self.accepted.iter().rev().find(|message| message.wamid == wamid)
    }

    /// Positions follow each other without gaps, so that the place is a subtraction.
    fn place(&self, position: u64) -> Option<usize> {
        usize::try_from(position.checked_sub(self.accepted.front()?.position)?).ok()
    }

    /// Remembers what a resident said.
    pub(super) fn note(&mut self, said: Said) {
        self.said.push_back(said);
        if self.said.len() > SAID_KEPT {
            self.said.pop_front();
        }
    }

    /// A message of a resident by its id, the newest first.
    pub(super) fn said(&self, wamid: &str) -> Option<&Said> {
        self.said.iter().rev().find(|said| said.wamid == wamid)
    }

    /// A person wrote at `at`.
    pub(super) fn hear(&mut self, phone: &str, at: Timestamp, now: Timestamp) {
        let relation = self.relation_mut(phone, now);
        relation.heard_at = Some(relation.heard_at.map_or(at, |heard| at.max(heard)));
    }

    /// A person came by an advertisement.
    pub(super) fn came_by_advertisement(&mut self, phone: &str, at: Timestamp, now: Timestamp) {
        self.relation_mut(phone, now).free_until = Some(super::super::later(at, ENTRY_POINT));
    }

    pub(super) fn relation(&self, phone: &str) -> Relation {
        self.people.get(phone).cloned().unwrap_or_default()
    }

    pub(super) fn relation_mut(&mut self, phone: &str, now: Timestamp) -> &mut Relation {
        if self.people.len() >= PEOPLE_KEPT {
            self.people.retain(|_, relation| relation.matters(now));
        }
        self.people.entry(phone.to_owned()).or_default()
    }
}

impl Relation {
    /// May the business answer this person freely?
    pub(super) fn window_open(&self, now: Timestamp) -> bool {
        self.heard_at.is_some_and(|heard| between(heard, now) < WINDOW)
    }

    fn matters(&self, now: Timestamp) -> bool {
        self.window_open(now)
            || self.blocked
            || self.no_marketing
            || self.free_until.is_some_and(|until| until > now)
    }
}
