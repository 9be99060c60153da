//! WhatsApp's Cloud API as a business sees it.
//!
//! `sends` reads what a business asks, `sending` decides and answers; `inbound` is what residents do, `events` what
//! Meta does; `media` and `templates` are theirs; `graph` has the calls and `wire` the webhooks.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp, pages of May to October 2026. To add a
//! kind of message of ours: a variant of `sends::Kind` with its reader; of theirs: a variant of `inbound::Deed`.

mod accepted;
mod account;
mod codes;
mod control;
mod events;
mod graph;
mod handle;
mod ids;
mod inbound;
mod limits;
mod media;
mod number;
mod sending;
mod sends;
mod settings;
mod statuses;
mod templates;
mod verification;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::courier::{self, Account, Callback, DeliveryCounts};
use super::{Problem, Shared};
use account::BusinessAccount;
use media::Shelf;
use number::Number;
use wire::Person;

pub use accepted::{Accepted, Price, QuickReply, StatusSeen};
pub use account::ReviewPlan;
pub(crate) use control::routes as control_routes;
pub use events::Event;
pub(crate) use graph::{routes as graph_routes, unknown_path};
pub use handle::{AcceptedPage, WhatsApp};
pub use inbound::{Act, Deed, FileKind, Forwarded, Inbound, Referral, SentFile};
pub(crate) use limits::Limits;
pub(crate) use media::Vault;
pub use settings::{NumberSettings, StatusPace};
pub use verification::Verification;
pub use wire::PhoneShown;

/// What WhatsApp knows.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WhatsAppState {
    numbers: BTreeMap<String, Number>,
    /// Business accounts by id: those that have something of their own.
    accounts: BTreeMap<String, BusinessAccount>,
    /// Everybody who has WhatsApp: whoever ever wrote. By number, digits only.
    residents: BTreeMap<String, Resident>,
    /// Numbers by business-scoped user id.
    by_user_id: BTreeMap<String, String>,
    shelf: Shelf,
    /// Ids given out; makes each different.
    made: u64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Resident {
    name: String,
    /// Somebody plays this resident and decides when messages are read.
    attended: bool,
    username: Option<String>,
    shown: PhoneShown,
}

impl WhatsAppState {
    /// Forgets everything but the count of ids, so that none is given out twice.
    pub(crate) fn clear(&mut self) {
        *self = Self { made: self.made, ..Self::default() };
    }

    /// Where webhooks of a number go; nowhere while nobody is subscribed to its account.
    pub(crate) fn callback(&self, phone_number_id: &str) -> Option<Callback> {
        let settings = &self.numbers.get(phone_number_id)?.settings;
        let account = self.accounts.get(&settings.waba_id);
        if account.is_some_and(|account| !account.subscribed) {
            return None;
        }
        let instead = account.and_then(|account| account.override_callback_url.clone());
        Some(Callback {
            url: instead.unwrap_or_else(|| settings.callback_url.clone()),
            app_secret: settings.app_secret.clone(),
        })
    }

    /// The code with which every send of this account is refused, while it is.
    fn locked_with(&self, waba_id: &str) -> Option<u32> {
        self.accounts.get(waba_id)?.locked_with
    }

    /// A person as webhooks show them; somebody who never wrote has no name.
    fn person(&self, phone: &str) -> Person {
        let resident = self.residents.get(phone).cloned().unwrap_or_default();
        Person {
            phone: phone.to_owned(),
            name: resident.name,
            username: resident.username,
            shown: resident.shown,
        }
    }

    fn next_id(&mut self) -> u64 {
        self.made += 1;
        self.made
    }
}

/// Takes up what was under way when the platforms stopped.
pub(crate) fn resume(shared: &Arc<Shared>) {
    statuses::resume(shared);
    templates::resume(shared);
}

/// Hands a webhook of a number to the courier.
fn post(shared: &Arc<Shared>, number_id: &str, body: String) -> tokio::sync::oneshot::Receiver<()> {
    courier::post(shared, &Account::whatsapp(number_id), body)
}

/// Hands a webhook of an account to the courier: it goes to the account's first number.
fn post_of_account(shared: &Arc<Shared>, waba_id: &str, body: String) {
    let first = shared.read(|state| {
        let mut numbers = state.whatsapp.numbers.values();
        let first = numbers.find(|number| number.settings.waba_id == waba_id)?;
        Some(first.settings.phone_number_id.clone())
    });
    if let Some(number_id) = first {
        post(shared, &number_id, body);
    }
}

fn no_number(number_id: &str) -> Problem {
    Problem::not_found(format!("no WhatsApp number has the id {number_id}"))
}
