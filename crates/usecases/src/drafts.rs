//! Files that somebody is about to send: uploaded, looked at, kept for a day, and theirs alone until they are sent.
//!
//! Where an upload is put down and who looks into it is an [`Intake`], handed in by whoever runs the server: the same disk
//! with the same reserve, and the same judge, as for files of residents.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::pin::Pin;

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
/// Bytes of them: three of the largest.
const DRAFT_BYTES_MAX: u64 = 3 * FILE_BYTES_MAX;
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
    /// This person has too many files that are not sent, or too large ones.
    #[error("too many files wait to be sent")]
    TooMany,
    /// It broke off.
    #[error("the file did not come whole")]
    BrokenOff,
    /// The disk is nearly full: what is left is for what residents send.
    #[error("there is no room for the file")]
    NoRoom,
    /// A picture that is too large to be written anew: what else is in it would leave with it.
    #[error("the picture is too large to be written anew")]
    TooLargeToRewrite,
    /// It cannot be said whether it tells where it was made.
    #[error("it cannot be said whether the file tells where it was made")]
    PlaceUnsure,
    /// It could not be looked into now.
    #[error("the file could not be looked into")]
    NotJudged,
}

/// A file that was looked into.
#[derive(Debug)]
pub struct LookedInto {
    /// What it is.
    pub format: Format,
    /// What goes, from its beginning: of a picture what was made of it, without its place and whatever else was in it.
    pub file: File,
}

/// What comes of looking into a file.
pub type LookingInto<'a> = Pin<Box<dyn Future<Output = Result<LookedInto, UploadRefused>> + Send + 'a>>;

/// Where uploads are put down, and who looks into them.
pub trait Intake: Send + Sync {
    /// A new nameless file, gone with whoever holds it.
    ///
    /// # Errors
    /// When the disk does not take one.
    fn nameless(&self) -> io::Result<File>;

    /// Whether so many bytes more fit, with what is reserved for others left free.
    ///
    /// # Errors
    /// `StorageFull` when they do not.
    fn room(&self, bytes: u64) -> io::Result<()>;

    /// Looks into a file, and writes a picture anew.
    fn look_into(&self, file: File) -> LookingInto<'_>;
}

/// Without a server around it, as in tests and commands: the system's directory for files in passing, and a look at what
/// the file is. It decodes nothing.
pub struct BareIntake;

impl Intake for BareIntake {
    fn nameless(&self) -> io::Result<File> {
        tempfile::tempfile()
    }

    fn room(&self, _bytes: u64) -> io::Result<()> {
        Ok(())
    }

    fn look_into(&self, file: File) -> LookingInto<'_> {
        Box::pin(async {
            let judged = tokio::task::spawn_blocking(move || {
                let spooled = Spooled(file);
                let format = sniff(&spooled).map_err(UploadRefused::Forbidden)?;
                Ok(LookedInto { format, file: spooled.0 })
            });
            judged.await.unwrap_or(Err(UploadRefused::NotJudged))
        })
    }
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
    may_have_more(&mut ctx.store().read(&ctx.scope()), &actor, 0).await?;
    let intake = ctx.installation.intake();
    let spool = put_down(intake, source).await.map_err(Failure::Refused)?;
    let mut looked = intake.look_into(spool).await.map_err(Failure::Refused)?;
    let bytes = looked.file.metadata().map_or(0, |about| about.len());
    intake.room(bytes).map_err(|_| Failure::Refused(UploadRefused::NoRoom))?;
    looked
        .file
        .seek(SeekFrom::Start(0))
        .map_err(|_| Failure::Refused(UploadRefused::BrokenOff))?;
    let id = AttachmentId(ctx.installation.ids.next());
    let blobs = Blobs::of(ctx.store(), &ctx.scope());
    let mut content = tokio::fs::File::from_std(looked.file);
    let taken = blobs.take(id.0, &mut content, FILE_BYTES_MAX).await.map_err(not_taken)?;
    let new = Draft {
        municipality: ctx.actor.municipality().clone(),
        id,
        actor,
        file_name: Some(saved_as(name, looked.format)),
        media_type: looked.format.media_type().to_owned(),
        bytes: taken.bytes,
        blob: taken.id,
        // By the real clock: it is kept for a day of ours, whatever time it is in the town.
        created_at: ctx.installation.wall_clock.now(),
    };
    let written = ctx
        .store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            // Once more: several may have come at once.
            may_have_more(tx, &new.actor, new.bytes).await?;
            blob::record(tx, &taken, new.created_at).await?;
            draft::put(tx, &new).await.map_err(Failure::from)
        })
        .await;
    if written.is_err() {
        blobs.delete(id.0).await?;
    }
    written.map(|()| id)
}

/// Whether this person may have another file, of so many bytes, that waits to be sent.
async fn may_have_more(
    from: &mut impl store::Reads,
    actor: &str,
    bytes: u64,
) -> Result<(), Failure<UploadRefused>> {
    let waiting = draft::waiting(from, actor).await?;
    if waiting.files >= DRAFTS_MAX || waiting.bytes.saturating_add(bytes) > DRAFT_BYTES_MAX {
        return Err(Failure::Refused(UploadRefused::TooMany));
    }
    Ok(())
}

/// The file on disk under no name, so that it is gone whatever happens to us. What residents send goes before: as soon as
/// the disk is nearly full, no more of it is taken.
async fn put_down(
    intake: &dyn Intake,
    source: &mut (impl AsyncRead + Unpin + Send),
) -> Result<File, UploadRefused> {
    intake.room(0).map_err(|_| UploadRefused::NoRoom)?;
    let spool = intake.nameless().map_err(|_| UploadRefused::NoRoom)?;
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
        // As much once more where it is kept.
        intake.room(bytes).map_err(|_| UploadRefused::NoRoom)?;
        let kept = piece.get(..read).unwrap_or_default();
        out.write_all(kept).await.map_err(|_| UploadRefused::NoRoom)?;
    }
    out.flush().await.map_err(|_| UploadRefused::NoRoom)?;
    let mut spool = out.into_std().await;
    spool.seek(SeekFrom::Start(0)).map_err(|_| UploadRefused::BrokenOff)?;
    Ok(spool)
}

struct Spooled(File);

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
