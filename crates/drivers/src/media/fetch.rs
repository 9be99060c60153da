//! The way of one file: from the platform to the disk, past the scanner and the judge, into the store.

use std::fs::File;
use std::io::{Seek, SeekFrom};

use domain::attachments::{AttachmentState, AttachmentTrouble, FILE_BYTES_MAX};
use domain::channels::{AccountAccess, Connector, Fetch, Fetched, HttpResponse, RetryAfter};
use domain::media::{Format, names};
use tokio::io::AsyncReadExt;
use usecases::StoreError;
use usecases::attachments::{self, Finding, Owned, TakeFailed, Taken};
use usecases::ingest::Door;

use super::judge::{JudgeFailed, PictureMade, Verdict};
use super::{Media, spool};
use crate::egress::{Coming, PourFailed, Poured};
use crate::sender::access;

/// Requests towards one file: more would be a connector that goes round in circles.
const STEPS: usize = 6;

/// Why a try brought no file.
enum Failed {
    /// This trouble; when to try again.
    Trouble(AttachmentTrouble, RetryAfter),
    /// The account's access has ended; the connector's word for it.
    Broken(&'static str),
    /// The store did not answer.
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AttachmentTrouble> for Failed {
    fn from(trouble: AttachmentTrouble) -> Self {
        Self::Trouble(trouble, RetryAfter::Backoff)
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        tracing::warn!(error = %error, "A file could not be written");
        AttachmentTrouble::NoRoom.into()
    }
}

impl Media {
    /// Fetches a file and records what came of it.
    pub(super) async fn fetch(&self, held: &Owned) -> Result<(), StoreError> {
        let ended = match self.bring(held).await {
            Ok(finding) => {
                if attachments::keep(&self.installation, held, &finding).await? {
                    "kept"
                } else {
                    "taken_over"
                }
            }
            Err(Failed::Trouble(trouble, after)) => {
                self.record(held, trouble, after).await?;
                trouble.as_str()
            }
            Err(Failed::Broken(word)) => {
                let state = attachments::record_broken(&self.installation, held, word).await?;
                say(held, state, AttachmentTrouble::Credentials);
                AttachmentTrouble::Credentials.as_str()
            }
            Err(Failed::Store(error)) if error.is_full() => {
                self.record(held, AttachmentTrouble::NoRoom, RetryAfter::Backoff).await?;
                AttachmentTrouble::NoRoom.as_str()
            }
            Err(Failed::Store(error)) => return Err(error),
        };
        let account = held.attachment.channel_account.to_string();
        metrics::counter!("attachments_total", "channel_account" => account, "end" => ended).increment(1);
        Ok(())
    }

    async fn record(
        &self,
        held: &Owned,
        trouble: AttachmentTrouble,
        after: RetryAfter,
    ) -> Result<(), StoreError> {
        let state = attachments::record_trouble(&self.installation, held, trouble, after).await?;
        say(held, state, trouble);
        Ok(())
    }

    async fn bring(&self, held: &Owned) -> Result<Finding, Failed> {
        // Before anything is fetched that would have to be thrown away.
        if held.attachment.file_name.as_deref().is_some_and(names::is_dangerous) {
            return Err(AttachmentTrouble::Forbidden.into());
        }
        spool::room(&self.options.spool, 0, self.options.reserve)?;
        if let Some(scanner) = &self.options.scanner {
            scanner.answers().await.map_err(|_| AttachmentTrouble::NotScanned)?;
        }
        let (file, poured) = self.download(held).await?;
        let stated = held.attachment.stated_sha256.as_deref();
        if stated.is_some_and(|stated| !stated.eq_ignore_ascii_case(&poured.sha256)) {
            return Err(AttachmentTrouble::Damaged.into());
        }
        self.scan(&file).await?;
        self.judge(held, file, poured.bytes).await
    }

    /// Asks step by step, until the file is on disk.
    async fn download(&self, held: &Owned) -> Result<(File, Poured), Failed> {
        let account = &held.attachment.channel_account;
        let door = self.doors.get(&self.installation, account).await?;
        let door = door.ok_or(AttachmentTrouble::NotGiven)?;
        let connector = self.installation.connector(&door.account.account.channel);
        let connector = connector.ok_or(AttachmentTrouble::NotGiven)?;
        let reference = held.attachment.reference.as_ref().ok_or(AttachmentTrouble::NotGiven)?;
        // What an earlier try left to remember may have expired with its lease; a way of five minutes is asked for anew.
        let (access, mut memory) = (access(connector, &door), serde_json::Value::Null);
        for _ in 0..STEPS {
            let fetch = connector.fetch(reference, &memory, &access).ok_or(AttachmentTrouble::NotGiven)?;
            let (response, coming) = self.ask(&fetch).await?;
            match connector.fetched(reference, &memory, &response) {
                Fetched::Next { memory: next } => memory = next,
                Fetched::Here => {
                    let coming = coming.ok_or(AttachmentTrouble::NotGiven)?;
                    return self.pour(coming).await;
                }
                Fetched::Trouble { trouble: trouble @ AttachmentTrouble::Credentials, after } => {
                    let failed = Failed::Trouble(trouble, after);
                    return Err(self.unless_replaced(held, connector, &access, failed).await);
                }
                Fetched::Broken { word } => {
                    let failed = Failed::Broken(word);
                    return Err(self.unless_replaced(held, connector, &access, failed).await);
                }
                Fetched::Trouble { trouble, after } => return Err(Failed::Trouble(trouble, after)),
            }
        }
        Err(AttachmentTrouble::NotGiven.into())
    }

    /// The answer to a step. That which is the file is handed over unread, with an empty body beside it.
    async fn ask(&self, fetch: &Fetch) -> Result<(HttpResponse, Option<Coming>), Failed> {
        let not_given = |error: crate::egress::SendFailed| {
            tracing::debug!(error = %error, "A platform does not answer about a file");
            Failed::from(AttachmentTrouble::NotGiven)
        };
        let coming = self.egress.open(&fetch.request, self.options.limits).await.map_err(not_given)?;
        if fetch.brings_the_file && (200..300).contains(&coming.status()) {
            let empty = HttpResponse {
                status: coming.status(),
                headers: coming.headers(),
                body: Vec::new(),
            };
            return Ok((empty, Some(coming)));
        }
        Ok((coming.short().await.map_err(not_given)?, None))
    }

    /// A token that was replaced a moment ago is no reason for the account to wait.
    async fn unless_replaced(
        &self,
        held: &Owned,
        connector: &dyn Connector,
        used: &AccountAccess,
        failed: Failed,
    ) -> Failed {
        let account = &held.attachment.channel_account;
        self.doors.forget(account);
        let now = self.doors.get(&self.installation, account).await.ok().flatten();
        let is_new = |door: &Door| access(connector, door).secrets != used.secrets;
        if now.as_deref().is_some_and(is_new) {
            return Failed::Trouble(AttachmentTrouble::NotGiven, RetryAfter::Seconds(1));
        }
        failed
    }

    async fn pour(&self, coming: Coming) -> Result<(File, Poured), Failed> {
        let (directory, reserve) = (&self.options.spool, self.options.reserve);
        // Here and, sealed, where it is kept.
        spool::room(directory, coming.announced().unwrap_or(0).saturating_mul(2), reserve)?;
        let file = spool::nameless(directory).await?;
        let mut sink = tokio::fs::File::from_std(file);
        let poured = coming.pour(&mut sink, || spool::room(directory, 0, reserve)).await;
        let poured = poured.map_err(|error| match error {
            PourFailed::TooLarge(_) => AttachmentTrouble::TooLarge,
            PourFailed::TooSlow => AttachmentTrouble::NotGiven,
            PourFailed::BrokeOff(_) => AttachmentTrouble::Damaged,
            PourFailed::NotWritten(error) => {
                tracing::warn!(error = %error, "A file could not be written");
                AttachmentTrouble::NoRoom
            }
        })?;
        Ok((sink.into_std().await, poured))
    }

    async fn scan(&self, file: &File) -> Result<(), Failed> {
        let Some(scanner) = &self.options.scanner else { return Ok(()) };
        let mut file = tokio::fs::File::from_std(file.try_clone()?);
        match scanner.is_clean(&mut file).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(AttachmentTrouble::Infected.into()),
            Err(error) => {
                tracing::warn!(error = %error, "A file waits for the virus scanner");
                Err(AttachmentTrouble::NotScanned.into())
            }
        }
    }

    async fn judge(&self, held: &Owned, mut file: File, bytes: u64) -> Result<Finding, Failed> {
        file.seek(SeekFrom::Start(0))?;
        let judged = self.options.judge.judge(file.try_clone()?).await;
        let mut judged = judged.map_err(|error| match error {
            JudgeFailed::NotNow(reason) => {
                tracing::warn!(reason, "A file was not judged");
                AttachmentTrouble::NotJudged
            }
            JudgeFailed::Broken => {
                let id = held.attachment.id;
                tracing::warn!(attachment.id = %id, "Attachment {id} broke its judge and is refused");
                AttachmentTrouble::Forbidden
            }
        })?;
        let (media_type, picture) = match &judged.verdict {
            Verdict::Keep { media_type, picture } => (media_type.as_str(), *picture),
            Verdict::Save { media_type } => {
                let format = Format::of_media_type(media_type).ok_or(AttachmentTrouble::Forbidden)?;
                drop(judged);
                let whole = self.take_whole(held, file, bytes, format).await?;
                return Ok(Finding { trouble: Some(AttachmentTrouble::NotShown), ..whole });
            }
            Verdict::Blank { media_type, taken_at, blanks } => {
                let format = Format::of_media_type(media_type).ok_or(AttachmentTrouble::Forbidden)?;
                let taken_at = *taken_at;
                spool::blank(&file, blanks)?;
                drop(judged);
                let whole = self.take_whole(held, file, bytes, format).await?;
                return Ok(Finding { taken_at, ..whole });
            }
            Verdict::Unsure { media_type } => {
                let format = Format::of_media_type(media_type).ok_or(AttachmentTrouble::Forbidden)?;
                drop(judged);
                let whole = self.take_whole(held, file, bytes, format).await?;
                return Ok(Finding { trouble: Some(AttachmentTrouble::PlaceUnsure), ..whole });
            }
            Verdict::Picture { .. } => return Err(AttachmentTrouble::Forbidden.into()),
            Verdict::Refuse { why } => {
                let id = held.attachment.id;
                tracing::info!(attachment.id = %id, why, "Attachment {id} is refused: {why}");
                return Err(AttachmentTrouble::Forbidden.into());
            }
        };
        let format = Format::of_media_type(media_type).ok_or(AttachmentTrouble::Forbidden)?;
        let Some(made) = picture else {
            drop(judged);
            return self.take_whole(held, file, bytes, format).await;
        };
        let taking = self.take_pictures(held, &mut judged.pictures, made, format);
        let taken = tokio::time::timeout(self.options.judge.patience(), taking).await;
        taken.map_err(|_| AttachmentTrouble::NotJudged)?
    }

    /// What is kept as it came.
    async fn take_whole(
        &self,
        held: &Owned,
        mut file: File,
        bytes: u64,
        format: Format,
    ) -> Result<Finding, Failed> {
        spool::room(&self.options.spool, bytes, self.options.reserve)?;
        // The judge has read it through the same place.
        file.seek(SeekFrom::Start(0))?;
        let mut file = tokio::fs::File::from_std(file);
        let content = self.take(held, &mut file, bytes).await?;
        Ok(Finding {
            format,
            content,
            thumbnail: None,
            size: None,
            taken_at: None,
            trouble: None,
        })
    }

    /// What the judge wrote anew.
    async fn take_pictures(
        &self,
        held: &Owned,
        pictures: &mut (impl tokio::io::AsyncRead + Unpin),
        made: PictureMade,
        format: Format,
    ) -> Result<Finding, Failed> {
        spool::room(&self.options.spool, made.bytes + made.thumbnail_bytes, self.options.reserve)?;
        let content = self.take(held, &mut pictures.take(made.bytes), made.bytes).await?;
        let thumbnail = self.take(held, &mut pictures.take(made.thumbnail_bytes), made.thumbnail_bytes).await;
        let thumbnail = match thumbnail {
            Ok(thumbnail) => thumbnail,
            Err(failed) => {
                attachments::discard(&self.installation, &held.municipality, content.id).await;
                return Err(failed);
            }
        };
        Ok(Finding {
            format,
            content,
            thumbnail: Some(thumbnail),
            size: Some((made.width, made.height)),
            taken_at: made.taken_at,
            trouble: None,
        })
    }

    /// Takes in exactly so many bytes: fewer are a judge that died on the way.
    async fn take(
        &self,
        held: &Owned,
        source: &mut (impl tokio::io::AsyncRead + Unpin),
        bytes: u64,
    ) -> Result<Taken, Failed> {
        let longest = bytes.min(FILE_BYTES_MAX);
        let taken = attachments::take_in(&self.installation, &held.municipality, source, longest).await;
        match taken {
            Ok(taken) if taken.bytes == bytes => Ok(taken),
            Ok(taken) => {
                attachments::discard(&self.installation, &held.municipality, taken.id).await;
                Err(AttachmentTrouble::NotJudged.into())
            }
            Err(TakeFailed::TooLong) => Err(AttachmentTrouble::TooLarge.into()),
            Err(TakeFailed::Source(error)) => Err(error.into()),
            Err(TakeFailed::Store(error)) => Err(error.into()),
        }
    }
}

/// One line for a file that did not come; nothing when somebody else has it by now.
fn say(held: &Owned, state: Option<AttachmentState>, trouble: AttachmentTrouble) {
    let id = held.attachment.id;
    if let Some(state) = state {
        tracing::info!(attachment.id = %id, state = %state, "Attachment {id} is {state}: {trouble}");
    }
}
