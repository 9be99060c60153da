//! What is indexed afterwards, in pieces, so that nobody waits long behind it.

use std::sync::Arc;
use std::time::Duration;

use analysis::search::VERSION;
use domain::access::Scope;
use domain::ids::{AuthorId, JobId, MessageId, MunicipalityId};
use store::tables::search::{self, Progress};
use store::tables::{installation, job};
use store::{StoreError, Tx};

use super::index::{OF_AUTHOR, index_messages};
use crate::Installation;

/// Messages of one write.
const AT_ONCE: u32 = 100;
/// Writes of one turn; then the lease is asked for again.
const WRITES_PER_TURN: usize = 500;
/// Seconds of a lease: far longer than a turn takes.
const LEASE_SECONDS: u32 = 600;
/// Seconds between two looks at whether everything is indexed.
const ROUND_SECONDS: u32 = 60;
/// The job that indexes what was there before.
const ALL: &str = "index_all";

/// Indexes until `stop`.
pub async fn run(installation: Arc<Installation>, stop: tokio_util::sync::CancellationToken) {
    while !stop.is_cancelled() {
        let wait = match work(&installation).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => Duration::from_secs(5),
            Err(error) => {
                tracing::warn!(error = %error, "Indexing what is said has to wait");
                Duration::from_secs(30)
            }
        };
        tokio::select! {
            () = stop.cancelled() => (),
            () = tokio::time::sleep(wait) => (),
        }
    }
}

/// Does a turn of what is due, if no other node does it; `true` when there is more to do.
///
/// # Errors
/// When the store does not answer.
pub async fn work(installation: &Arc<Installation>) -> Result<bool, StoreError> {
    // What is left of a full disk is for those who read.
    if !installation.store.inbox().has_room() {
        return Ok(false);
    }
    let scope = Scope::installation();
    let id = JobId(installation.ids.next());
    let (all, renamed) = installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            job::put(tx, id, (ALL, "all"), "{}", 0).await?;
            let all = job::claim(tx, ALL, 1, LEASE_SECONDS).await?;
            Ok::<_, StoreError>((all, job::claim(tx, OF_AUTHOR, 10, LEASE_SECONDS).await?))
        })
        .await?;
    let more = !renamed.is_empty();
    for taken in renamed {
        if let Ok(author) = taken.key.parse() {
            index_author(installation, &Scope::whole(taken.municipality.clone()), author).await?;
        }
        installation
            .store
            .write(&scope, async move |tx: &mut Tx| job::done(tx, &taken).await)
            .await?;
    }
    let Some(taken) = all.into_iter().next() else { return Ok(more) };
    let turn = index_all(installation).await;
    let (unfinished, failure) = match &turn {
        Ok(unfinished) => (*unfinished, None),
        Err(error) => (false, Some(error.to_string())),
    };
    let wait = if unfinished { 0 } else { ROUND_SECONDS };
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| job::again(tx, &taken, wait, failure.as_deref()).await)
        .await?;
    Ok(turn? || more)
}

/// What an author wrote, the newest first.
async fn index_author(
    installation: &Installation,
    scope: &Scope,
    author: AuthorId,
) -> Result<(), StoreError> {
    let mut before = None;
    loop {
        let mut reader = installation.store.read(scope);
        let messages = search::of_author(&mut reader, author, before, AT_ONCE).await?;
        let Some(last) = messages.last() else { return Ok(()) };
        before = Some(*last);
        installation
            .store
            .write(scope, async move |tx: &mut Tx| index_messages(tx, &messages).await)
            .await?;
    }
}

/// A turn over all municipalities; `true` when something is left.
async fn index_all(installation: &Installation) -> Result<bool, StoreError> {
    let mut writes = WRITES_PER_TURN;
    for municipality in installation::municipalities(&installation.store).await? {
        if !index_municipality(installation, &municipality.id, &mut writes).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Goes on where it was left; `true` when all of the municipality is indexed.
async fn index_municipality(
    installation: &Installation,
    municipality: &MunicipalityId,
    writes: &mut usize,
) -> Result<bool, StoreError> {
    let scope = Scope::whole(municipality.clone());
    let known = search::progress(&mut installation.store.read(&scope)).await?;
    let mut progress = match known {
        Some(progress) if progress.analysis == VERSION => progress,
        _ => Progress { analysis: VERSION, before: None, finished_at: None },
    };
    while progress.finished_at.is_none() {
        if *writes == 0 {
            return Ok(false);
        }
        *writes -= 1;
        progress = index_piece(installation, &scope, progress).await?;
    }
    Ok(true)
}

async fn index_piece(
    installation: &Installation,
    scope: &Scope,
    progress: Progress,
) -> Result<Progress, StoreError> {
    let mut reader = installation.store.read(scope);
    let looked_at = search::before(&mut reader, progress.before, VERSION, AT_ONCE).await?;
    let next = match looked_at.last() {
        Some((last, _)) => Progress { before: Some(*last), ..progress },
        None => Progress { finished_at: Some(installation.wall_clock.now()), ..progress },
    };
    let missing: Vec<MessageId> =
        looked_at.iter().filter(|(_, indexed)| !indexed).map(|(message, _)| *message).collect();
    let written = next.clone();
    installation
        .store
        .write(scope, async move |tx: &mut Tx| {
            index_messages(tx, &missing).await?;
            search::set_progress(tx, &written).await
        })
        .await?;
    Ok(next)
}
