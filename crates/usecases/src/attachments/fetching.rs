//! What the driver does with a file that a platform keeps for us: claim it, record what came of the try. Every step
//! carries the fence: a driver whose lease is gone changes nothing.

use std::sync::Arc;

use domain::access::Scope;
use domain::attachments::{AttachmentState, AttachmentTrouble, wait_seconds};
use domain::channels::RetryAfter;
use domain::happenings::Happened;
use domain::ids::MunicipalityId;
use domain::media::Format;
use domain::messages::Coordinates;
use domain::outbox::RETRY_AFTER_MAX_SECONDS;
use domain::time::plus_seconds;
use store::tables::blob::{self, Blobs, TakeFailed, Taken};
use store::tables::fetching::{self, ClaimLimits, Kept, NotHere, Owned};
use store::tables::{account, attachment};
use store::{StoreError, Tx};
use tokio::io::AsyncRead;
use uuid::Uuid;

use crate::accounts::notes;
use crate::{Ctx, Installation};

/// Seconds for which a claimed file is the driver's; renewed while it is busy with it.
pub const LEASE_SECONDS: u32 = 60;
/// Files of one account that are under way at once, on all nodes together.
const PER_ACCOUNT: u32 = 2;
/// Seconds until the next look at what no try of ours can mend.
const MENDING_SECONDS: u64 = 30;
/// Seconds for which an account whose token has ended is asked nothing: a dead token must not be offered five hundred
/// times. A new token ends it at once.
const CREDENTIALS_SECONDS: u64 = 300;
/// Seconds after its end for which a file that the platform promised to keep is still asked for.
const GRACE_SECONDS: i64 = 3600;

/// Claims up to `number` files that are due, over all municipalities.
///
/// # Errors
/// When the store does not answer.
pub async fn claim_attachments(
    installation: &Arc<Installation>,
    number: u32,
) -> Result<Vec<Owned>, StoreError> {
    let limits = ClaimLimits {
        number,
        per_account: PER_ACCOUNT,
        lease_seconds: LEASE_SECONDS,
    };
    let store = &installation.store;
    store
        .write(&Scope::installation(), async move |tx: &mut Tx| fetching::claim(tx, limits).await)
        .await
}

/// Gives back everything that is claimed: at the start of the only node of a data directory.
///
/// # Errors
/// When the store does not answer.
pub async fn release_all(installation: &Arc<Installation>) -> Result<u64, StoreError> {
    let store = &installation.store;
    store
        .write(&Scope::installation(), async |tx: &mut Tx| fetching::release_all(tx).await)
        .await
}

/// The driver goes on with it; `false` when somebody else has it by now.
///
/// # Errors
/// When the store does not answer.
pub async fn renew(installation: &Arc<Installation>, held: &Owned) -> Result<bool, StoreError> {
    let (scope, held) = (Scope::whole(held.municipality.clone()), held.clone());
    let store = &installation.store;
    store
        .write(&scope, async move |tx: &mut Tx| fetching::renew(tx, &held, LEASE_SECONDS).await)
        .await
}

/// Gives a file back untried: this node is about to end.
///
/// # Errors
/// When the store does not answer: its lease then ends by itself.
pub async fn give_back(installation: &Arc<Installation>, held: &Owned) -> Result<(), StoreError> {
    let end = NotHere {
        state: AttachmentState::Waiting,
        trouble: held.attachment.trouble,
        attempts: held.attachment.attempts.saturating_sub(1),
        wait_seconds: 0,
    };
    let (scope, held) = (Scope::whole(held.municipality.clone()), held.clone());
    let store = &installation.store;
    store
        .write(&scope, async move |tx: &mut Tx| fetching::not_here(tx, &held, end).await.map(|_| ()))
        .await
}

/// What a file waits for that was not brought.
#[derive(Debug, Clone, Copy)]
enum WaitsFor {
    /// Its own next turn.
    Turn(RetryAfter),
    /// Its account, which somebody has to repair; the connector's word for what is wrong.
    Account(&'static str),
}

/// Records that a try brought no file, and decides what follows; `None` when somebody else has it by now.
///
/// # Errors
/// When the store does not answer: the lease then ends, and it is tried again.
pub async fn record_trouble(
    installation: &Arc<Installation>,
    held: &Owned,
    trouble: AttachmentTrouble,
    after: RetryAfter,
) -> Result<Option<AttachmentState>, StoreError> {
    record_end(installation, held, trouble, WaitsFor::Turn(after)).await
}

/// Records that the account's access has ended: its files wait with it, and people see the alarm. `word`: the connector's,
/// for what is wrong. `None` when somebody else has the file by now.
///
/// # Errors
/// When the store does not answer: the lease then ends, and it is tried again.
pub async fn record_broken(
    installation: &Arc<Installation>,
    held: &Owned,
    word: &'static str,
) -> Result<Option<AttachmentState>, StoreError> {
    record_end(installation, held, AttachmentTrouble::Credentials, WaitsFor::Account(word)).await
}

async fn record_end(
    installation: &Arc<Installation>,
    held: &Owned,
    trouble: AttachmentTrouble,
    waits_for: WaitsFor,
) -> Result<Option<AttachmentState>, StoreError> {
    let ctx = installation.system(&held.municipality, "media");
    let (store, held) = (installation.store.clone(), held.clone());
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let (now, file) = (ctx.now(), &held.attachment);
            let attempts = trouble.tries(file.trouble, file.attempts);
            let state = trouble.leads_to(attempts, now, file.expires_at);
            let end = NotHere {
                state,
                trouble: Some(told(trouble, state)),
                attempts,
                wait_seconds: seconds_of(waits_for, trouble, attempts),
            };
            if !fetching::not_here(tx, &held, end).await? {
                return Ok::<_, StoreError>(None);
            }
            if let WaitsFor::Account(word) = waits_for {
                let reason = "the platform does not accept our credentials for a file";
                account::hold(tx, &file.channel_account, CREDENTIALS_SECONDS, reason).await?;
                notes::broken(tx, &file.channel_account, word, now).await?;
            }
            // The same trouble once more is no news: whoever waits for commits would be woken by every try.
            if state != AttachmentState::Waiting || file.trouble != Some(trouble) {
                record_change(tx, &ctx, file, state);
            }
            Ok(Some(state))
        })
        .await
}

fn seconds_of(waits_for: WaitsFor, trouble: AttachmentTrouble, attempts: u32) -> u64 {
    match waits_for {
        // It goes when the account is released.
        WaitsFor::Account(_) => 0,
        WaitsFor::Turn(RetryAfter::Seconds(seconds)) => seconds.clamp(1, RETRY_AFTER_MAX_SECONDS),
        WaitsFor::Turn(RetryAfter::Backoff | RetryAfter::Fourfold) if !trouble.counts() => MENDING_SECONDS,
        WaitsFor::Turn(RetryAfter::Backoff | RetryAfter::Fourfold) => {
            wait_seconds(attempts.saturating_sub(1))
        }
    }
}

/// What the conversation says: of a file that waited until the platform had it no longer, that.
const fn told(trouble: AttachmentTrouble, state: AttachmentState) -> AttachmentTrouble {
    match (trouble, state) {
        (AttachmentTrouble::NotPassedOn | AttachmentTrouble::TooLargeForChannel, _) => trouble,
        (_, AttachmentState::Lost) => AttachmentTrouble::Expired,
        _ => trouble,
    }
}

fn record_change(tx: &mut Tx, ctx: &Ctx, file: &attachment::Attachment, state: AttachmentState) {
    let happened = Happened::AttachmentChanged {
        conversation: file.conversation,
        message: file.message,
        attachment: file.id,
        state,
    };
    tx.record(&ctx.actor, ctx.now(), happened);
}

/// Takes in a stream of at most `longest` bytes, outside any transaction; nobody's until [`keep`] records it.
///
/// # Errors
/// [`TakeFailed`].
pub async fn take_in(
    installation: &Arc<Installation>,
    municipality: &MunicipalityId,
    source: &mut (impl AsyncRead + Unpin),
    longest: u64,
) -> Result<Taken, TakeFailed> {
    let scope = Scope::whole(municipality.clone());
    Blobs::of(&installation.store, &scope)
        .take(installation.ids.next(), source, longest)
        .await
}

/// Removes what was taken in and is not wanted.
pub async fn discard(installation: &Arc<Installation>, municipality: &MunicipalityId, id: Uuid) {
    let scope = Scope::whole(municipality.clone());
    if let Err(error) = Blobs::of(&installation.store, &scope).delete(id).await {
        // Housekeeping finds it: it stands among what was begun.
        tracing::warn!(blob = %id, error = %error, "File {id} could not be removed now");
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its format, by its content.
    pub format: Format,
    /// Its content.
    pub content: Taken,
    /// A small picture of it.
    pub thumbnail: Option<Taken>,
    /// Width and height in pixels, of a picture.
    pub size: Option<(u32, u32)>,
    /// Where it was taken, as a picture said of itself.
    pub taken_at: Option<Coordinates>,
    /// Why it is only ever saved, where it would be shown otherwise.
    pub trouble: Option<AttachmentTrouble>,
}

/// Records that a file is here; `false` when somebody else has it by now, and then nothing of it is kept.
///
/// # Errors
/// When the store does not answer: the lease then ends, and the file is fetched again.
pub async fn keep(
    installation: &Arc<Installation>,
    held: &Owned,
    finding: &Finding,
) -> Result<bool, StoreError> {
    let ctx = installation.system(&held.municipality, "media");
    let kept = Kept {
        media_type: finding.format.media_type().to_owned(),
        bytes: finding.content.bytes,
        size: finding.size,
        taken_at: finding.taken_at,
        trouble: finding.trouble,
        blob: finding.content.id,
        thumbnail: finding.thumbnail.as_ref().map(|taken| taken.id),
    };
    let taken: Vec<Taken> = std::iter::once(&finding.content).chain(&finding.thumbnail).cloned().collect();
    let (store, owned, wanted) = (installation.store.clone(), held.clone(), taken.clone());
    let is_kept = store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if !fetching::keep(tx, &owned, &kept).await? {
                return Ok::<_, StoreError>(false);
            }
            for taken in &wanted {
                blob::record(tx, taken, ctx.now()).await?;
            }
            record_change(tx, &ctx, &owned.attachment, AttachmentState::Kept);
            Ok(true)
        })
        .await?;
    if !is_kept {
        for taken in taken {
            discard(installation, &held.municipality, taken.id).await;
        }
    }
    Ok(is_kept)
}

/// What the platforms do not keep any more is lost, visibly; returns how many. At most `limit` at a time.
///
/// # Errors
/// When the store does not answer.
pub async fn lose_expired(installation: &Arc<Installation>, limit: u32) -> Result<usize, StoreError> {
    let moment = plus_seconds(installation.now(), -GRACE_SECONDS);
    let expired =
        fetching::expired(&mut installation.store.read(&Scope::installation()), moment, limit).await?;
    let mut lost = 0;
    for owned in expired {
        let ctx = installation.system(&owned.municipality, "housekeeping");
        let (store, file) = (installation.store.clone(), owned.attachment);
        let is_lost = store
            .write(&ctx.scope(), async move |tx: &mut Tx| {
                let is_lost = fetching::lose(tx, file.id, file.state).await?;
                if is_lost {
                    record_change(tx, &ctx, &file, AttachmentState::Lost);
                }
                Ok::<_, StoreError>(is_lost)
            })
            .await?;
        lost += usize::from(is_lost);
    }
    Ok(lost)
}
