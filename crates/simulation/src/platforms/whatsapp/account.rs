//! A business account: templates, subscriptions, and what Meta thinks of it. Its numbers name it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::templates::Template;

/// Templates of one account; Meta allows 6,000 to a verified business.
pub(super) const TEMPLATES_MAX: usize = 6000;
/// Names of deleted templates remembered per account.
const DELETED_KEPT: usize = 1000;

/// An account as the platform keeps it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct BusinessAccount {
    /// By id.
    pub(super) templates: BTreeMap<String, Template>,
    /// Names of deleted templates: they may not be used again for 30 days.
    deleted: VecDeque<(String, jiff::Timestamp)>,
    pub(super) review: ReviewPlan,
    /// Webhooks are delivered; otherwise nobody hears of anything.
    pub(super) subscribed: bool,
    /// Where webhooks go instead of the numbers' own callbacks.
    pub(super) override_callback_url: Option<String>,
    /// Every send is refused with this code: 131031 while Meta has locked the account.
    pub(super) locked_with: Option<u32>,
}

/// How templates are judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReviewPlan {
    /// How long a review takes, in milliseconds of the simulation.
    pub after_ms: u64,
    /// Why every template is rejected, for example `INVALID_FORMAT`; without it only faulty ones are.
    pub rejects_with: Option<String>,
}

impl Default for ReviewPlan {
    fn default() -> Self {
        Self { after_ms: 5000, rejects_with: None }
    }
}

impl Default for BusinessAccount {
    fn default() -> Self {
        Self {
            templates: BTreeMap::new(),
            deleted: VecDeque::new(),
            review: ReviewPlan::default(),
            subscribed: true,
            override_callback_url: None,
            locked_with: None,
        }
    }
}

impl BusinessAccount {
    /// Remembers the name of a deleted template.
    pub(super) fn bury(&mut self, name: &str, until: jiff::Timestamp) {
        self.deleted.push_back((name.to_owned(), until));
        if self.deleted.len() > DELETED_KEPT {
            self.deleted.pop_front();
        }
    }

    /// Was a template of this name deleted so short a while ago that the name is still taken?
    pub(super) fn is_buried(&self, name: &str, now: jiff::Timestamp) -> bool {
        self.deleted.iter().any(|(buried, until)| buried == name && *until > now)
    }
}
