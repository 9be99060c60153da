//! Files that somebody is about to send: uploaded, looked at, kept for a day, and theirs alone until they are sent.

use std::io::{Seek, SeekFrom};

use domain::access::{Permission, Scope};
use domain::attachments::FILE_BYTES_MAX;
use domain::ids::AttachmentId;
use domain::media::names::saved_as;
use domain::media::{Content, Forbidden, Format, sniff};
use domain::time::plus_seconds;
use store::tables::blob::{self, Blobs, TakeFailed};
use store::tables::draft::{self, Draft};
use store::{StoreError, Tx};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

use crate::{Ctx, Failure, Installation};

/// Files that one person can have uploaded and not sent.
const DRAFTS_MAX: i64 = 50;
/// Hours for which a file that is not sent is kept.
const DRAFT_HOURS: i64 = 24;
/// Bytes that are moved at once.
const PIECE: usize = 64 * 1024;

/// A file that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefused {
    /// It is larger than any channel takes.
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// It is of a kind that is not kept.
    #[error("such a file is not kept")]
    Forbidden(Forbidden),
    /// This person has too many files that are not sent.
    #[error("too many files wait to be sent")]
    TooMany,
    /// It broke off, or there was no room to put it down.
    #[error("the file did not come whole")]
    BrokenOff,
}

/// Takes in a file that is to be sent. Its type is what its content says, whatever it is called.
///
/// It goes to the disk while it comes: a large one is never in memory as a whole.
///
/// # Errors
/// `NotAllowed`, `Refused` with what is wrong with the file, `Store`.
pub async fn upload_draft(
    ctx: &Ctx,
    source: &mut (impl AsyncRead + Unpin + Send),
    name: Option<&str>,
) -> Result<AttachmentId, Failure<UploadRefused>> {
    ctx.actor.may(Permission::Reply)?;
    let actor = ctx.actor.label();
    if draft::count(&mut ctx.store().read(&ctx.scope()), &actor).await? >= DRAFTS_MAX {
        return Err(Failure::Refused(UploadRefused::TooMany));
    }
    let spool = put_down(source).await.map_err(Failure::Refused)?;
    let (format, spool) = judge(spool).await.map_err(Failure::Refused)?;
    let id = AttachmentId(ctx.installation.ids.next());
    let blobs = Blobs::of(ctx.store(), &ctx.scope());
    let mut content = tokio::fs::File::from_std(spool);
    let taken = blobs.take(id.0, &mut content, FILE_BYTES_MAX).await.map_err(not_taken)?;
    let new = Draft {
        municipality: ctx.actor.municipality().clone(),
        id,
        actor,
        file_name: Some(saved_as(name, format)),
        media_type: format.media_type().to_owned(),
        bytes: taken.bytes,
        blob: taken.id,
        // By the real clock: it is kept for a day of ours, whatever time it is in the town.
        created_at: ctx.installation.wall_clock.now(),
    };
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            blob::record(tx, &taken, new.created_at).await?;
            draft::put(tx, &new).await
        })
        .await?;
    Ok(id)
}

/// The file on disk under no name, so that it is gone whatever happens to us.
async fn put_down(source: &mut (impl AsyncRead + Unpin + Send)) -> Result<std::fs::File, UploadRefused> {
    let spool = tempfile::tempfile().map_err(|_| UploadRefused::BrokenOff)?;
    let mut out = tokio::fs::File::from_std(spool);
    let (mut piece, mut bytes) = (vec![0_u8; PIECE], 0_u64);
    loop {
        let read = source.read(&mut piece).await.map_err(|_| UploadRefused::BrokenOff)?;
        if read == 0 {
            break;
        }
        bytes = bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if bytes > FILE_BYTES_MAX {
            return Err(UploadRefused::TooLarge);
        }
        let kept = piece.get(..read).unwrap_or_default();
        out.write_all(kept).await.map_err(|_| UploadRefused::BrokenOff)?;
    }
    out.flush().await.map_err(|_| UploadRefused::BrokenOff)?;
    Ok(out.into_std().await)
}

/// What the file is; looking at it reads from the disk, so that it has a thread of its own.
async fn judge(spool: std::fs::File) -> Result<(Format, std::fs::File), UploadRefused> {
    let judged = tokio::task::spawn_blocking(move || {
        let spooled = Spooled(spool);
        let format = sniff(&spooled).map_err(UploadRefused::Forbidden)?;
        let mut file = spooled.0;
        file.seek(SeekFrom::Start(0)).map_err(|_| UploadRefused::BrokenOff)?;
        Ok((format, file))
    });
    judged.await.unwrap_or(Err(UploadRefused::BrokenOff))
}

struct Spooled(std::fs::File);

impl Content for Spooled {
    fn length(&self) -> u64 {
        self.0.metadata().map_or(0, |about| about.len())
    }

    fn piece(&self, at: u64, length: usize) -> Vec<u8> {
        use std::os::unix::fs::FileExt;
        let mut bytes = vec![0_u8; length];
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, at + u64::try_from(read).unwrap_or(u64::MAX)) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        bytes.truncate(read);
        bytes
    }
}

fn not_taken(failed: TakeFailed) -> Failure<UploadRefused> {
    match failed {
        TakeFailed::Source(_) => Failure::Refused(UploadRefused::BrokenOff),
        TakeFailed::TooLong => Failure::Refused(UploadRefused::TooLarge),
        TakeFailed::Store(error) => Failure::Store(error),
    }
}

/// The actor's own files that wait to be sent, as far as they are there, in this order.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_drafts(ctx: &Ctx, ids: &[AttachmentId]) -> Result<Vec<Draft>, Failure> {
    ctx.actor.may(Permission::Reply)?;
    let (actor, mut reader) = (ctx.actor.label(), ctx.store().read(&ctx.scope()));
    let mut found = Vec::new();
    for id in ids.iter().take(usize::try_from(DRAFTS_MAX).unwrap_or(0)) {
        found.extend(draft::find(&mut reader, *id, &actor).await?);
    }
    Ok(found)
}

/// Removes a file that the actor uploaded and will not send; nothing happens when there is none.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn remove_draft(ctx: &Ctx, id: AttachmentId) -> Result<(), Failure> {
    ctx.actor.may(Permission::Reply)?;
    let actor = ctx.actor.label();
    if let Some(found) = draft::find(&mut ctx.store().read(&ctx.scope()), id, &actor).await? {
        drop_draft(&ctx.installation, &found).await?;
    }
    Ok(())
}

/// Removes up to `limit` files that waited for a day and were not sent; returns how many.
pub(crate) async fn drop_orphans(installation: &Installation, limit: u32) -> Result<usize, StoreError> {
    let before = plus_seconds(installation.wall_clock.now(), -DRAFT_HOURS * 3600);
    let scope = Scope::installation();
    let orphans = draft::orphans(&mut installation.store.read(&scope), before, limit).await?;
    for orphan in &orphans {
        drop_draft(installation, orphan).await?;
    }
    Ok(orphans.len())
}

async fn drop_draft(installation: &Installation, unsent: &Draft) -> Result<(), StoreError> {
    let (scope, id) = (Scope::whole(unsent.municipality.clone()), unsent.id);
    let gone = installation
        .store
        .write(&scope, async move |tx: &mut Tx| draft::remove(tx, id).await)
        .await?;
    // Who was sent meanwhile keeps its content.
    if gone {
        Blobs::of(&installation.store, &scope).delete(unsent.blob).await?;
    }
    Ok(())
}
