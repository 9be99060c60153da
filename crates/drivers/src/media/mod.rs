//! Files of messages come here: claimed when the message is on disk, fetched, scanned, judged and kept.
//!
//! One file takes this way (`fetch`): the connector says what to ask, step by step; the file is poured into a nameless
//! file on disk (`spool`), its hash compared, shown to the virus scanner (`scan`) and to a process of its own that says
//! what it is and writes pictures anew (`judge`); then its content is taken in, sealed, and recorded in one write. What
//! goes wrong becomes an `AttachmentTrouble`, and the domain decides what follows.
//!
//! A crash anywhere leaves a file that is fetched again when its lease ends, and nothing on disk that somebody would have
//! to remove: the nameless file is gone with the process, and what was taken in and not recorded is swept.

mod fetch;
mod judge;
mod scan;
mod spool;
mod uploads;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use usecases::attachments::{self, Owned};
use usecases::{Installation, StoreError};

use crate::doors::Doors;
use crate::egress::{Egress, PourLimits};

pub use judge::{Judge, PictureMade, VERDICT_BYTES, Verdict};
pub use scan::{ScanFailed, Scanner};
pub use uploads::Uploads;

/// Files under way at once. Each holds a few chunks of 256 KiB in memory, and a turn of the platform.
const AT_ONCE: usize = 4;
/// How long the driver rests when there is nothing to fetch and nobody calls.
const REST: Duration = Duration::from_secs(1);

/// What the driver works with.
#[derive(Clone)]
pub struct MediaOptions {
    /// Where files are poured out before they are judged: a directory on the disk that they are kept on.
    pub spool: PathBuf,
    /// Bytes that are left free on that disk for everything else: a file must never be why a delivery is turned away.
    pub reserve: u64,
    /// Who judges them.
    pub judge: Arc<Judge>,
    /// Who scans them, if anybody does.
    pub scanner: Option<Scanner>,
    /// How patient it is with a platform.
    pub limits: PourLimits,
}

impl MediaOptions {
    /// The usual limits: 100 MB, ten minutes, 16 KB a second; 256 MB of the disk stay free.
    #[must_use]
    pub fn usual(spool: PathBuf, judge: Judge, scanner: Option<Scanner>) -> Self {
        Self {
            spool,
            reserve: 256 * 1024 * 1024,
            judge: Arc::new(judge),
            scanner,
            limits: PourLimits {
                bytes_max: domain::attachments::FILE_BYTES_MAX,
                total: Duration::from_secs(600),
                bytes_per_window: 160 * 1024,
                window: Duration::from_secs(10),
            },
        }
    }
}

/// The driver.
#[derive(Clone)]
pub struct Media {
    installation: Arc<Installation>,
    egress: Egress,
    doors: Doors,
    options: MediaOptions,
    turns: Arc<Semaphore>,
}

impl Media {
    /// A driver that goes out through `egress`.
    #[must_use]
    pub fn new(installation: Arc<Installation>, egress: Egress, options: MediaOptions) -> Self {
        Self {
            installation,
            egress,
            doors: Doors::default(),
            options,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Fetches until `stop`; what is under way is given back then.
    pub async fn run(self, stop: CancellationToken) {
        let mut commits = self.installation.store.commits();
        let mut fetching = JoinSet::new();
        while !stop.is_cancelled() {
            commits.mark_unchanged();
            let mut started = 0;
            if self.turns.available_permits() > 0 {
                match self.start_due(&mut fetching, &stop).await {
                    Ok(count) => started = count,
                    Err(error) => tracing::warn!(error = %error, "Files cannot be looked for now"),
                }
            }
            while fetching.try_join_next().is_some() {}
            if started == 0 {
                tokio::select! {
                    () = stop.cancelled() => (),
                    _ = commits.changed() => (),
                    // One that has ended makes room for the next of its account.
                    Some(_) = fetching.join_next() => (),
                    () = tokio::time::sleep(REST) => (),
                }
            }
        }
        while fetching.join_next().await.is_some() {}
    }

    /// Fetches what is due once and waits for it; returns how many. For tests and the simulated town.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn fetch_once(&self) -> Result<usize, StoreError> {
        let mut fetching = JoinSet::new();
        let count = self.start_due(&mut fetching, &CancellationToken::new()).await?;
        while fetching.join_next().await.is_some() {}
        Ok(count)
    }

    async fn start_due(
        &self,
        fetching: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) -> Result<usize, StoreError> {
        let free = u32::try_from(self.turns.available_permits()).unwrap_or_default();
        let claimed = attachments::claim_attachments(&self.installation, free).await?;
        let count = claimed.len();
        for held in claimed {
            let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else { break };
            let (media, stop) = (self.clone(), stop.clone());
            fetching.spawn(async move {
                media.go(held, &stop).await;
                drop(turn);
            });
        }
        Ok(count)
    }

    /// One file, for as long as it is ours.
    async fn go(&self, held: Owned, stop: &CancellationToken) {
        let id = held.attachment.id;
        let done = tokio::select! {
            done = self.fetch(&held) => done,
            lost = self.stays_ours(&held) => lost,
            () = stop.cancelled() => attachments::give_back(&self.installation, &held).await,
        };
        if let Err(error) = done {
            tracing::warn!(attachment.id = %id, error = %error, "Attachment {id} was left");
        }
    }

    /// Renews the lease; ends when somebody else has the file, and then nothing more of ours may count.
    async fn stays_ours(&self, held: &Owned) -> Result<(), StoreError> {
        let every = Duration::from_secs(u64::from(attachments::LEASE_SECONDS) / 3);
        loop {
            tokio::time::sleep(every).await;
            match attachments::renew(&self.installation, held).await {
                Ok(true) => (),
                Ok(false) => return Ok(()),
                // The database may be back before the lease ends.
                Err(error) if error.is_temporary() => (),
                Err(error) => return Err(error),
            }
        }
    }
}
