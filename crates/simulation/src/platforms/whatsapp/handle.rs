//! The handle on WhatsApp: what the control endpoints do, without HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::accepted::Accepted;
use super::account::ReviewPlan;
use super::inbound::{self, Inbound};
use super::number::Number;
use super::settings::NumberSettings;
use super::verification::{self, Verification};
use super::{
    Account, DeliveryCounts, Event, Problem, Resident, Shared, events, no_number, statuses, templates,
};

/// Accepted messages on one page.
const PAGE_MAX: usize = 1000;
/// Numbers at once.
const NUMBERS_MAX: usize = 10_000;

/// The handle on WhatsApp: what the control endpoints do, without HTTP.
#[derive(Debug, Clone)]
pub struct WhatsApp {
    shared: Arc<Shared>,
}

/// A page of accepted messages.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedPage {
    /// In the order in which they were accepted, at most 1,000.
    pub items: Vec<Accepted>,
    /// Ask for more with `after` this position; absent on the last page.
    pub next: Option<u64>,
    /// How often each `biz_opaque_callback_data` was accepted, over all messages still listed: above 1 somebody was
    /// sent the same thing twice.
    pub per_callback_data: BTreeMap<String, u64>,
}

impl WhatsApp {
    pub(in super::super) fn of(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Registers a number, or changes the settings of one that exists and keeps its traffic.
    ///
    /// # Errors
    /// When an id is not made of digits, the callback is no web address, or there are too many numbers.
    pub fn register(&self, settings: NumberSettings) -> Result<(), Problem> {
        for (field, id) in [("phoneNumberId", &settings.phone_number_id), ("wabaId", &settings.waba_id)] {
            if id.is_empty() || id.len() > 32 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Problem::invalid(format!("{field} is made of 1 to 32 digits, as Meta's are")));
            }
        }
        let callback = reqwest::Url::parse(&settings.callback_url);
        if !callback.is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(Problem::invalid("callbackUrl is an http or https address"));
        }
        let settings = settings.filled_in();
        self.shared.change(|state| {
            let numbers = &mut state.whatsapp.numbers;
            if let Some(number) = numbers.get_mut(&settings.phone_number_id) {
                number.settings = settings;
                return Ok(());
            }
            if numbers.len() >= NUMBERS_MAX {
                return Err(Problem::full(format!("there are {NUMBERS_MAX} numbers already")));
            }
            numbers.insert(settings.phone_number_id.clone(), Number::registered(settings));
            Ok(())
        })
    }

    /// The registered numbers, by id.
    #[must_use]
    pub fn numbers(&self) -> Vec<NumberSettings> {
        self.shared
            .read(|state| state.whatsapp.numbers.values().map(|number| number.settings.clone()).collect())
    }

    /// Takes a number away with all its traffic; webhooks that still wait are dropped.
    ///
    /// # Errors
    /// Not found.
    pub fn remove(&self, number_id: &str) -> Result<(), Problem> {
        let removed = self.shared.change(|state| state.whatsapp.numbers.remove(number_id));
        removed.map(drop).ok_or_else(|| no_number(number_id))
    }

    /// Replaces the token that opens the API; none at all revokes it.
    ///
    /// # Errors
    /// Not found.
    pub fn replace_token(&self, number_id: &str, token: Option<String>) -> Result<(), Problem> {
        self.change(number_id, |number| number.settings.access_token = token)
    }

    /// What the platform accepted to send after a position; 0 is from the beginning.
    ///
    /// # Errors
    /// Not found.
    pub fn accepted(&self, number_id: &str, after: u64) -> Result<AcceptedPage, Problem> {
        self.look(number_id, |number| {
            let mut newer = number.accepted().filter(|accepted| accepted.position > after);
            let items: Vec<Accepted> = newer.by_ref().take(PAGE_MAX).cloned().collect();
            let next = newer.next().and(items.last()).map(|last| last.position);
            let mut per_callback_data = BTreeMap::new();
            for data in number.accepted().filter_map(|accepted| accepted.biz_opaque_callback_data.clone()) {
                *per_callback_data.entry(data).or_insert(0) += 1;
            }
            AcceptedPage { items, next, per_callback_data }
        })
    }

    /// Everything accepted after a position, without the sums of a page.
    ///
    /// # Errors
    /// Not found.
    pub fn accepted_after(&self, number_id: &str, after: u64) -> Result<Vec<Accepted>, Problem> {
        self.look(number_id, |number| {
            let newest_first = number.accepted().rev().take_while(|accepted| accepted.position > after);
            let mut newer: Vec<Accepted> = newest_first.cloned().collect();
            newer.reverse();
            newer
        })
    }

    /// The position of the newest accepted message; 0 when there is none.
    ///
    /// # Errors
    /// Not found.
    pub fn newest_position(&self, number_id: &str) -> Result<u64, Problem> {
        self.look(number_id, |number| number.next_position() - 1)
    }

    /// Makes somebody known who has WhatsApp and never wrote.
    ///
    /// # Errors
    /// When the number is not made of digits.
    pub fn register_resident(&self, phone: &str, name: &str) -> Result<(), Problem> {
        inbound::check_phone("phone", phone)?;
        let resident = Resident { name: name.to_owned(), ..Resident::default() };
        self.shared
            .change(|state| state.whatsapp.residents.entry(phone.to_owned()).or_insert(resident).clone());
        Ok(())
    }

    /// Lets Meta tell something about a number or its account.
    ///
    /// # Errors
    /// Not found; an echo of a number that is not in use on a phone.
    pub fn happen(&self, number_id: &str, event: &Event) -> Result<(), Problem> {
        events::happen(&self.shared, number_id, event)
    }

    /// What the number's token may do; everything without a list.
    ///
    /// # Errors
    /// Not found.
    pub fn limit_token(&self, number_id: &str, scopes: Option<BTreeSet<String>>) -> Result<(), Problem> {
        self.change(number_id, |number| number.scopes = scopes)
    }

    /// How the templates of an account are judged from now on.
    pub fn plan_review(&self, waba_id: &str, plan: ReviewPlan) {
        self.shared
            .change(|state| state.whatsapp.accounts.entry(waba_id.to_owned()).or_default().review = plan);
    }

    /// Adds a template that is approved already, in the words of Meta's API. Returns it as the API shows it.
    ///
    /// # Errors
    /// When Meta would not take it.
    pub fn add_template(&self, waba_id: &str, template: &Value) -> Result<Value, Problem> {
        templates::approved_at_once(&self.shared, waba_id, template.to_string().as_bytes())
    }

    /// Changes a template as Meta may do at any time, and tells it. `change` holds `status`, `reason`, `quality` and
    /// `category`.
    ///
    /// # Errors
    /// Not found, or a field that does not exist.
    pub fn change_template(&self, waba_id: &str, id: &str, change: Value) -> Result<Value, Problem> {
        let change = serde_json::from_value(change).map_err(|error| Problem::invalid(error.to_string()))?;
        templates::changed_by_hand(&self.shared, waba_id, id, change)
    }

    /// What became of the number's webhooks.
    ///
    /// # Errors
    /// Not found.
    pub fn deliveries(&self, number_id: &str) -> Result<DeliveryCounts, Problem> {
        self.look(number_id, |_| ())?;
        Ok(self.shared.read(|state| state.outgoing.counts(&Account::whatsapp(number_id))))
    }

    /// A resident writes: the texts go to the callback as webhooks. Returns their ids.
    ///
    /// # Errors
    /// Not found; a number that is not made of digits; no texts, too many, or one that is too long.
    pub fn inbound(&self, number_id: &str, inbound: &Inbound) -> Result<Vec<String>, Problem> {
        inbound::write(&self.shared, number_id, inbound)
    }

    /// A resident looks at a message: the `read` status goes out, unless it did already.
    ///
    /// # Errors
    /// Not found.
    pub fn resident_reads(&self, number_id: &str, position: u64) -> Result<(), Problem> {
        self.look(number_id, |number| number.message(position).map(drop))?
            .ok_or_else(|| Problem::not_found(format!("no message at position {position}")))?;
        statuses::read_now(&self.shared, number_id, position);
        Ok(())
    }

    /// Performs the verification handshake with the number's callback.
    ///
    /// # Errors
    /// Not found. A callback that answers wrongly is no error: the outcome says so.
    pub async fn verify_callback(&self, number_id: &str) -> Result<Verification, Problem> {
        let settings = self.look(number_id, |number| number.settings.clone())?;
        Ok(verification::perform(&self.shared, &settings).await)
    }

    pub(super) fn look<R>(&self, number_id: &str, look: impl FnOnce(&Number) -> R) -> Result<R, Problem> {
        self.shared
            .read(|state| state.whatsapp.numbers.get(number_id).map(look))
            .ok_or_else(|| no_number(number_id))
    }

    fn change<R>(&self, number_id: &str, change: impl FnOnce(&mut Number) -> R) -> Result<R, Problem> {
        self.shared
            .change(|state| state.whatsapp.numbers.get_mut(number_id).map(change))
            .ok_or_else(|| no_number(number_id))
    }
}
