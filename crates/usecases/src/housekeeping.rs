//! Keeping house: what is kept for a while is dropped when the while is over. One node does it at a time, by the lease
//! of a job.

use std::sync::Arc;
use std::time::Duration;

use domain::access::Scope;
use domain::channels::LOOKS_BACK_MILLIS_MAX;
use domain::ids::JobId;
use domain::time::plus_seconds;
use store::tables::{
    account_link, blob, half_log_in, job, mail, outbox, presence, request, secret, session, written,
};
use store::{StoreError, Tx};

use crate::access::FORGET_AFTER;
use crate::{Installation, attachments, drafts};

/// Days for which the bytes of deliveries are kept after they were read.
const RAW_EVENT_DAYS: i64 = 30;
/// Hours for which the first result of a request is kept.
const REQUEST_HOURS: i64 = 24;
/// Days for which ended sessions are kept.
const SESSION_DAYS: i64 = 30;
/// Days for which what somebody wrote and never sent is kept.
const WRITTEN_DAYS: i64 = 90;
/// Days for which it is kept how a mail to a user went.
const MAIL_DAYS: i64 = 30;
/// Hours for which a link is kept that is too old.
const LINK_HOURS: i64 = 24;
/// Seconds after which a file that was begun and never recorded is what a crash left behind.
const UNFINISHED_SECONDS: u32 = 24 * 3600;
/// Seconds for which it is kept when a part left: what no pace looks at any more would stand in two indexes for ever.
const LEFT_SECONDS: u32 = 3600;
const _: () = assert!(LEFT_SECONDS as i64 * 1_000 >= 2 * LOOKS_BACK_MILLIS_MAX);
/// Seconds between two rounds.
const ROUND_SECONDS: u32 = 3600;
/// Raw events, tries to log in and the like that are dropped in one go, so that nobody waits long behind it.
const AT_ONCE: u32 = 200;

/// Keeps house until `stop`.
pub async fn run(installation: Arc<Installation>, stop: tokio_util::sync::CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = round(&installation).await {
            tracing::warn!(error = %error, "Housekeeping has to wait");
        }
        tokio::select! {
            () = stop.cancelled() => (),
            () = tokio::time::sleep(Duration::from_secs(60)) => (),
        }
    }
}

/// Does what is due, if no other node does it; returns how many jobs that were.
///
/// # Errors
/// When the store does not answer.
pub async fn round(installation: &Arc<Installation>) -> Result<usize, StoreError> {
    let scope = Scope::installation();
    let id = JobId(installation.ids.next());
    let due = installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            job::put(tx, id, ("drop_old", "all"), "{}", 0).await?;
            job::claim(tx, "drop_old", 10, 300).await
        })
        .await?;
    let count = due.len();
    for taken in due {
        let done = drop_old(installation, &scope).await;
        let failure = done.as_ref().err().map(ToString::to_string);
        installation
            .store
            .write(&scope, async move |tx: &mut Tx| {
                job::again(tx, &taken, ROUND_SECONDS, failure.as_deref()).await
            })
            .await?;
        done?;
    }
    Ok(count)
}

async fn drop_old(installation: &Arc<Installation>, scope: &Scope) -> Result<(), StoreError> {
    let now = installation.wall_clock.now();
    let raw_before = plus_seconds(now, -RAW_EVENT_DAYS * 86_400);
    while installation.store.inbox().purge(raw_before, AT_ONCE).await? == u64::from(AT_ONCE) {}
    // Whoever tries many names from many addresses fills no disk with them.
    let tries_before = plus_seconds(now, -FORGET_AFTER);
    let some_tries = async move |tx: &mut Tx| session::purge_attempts(tx, tries_before, AT_ONCE).await;
    while installation.store.write(scope, some_tries).await? == u64::from(AT_ONCE) {}
    let some_left = async move |tx: &mut Tx| outbox::forget_left(tx, LEFT_SECONDS, AT_ONCE).await;
    while installation.store.write(scope, some_left).await? == u64::from(AT_ONCE) {}
    let written_before = plus_seconds(now, -WRITTEN_DAYS * 86_400);
    let some_written = async move |tx: &mut Tx| written::purge(tx, written_before, AT_ONCE).await;
    while installation.store.write(scope, some_written).await? == u64::from(AT_ONCE) {}
    while drafts::drop_orphans(installation, AT_ONCE).await? > 0 {}
    while attachments::lose_expired(installation, AT_ONCE).await? > 0 {}
    while blob::sweep(&installation.store, scope, UNFINISHED_SECONDS, AT_ONCE).await? > 0 {}
    let (requests, sessions) =
        (plus_seconds(now, -REQUEST_HOURS * 3600), plus_seconds(now, -SESSION_DAYS * 86_400));
    let links = plus_seconds(now, -LINK_HOURS * 3600);
    installation
        .store
        .write(scope, async move |tx: &mut Tx| {
            request::purge(tx, requests).await?;
            session::purge(tx, sessions).await?;
            secret::purge(tx).await?;
            presence::purge(tx).await?;
            half_log_in::purge(tx, now).await?;
            account_link::purge(tx, links).await?;
            mail::purge(tx, MAIL_DAYS * 86_400).await?;
            Ok::<_, StoreError>(())
        })
        .await
}
