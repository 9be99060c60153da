//! Carries webhooks to their callback: at least once, in no promised order, again and again until somebody says 200.
//!
//! A parcel stands in the state from the moment it exists until it is delivered, so that neither a receiver that is
//! away nor a restart of the platforms loses one. What it says is the platform's business.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, oneshot};

use super::Shared;
use super::clock::between;
use super::meta::signature;

/// Deliveries at once per account; so the order of arrival is not the order of sending.
const AT_ONCE: usize = 8;
/// Parcels that wait per account; one more is dropped and counted.
const PENDING_MAX: usize = 100_000;
/// After this long a parcel is given up, as Meta does by the shorter of its two stories.
const GIVE_UP_AFTER: Duration = Duration::from_secs(36 * 3600);
/// Waits between attempts; the last one repeats.
const RETRY_AFTER_SECONDS: [u64; 6] = [1, 2, 5, 10, 30, 60];

/// One account on one platform, as `platform/id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Account(String);

impl Account {
    pub(crate) fn whatsapp(phone_number_id: &str) -> Self {
        Self(format!("whatsapp/{phone_number_id}"))
    }

    /// The platform's word and the id there.
    pub(crate) fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or(("", &self.0))
    }
}

/// Where webhooks of an account go and what signs them, looked up at each attempt because both may change meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    pub(crate) url: String,
    pub(crate) app_secret: String,
}

/// Webhooks on their way and what became of the others.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Outgoing {
    next: u64,
    pending: BTreeMap<u64, Parcel>,
    counts: BTreeMap<Account, DeliveryCounts>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parcel {
    account: Account,
    body: String,
    made_at: Timestamp,
    attempts: usize,
}

/// What became of an account's webhooks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeliveryCounts {
    /// Answered with 200. Copies made by a fault are counted apart.
    pub delivered: u64,
    /// Attempts that were not answered with 200 in time; each is tried again.
    pub failed: u64,
    /// Waiting: not tried yet, under way, or between two attempts.
    pub pending: u64,
    /// Extra deliveries of the same body, ordered as a fault.
    pub duplicates: u64,
    /// Never delivered: ordered as a fault, or more than the platforms keep.
    pub dropped: u64,
    /// Given up after 36 hours.
    pub expired: u64,
}

impl Outgoing {
    pub(crate) fn counts(&self, account: &Account) -> DeliveryCounts {
        let pending = self.pending.values().filter(|parcel| parcel.account == *account).count();
        let counts = self.counts.get(account).copied().unwrap_or_default();
        DeliveryCounts {
            pending: u64::try_from(pending).unwrap_or(u64::MAX),
            ..counts
        }
    }

    /// Forgets everything but the numbering, so that a parcel still in somebody's hands cannot be taken for a new one.
    pub(crate) fn clear(&mut self) {
        self.pending.clear();
        self.counts.clear();
    }

    fn take_in(&mut self, account: &Account, body: String, now: Timestamp) -> Option<u64> {
        if self.pending.len() >= PENDING_MAX {
            self.count(account).dropped += 1;
            return None;
        }
        let id = self.next;
        self.next += 1;
        self.pending
            .insert(id, Parcel { account: account.clone(), body, made_at: now, attempts: 0 });
        Some(id)
    }

    fn count(&mut self, account: &Account) -> &mut DeliveryCounts {
        self.counts.entry(account.clone()).or_default()
    }

    /// Ends a parcel's way and counts it; a parcel that is gone already counts nowhere.
    fn finish(&mut self, id: u64, counted: impl FnOnce(&mut DeliveryCounts)) {
        if let Some(parcel) = self.pending.remove(&id) {
            counted(self.count(&parcel.account));
        }
    }
}

/// What a courier needs besides the parcels: who may go out, and what is being gathered for reordering.
#[derive(Debug, Default)]
pub(crate) struct Depot {
    doors: Mutex<HashMap<Account, Arc<Semaphore>>>,
    gathered: Mutex<HashMap<Account, Vec<Trip>>>,
}

impl Depot {
    fn door(&self, account: &Account) -> Arc<Semaphore> {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(doors.entry(account.clone()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
    }

    /// True for the first of a new gathering.
    fn gather(&self, account: &Account, trip: Trip) -> bool {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = gathered.entry(account.clone()).or_default();
        waiting.push(trip);
        waiting.len() == 1
    }

    fn gathered(&self, account: &Account) -> Vec<Trip> {
        self.gathered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(account)
            .unwrap_or_default()
    }
}

/// One parcel on its way.
#[derive(Debug)]
struct Trip {
    parcel: u64,
    copies: u32,
    parallel: bool,
    /// Told, by being dropped at the latest, when the first attempt is over.
    first_try: Option<oneshot::Sender<()>>,
}

enum Outcome {
    Delivered,
    Failed,
    /// Nothing left to deliver, or nowhere to deliver it.
    Gone,
}

/// Hands a webhook to the courier. The receiver ends when the first attempt is over, whatever came of it.
pub(crate) fn post(shared: &Arc<Shared>, account: &Account, body: String) -> oneshot::Receiver<()> {
    let (first_try, tried) = oneshot::channel();
    let now = shared.clock.now();
    if let Some(parcel) = shared.change(|state| state.outgoing.take_in(account, body, now)) {
        let trip = Trip {
            parcel,
            copies: 1,
            parallel: false,
            first_try: Some(first_try),
        };
        let (courier, account) = (Arc::clone(shared), account.clone());
        shared.spawn(async move { set_out(&courier, account, trip).await });
    }
    tried
}

/// Takes up what was waiting when the platforms stopped.
pub(crate) fn resume(shared: &Arc<Shared>) {
    let waiting: Vec<u64> = shared.read(|state| state.outgoing.pending.keys().copied().collect());
    for parcel in waiting {
        let courier = Arc::clone(shared);
        let trip = Trip { parcel, copies: 1, parallel: false, first_try: None };
        shared.spawn(async move { deliver(&courier, trip).await });
    }
}

async fn set_out(shared: &Arc<Shared>, account: Account, mut trip: Trip) {
    let fate = shared.faults().webhook_fate(account.parts().1);
    if fate.dropped {
        shared.change(|state| state.outgoing.finish(trip.parcel, |counts| counts.dropped += 1));
        return;
    }
    (trip.copies, trip.parallel) = (fate.copies, fate.parallel);
    shared.clock.sleep(fate.wait).await;
    match fate.gathered {
        None => deliver(shared, trip).await,
        Some(spread) => {
            if shared.depot.gather(&account, trip) {
                shared.clock.sleep(spread).await;
                release_newest_first(shared, &account).await;
            }
        }
    }
}

async fn release_newest_first(shared: &Arc<Shared>, account: &Account) {
    for mut trip in shared.depot.gathered(account).into_iter().rev() {
        if matches!(attempt(shared, &mut trip).await, Outcome::Failed) {
            let courier = Arc::clone(shared);
            shared.spawn(async move {
                wait_for_retry(&courier, trip.parcel).await;
                deliver(&courier, trip).await;
            });
        }
    }
}

async fn deliver(shared: &Arc<Shared>, mut trip: Trip) {
    while matches!(attempt(shared, &mut trip).await, Outcome::Failed) {
        wait_for_retry(shared, trip.parcel).await;
    }
}

async fn wait_for_retry(shared: &Arc<Shared>, parcel: u64) {
    let attempts =
        shared.read(|state| state.outgoing.pending.get(&parcel).map_or(0, |parcel| parcel.attempts));
    let step = attempts.saturating_sub(1).min(RETRY_AFTER_SECONDS.len() - 1);
    shared.clock.sleep(Duration::from_secs(RETRY_AFTER_SECONDS[step])).await;
}

async fn attempt(shared: &Arc<Shared>, trip: &mut Trip) -> Outcome {
    let found = shared.read(|state| {
        let parcel = state.outgoing.pending.get(&trip.parcel)?.clone();
        let callback = state.callback(&parcel.account);
        Some((parcel, callback))
    });
    let Some((parcel, callback)) = found else {
        return Outcome::Gone;
    };
    let Some(callback) = callback else {
        shared.change(|state| state.outgoing.finish(trip.parcel, |counts| counts.dropped += 1));
        return Outcome::Gone;
    };
    if between(parcel.made_at, shared.clock.now()) > GIVE_UP_AFTER {
        shared.change(|state| state.outgoing.finish(trip.parcel, |counts| counts.expired += 1));
        return Outcome::Gone;
    }
    let door = shared.depot.door(&parcel.account);
    // The door is never closed; were it, going out without a permit would still be right.
    let permit = door.acquire().await;
    let delivered = ring(shared, &callback, &parcel.body, trip).await;
    drop(permit);
    shared.change(|state| {
        let failed = u64::from(trip.copies) - delivered.min(u64::from(trip.copies));
        state.outgoing.count(&parcel.account).failed += failed;
        if delivered > 0 {
            state.outgoing.finish(trip.parcel, |counts| {
                counts.delivered += 1;
                counts.duplicates += delivered - 1;
            });
        } else if let Some(parcel) = state.outgoing.pending.get_mut(&trip.parcel) {
            parcel.attempts += 1;
        }
    });
    trip.first_try = None;
    if delivered > 0 { Outcome::Delivered } else { Outcome::Failed }
}

/// Delivers as many copies as ordered; returns how many were answered with 200.
async fn ring(shared: &Shared, callback: &Callback, body: &str, trip: &Trip) -> u64 {
    if trip.parallel {
        let all = (0..trip.copies).map(|_| knock(shared, callback, body));
        return futures_util::future::join_all(all).await.into_iter().map(u64::from).sum();
    }
    let mut delivered = 0;
    for _ in 0..trip.copies {
        delivered += u64::from(knock(shared, callback, body).await);
    }
    delivered
}

async fn knock(shared: &Shared, callback: &Callback, body: &str) -> bool {
    let answer = shared
        .client
        .post(&callback.url)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "facebookexternalua")
        .header("X-Hub-Signature-256", signature(&callback.app_secret, body.as_bytes()))
        .body(body.to_owned())
        .send()
        .await;
    answer.is_ok_and(|answer| answer.status() == http::StatusCode::OK)
}
