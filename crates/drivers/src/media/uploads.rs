//! What colleagues upload takes the same way as what residents send: the same disk with the same reserve, the same scanner
//! and the same judge.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

use domain::media::{Forbidden, Format};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use usecases::drafts::{Intake, LookedInto, LookingInto, UploadRefused};

use super::judge::{JudgeFailed, Judged, PictureMade, Verdict};
use super::{MediaOptions, spool};

/// Takes in uploads.
pub struct Uploads {
    options: MediaOptions,
}

impl Uploads {
    /// With the same options as the driver of residents' files.
    #[must_use]
    pub fn new(options: MediaOptions) -> Self {
        Self { options }
    }

    async fn judged(&self, mut file: File) -> Result<LookedInto, UploadRefused> {
        self.scan(&file).await?;
        let again = |file: &mut File| file.seek(SeekFrom::Start(0)).map_err(|_| UploadRefused::BrokenOff);
        again(&mut file)?;
        let lent = file.try_clone().map_err(|_| UploadRefused::NotJudged)?;
        let mut judged = self.options.judge.judge(lent).await.map_err(|failed| match failed {
            JudgeFailed::NotNow(_) => UploadRefused::NotJudged,
            JudgeFailed::Broken => UploadRefused::Forbidden(Forbidden::Unreadable),
        })?;
        match &judged.verdict {
            Verdict::Keep { media_type, picture } => {
                let unknown = UploadRefused::Forbidden(Forbidden::Unknown);
                let format = Format::of_media_type(media_type).ok_or(unknown)?;
                let Some(made) = *picture else { return Ok(LookedInto { format, file }) };
                let file = self.made(&mut judged, made).await?;
                Ok(LookedInto { format, file })
            }
            Verdict::Blank { media_type, blanks, .. } => {
                let unknown = UploadRefused::Forbidden(Forbidden::Unknown);
                let format = Format::of_media_type(media_type).ok_or(unknown)?;
                spool::blank(&file, blanks).map_err(|_| UploadRefused::NotJudged)?;
                Ok(LookedInto { format, file })
            }
            Verdict::Unsure { .. } => Err(UploadRefused::PlaceUnsure),
            Verdict::Save { .. } => Err(UploadRefused::TooLargeToRewrite),
            Verdict::Refuse { why } => {
                let known = Forbidden::ALL.into_iter().find(|one| one.as_str() == why);
                Err(UploadRefused::Forbidden(known.unwrap_or(Forbidden::Unknown)))
            }
            Verdict::Picture { .. } => Err(UploadRefused::Forbidden(Forbidden::Unreadable)),
        }
    }

    /// The picture that the judge wrote anew, in a file of its own; its small one is made when somebody looks at it.
    async fn made(&self, judged: &mut Judged<'_>, made: PictureMade) -> Result<File, UploadRefused> {
        self.room(made.bytes).map_err(|_| UploadRefused::NoRoom)?;
        let file = self.nameless().map_err(|_| UploadRefused::NoRoom)?;
        let mut out = tokio::fs::File::from_std(file);
        let copying = async {
            let copied = tokio::io::copy(&mut (&mut judged.pictures).take(made.bytes), &mut out).await?;
            out.flush().await?;
            Ok::<_, io::Error>(copied)
        };
        let copied = tokio::time::timeout(self.options.judge.patience(), copying).await;
        match copied {
            Ok(Ok(copied)) if copied == made.bytes => Ok(out.into_std().await),
            _ => Err(UploadRefused::NotJudged),
        }
    }

    async fn scan(&self, file: &File) -> Result<(), UploadRefused> {
        let Some(scanner) = &self.options.scanner else { return Ok(()) };
        let file = file.try_clone().map_err(|_| UploadRefused::NotJudged)?;
        match scanner.is_clean(&mut tokio::fs::File::from_std(file)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(UploadRefused::Forbidden(Forbidden::Program)),
            Err(_) => Err(UploadRefused::NotJudged),
        }
    }
}

impl Intake for Uploads {
    fn nameless(&self) -> io::Result<File> {
        spool::nameless_now(&self.options.spool)
    }

    fn room(&self, bytes: u64) -> io::Result<()> {
        spool::room(&self.options.spool, bytes, self.options.reserve)
    }

    fn look_into(&self, file: File) -> LookingInto<'_> {
        Box::pin(self.judged(file))
    }
}
