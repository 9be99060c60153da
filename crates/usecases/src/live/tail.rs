//! The one task of a node that reads the journals on while somebody looks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::access::Scope;
use domain::ids::MunicipalityId;
use domain::time::micros;
use store::StoreError;
use store::tables::{live, presence};
use tokio::time::Instant;

use super::entry::{Entry, entries_after};
use super::hub::Shared;
use super::sessions;

/// Entries read in one go.
const AT_ONCE: u32 = 500;
/// When the store does not answer.
const PATIENCE: Duration = Duration::from_millis(500);

/// Reads on until nobody looks any more.
pub(super) fn start(shared: Arc<Shared>) {
    tokio::spawn(async move {
        // A mistake of ours must not leave all pages silent for good.
        while tokio::spawn(tail(Arc::clone(&shared))).await.is_err() {
            tracing::error!("Live updates broke off by a mistake of ours and begin again");
            tokio::time::sleep(PATIENCE).await;
        }
    });
}

/// When what is due that is done now and then.
struct Due {
    sessions: Instant,
    presence: Instant,
}

async fn tail(shared: Arc<Shared>) {
    let mut commits = shared.store.commits();
    let mut due = Due {
        sessions: Instant::now() + shared.pace.sessions,
        presence: Instant::now(),
    };
    let mut failing = false;
    while !is_left(&shared) {
        commits.mark_unchanged();
        match round(&shared, &mut due).await {
            Ok(()) => failing = false,
            Err(error) => {
                if !failing {
                    tracing::warn!(error = %error, "Live updates have to wait");
                }
                failing = true;
                shared.presence_due.store(true, Ordering::SeqCst);
                tokio::time::sleep(PATIENCE).await;
            }
        }
        tokio::time::sleep(shared.pace.breath).await;
        tokio::select! {
            () = shared.ended.cancelled() => (),
            _ = commits.changed() => (),
            () = shared.poke.notified() => (),
            () = tokio::time::sleep(shared.pace.poll) => (),
        }
    }
}

/// Whether this task can end: decided together with its end, so that who comes now starts another.
fn is_left(shared: &Shared) -> bool {
    let mut board = shared.board();
    if board.pages.is_empty() || shared.ended.is_cancelled() {
        board.tailing = false;
    }
    !board.tailing
}

async fn round(shared: &Shared, due: &mut Due) -> Result<(), StoreError> {
    let heads = live::heads(&mut shared.store.read(&Scope::installation())).await?;
    for (municipality, head) in heads {
        if known_head(shared, &municipality).is_some_and(|known| known < head) {
            read_on(shared, &municipality).await?;
        }
    }
    if Instant::now() >= due.sessions {
        sessions::look_at_all(shared).await?;
        due.sessions = Instant::now() + shared.pace.sessions;
    }
    if shared.presence_due.swap(false, Ordering::SeqCst) || Instant::now() >= due.presence {
        look_who_is_there(shared).await?;
        due.presence = Instant::now() + shared.pace.presence;
    }
    Ok(())
}

/// How far the journal of a municipality was read; `None` when nobody looks there.
fn known_head(shared: &Shared, municipality: &MunicipalityId) -> Option<i64> {
    shared.board().towns.get(municipality).map(|town| town.head)
}

async fn read_on(shared: &Shared, municipality: &MunicipalityId) -> Result<(), StoreError> {
    while let Some(head) = known_head(shared, municipality) {
        let entries = entries_after(&shared.store, municipality, head, AT_ONCE).await?;
        let is_last = entries.len() < AT_ONCE as usize;
        // First who may be told, then what: nobody hears what came after the end of their session.
        if entries.iter().any(|entry| entry.puts_sessions_in_doubt()) {
            sessions::look_at_all(shared).await?;
        }
        measure_lag(shared, &entries);
        let mut board = shared.board();
        if let Some(town) = board.towns.get_mut(municipality) {
            town.take(entries, shared.pace.ring);
        }
        if is_last {
            break;
        }
    }
    Ok(())
}

/// From an act to its place on the board.
fn measure_lag(shared: &Shared, entries: &[Arc<Entry>]) {
    let now = micros(shared.clock.now());
    for entry in entries {
        #[expect(clippy::cast_precision_loss, reason = "a lag is far below 2^52 microseconds")]
        let seconds = now.saturating_sub(micros(entry.at)).max(0) as f64 / 1e6;
        metrics::histogram!("live_lag_seconds").record(seconds);
    }
}

async fn look_who_is_there(shared: &Shared) -> Result<(), StoreError> {
    let mut there = presence::now(&mut shared.store.read(&Scope::installation())).await?;
    let mut board = shared.board();
    for (municipality, town) in &mut board.towns {
        let here = there.extract_if(.., |one| one.municipality == *municipality).collect();
        if town.talks.update(here) {
            town.tell();
        }
    }
    Ok(())
}
