//! Looking for what no event tells: silence, sends that stay behind, what could not be read. One node does it at a time,
//! by the lease of a job.

use std::sync::Arc;
use std::time::Duration;

use domain::access::Scope;
use domain::channels::{HealthTopic, Severity};
use domain::ids::{ChannelAccountId, JobId, MunicipalityId};
use domain::time::{plus_seconds, seconds_between};
use jiff::Timestamp;
use store::tables::figures::{self, Figures};
use store::tables::health::{self, Signs};
use store::tables::{account, installation, job};
use store::{StoreError, Tx};

use super::notes::{event, files_since};
use crate::Installation;

/// Seconds between two rounds.
const ROUND_SECONDS: u32 = 60;
/// Seconds after which a message that waits to leave has stayed behind, although nothing holds it back.
const BEHIND_SECONDS: i64 = 15 * 60;
/// Days for which what counts no more is kept.
const EVENT_DAYS: i64 = 400;
/// Seconds between two checks with the platform: a token that died is known within this time, whoever writes.
const CHECK_SECONDS: u32 = 900;
/// Seconds before the very first check, so that a server that just began does not find itself unreachable.
const FIRST_CHECK_SECONDS: u32 = 60;

/// Looks until `stop`.
pub async fn run(installation: Arc<Installation>, stop: tokio_util::sync::CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = take_round(&installation).await {
            tracing::warn!(error = %error, "Looking after the channel accounts has to wait");
        }
        tokio::select! {
            () = stop.cancelled() => (),
            () = tokio::time::sleep(Duration::from_secs(20)) => (),
        }
    }
}

async fn take_round(here: &Arc<Installation>) -> Result<(), StoreError> {
    for taken in claim(here, "watch_accounts", (0, ROUND_SECONDS)).await? {
        let done = round(here).await;
        let failure = done.as_ref().err().map(ToString::to_string);
        again(here, taken, ROUND_SECONDS, failure).await?;
        done?;
    }
    Ok(())
}

async fn claim(
    here: &Arc<Installation>,
    kind: &'static str,
    (first, lease): (u32, u32),
) -> Result<Vec<job::Job>, StoreError> {
    let id = JobId(here.ids.next());
    here.store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            job::put(tx, id, (kind, "all"), "{}", first).await?;
            let due = job::claim(tx, kind, 1, lease).await?;
            Ok::<_, StoreError>(due)
        })
        .await
}

async fn again(
    here: &Arc<Installation>,
    taken: job::Job,
    seconds: u32,
    failure: Option<String>,
) -> Result<(), StoreError> {
    here.store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            job::again(tx, &taken, seconds, failure.as_deref()).await.map(|_| ())
        })
        .await
}

/// The accounts that are to be checked with their platforms now: all of them, every quarter of an hour, on one node.
///
/// # Errors
/// When the store does not answer.
pub async fn due_checks(
    here: &Arc<Installation>,
) -> Result<Vec<(MunicipalityId, ChannelAccountId)>, StoreError> {
    let mut due = Vec::new();
    for taken in claim(here, "check_accounts", (FIRST_CHECK_SECONDS, CHECK_SECONDS)).await? {
        again(here, taken, CHECK_SECONDS, None).await?;
        for found in installation::accounts(&here.store).await? {
            due.push((found.account.municipality, found.account.id));
        }
    }
    Ok(due)
}

/// Looks at every account once.
///
/// # Errors
/// When the store does not answer.
pub async fn round(here: &Arc<Installation>) -> Result<(), StoreError> {
    for municipality in installation::municipalities(&here.store).await? {
        let scope = Scope::whole(municipality.id);
        let accounts = account::accounts(&mut here.store.read(&scope)).await?;
        for found in accounts {
            look(here, &scope, found.account.id).await?;
        }
        let before = plus_seconds(here.now(), -EVENT_DAYS * 86_400);
        here.store.write(&scope, async move |tx: &mut Tx| health::purge(tx, before).await).await?;
    }
    Ok(())
}

async fn look(here: &Arc<Installation>, scope: &Scope, id: ChannelAccountId) -> Result<(), StoreError> {
    let now = here.now();
    let mut reader = here.store.read(scope);
    let figures = figures::of_account(&mut reader, &id, files_since(now)).await?;
    let signs = health::signs(&mut reader, &id).await?;
    drop(reader);
    count(&id, &figures, &signs, now);
    here.store
        .write(scope, async move |tx: &mut Tx| {
            for finding in findings(&figures, &signs, now) {
                health::note_change(tx, &id, &finding, now).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await
}

/// What the figures show at `now`, one event per topic.
fn findings(figures: &Figures, signs: &Signs, now: Timestamp) -> Vec<domain::channels::HealthEvent> {
    let either = |topic, is_so: bool, (bad, severity): (&str, Severity), good: &str| {
        if is_so {
            event(topic, bad, severity, now)
        } else {
            event(topic, good, Severity::Good, now)
        }
    };
    let behind = figures.waiting_since.is_some_and(|since| seconds_between(since, now) > BEHIND_SECONDS);
    let mut found = vec![
        either(HealthTopic::Unread, figures.unread > 0, ("unread", Severity::Warning), "all-read"),
        either(
            HealthTopic::UnknownSends,
            figures.unknown > 0,
            ("unknown-sends", Severity::Warning),
            "all-known",
        ),
        event_of_files(figures, now),
    ];
    // Where sending is broken, that is the alarm; what waits behind it is only its consequence.
    if !signs.broken {
        found.push(either(HealthTopic::Sending, behind, ("behind", Severity::Alarm), "works"));
    }
    if let Some(silent) = signs.pulse.silent_since(now) {
        found.push(event(
            HealthTopic::Intake,
            "silent",
            Severity::Alarm,
            silent.max(plus_seconds(now, -86_400)),
        ));
    }
    found
}

/// The worst that is to be said of files: what is lost needs the resident, what failed an agent, what is late nobody yet.
fn event_of_files(figures: &Figures, now: Timestamp) -> domain::channels::HealthEvent {
    let late = figures.late_since.is_some_and(|since| seconds_between(since, now) > BEHIND_SECONDS);
    let (word, severity) = match figures {
        Figures { lost_files: 1.., .. } => ("files-lost", Severity::Warning),
        Figures { failed_files: 1.., .. } => ("files-failed", Severity::Warning),
        _ if late => ("files-late", Severity::Warning),
        _ => ("files-kept", Severity::Good),
    };
    event(HealthTopic::Files, word, severity, now)
}

fn count(id: &ChannelAccountId, figures: &Figures, signs: &Signs, now: Timestamp) {
    let labels = [("channel_account", id.to_string())];
    #[expect(clippy::cast_precision_loss, reason = "counts and ages far under 2^52")]
    let set = |name: &'static str, value: i64| metrics::gauge!(name, &labels).set(value as f64);
    set("account_waiting_sends", figures.waiting);
    set("account_unknown_sends", figures.unknown);
    set("account_unread_items", figures.unread);
    set("account_lost_files", figures.lost_files);
    set("account_failed_files", figures.failed_files);
    set("account_late_files", figures.late_files);
    set("account_sending_broken", i64::from(signs.broken));
    set("account_silent", i64::from(signs.pulse.silent_since(now).is_some()));
    if let Some(heard) = signs.pulse.heard_at {
        set("account_heard_seconds_ago", seconds_between(heard, now));
    }
}
