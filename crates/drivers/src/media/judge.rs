//! The judge: a process of its own that looks into a file, so that what breaks it breaks nothing else. It is given the
//! file as its input and nothing more, and answers with a verdict and, of a picture, what it wrote anew. Its limits it
//! sets itself before it reads the first byte; its time is limited here.
//!
//! The answer: four bytes of length (big endian), so many bytes of JSON ([`Verdict`]). Of a picture first that it is one,
//! then what was made of it, then that: the picture and the small picture, as long as the second verdict says. So a judge
//! that ends in the attempt has said what the file is, and how it ended says why: its time was over (SIGXCPU), its memory
//! was (SIGABRT), or somebody else killed it, as the kernel does when the machine has no memory left (SIGKILL).

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use domain::attachments::FILE_BYTES_MAX;
use domain::messages::Coordinates;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The longest verdict, in bytes.
pub const VERDICT_BYTES: u32 = 4096;
/// The longest small picture, in bytes.
const THUMBNAIL_BYTES: u64 = 1024 * 1024;
/// Files that are judged at once: each may need 256 MB.
const AT_ONCE: usize = 2;

/// How a judge ends whose time is over: `SIGXCPU`.
const TIME_OVER: i32 = 24;
/// How it ends when there is no memory for what it wants: `SIGABRT`.
const MEMORY_OVER: i32 = 6;
/// How others end it: `SIGKILL`.
const KILLED: i32 = 9;
/// What it says when it could not limit itself.
const NOT_BEGUN: i32 = 1;

/// A picture that was written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureMade {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes of the picture.
    pub bytes: u64,
    /// Bytes of the small picture.
    pub thumbnail_bytes: u64,
    /// Where it was taken, as it said of itself.
    pub taken_at: Option<Coordinates>,
}

/// What the judge says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It is a picture; what was made of it follows.
    Picture {
        /// Its media type, by its content.
        media_type: String,
    },
    /// It is kept.
    Keep {
        /// Its media type, by its content.
        media_type: String,
        /// What is kept instead of it, if it is a picture.
        picture: Option<PictureMade>,
    },
    /// It is kept, with what says where it was made overwritten in place.
    Blank {
        /// Its media type, by its content.
        media_type: String,
        /// Where it was made, as it said of itself.
        taken_at: Option<Coordinates>,
        /// Pieces to overwrite with zeros: where each begins, and its length.
        blanks: Vec<(u64, u64)>,
    },
    /// It is kept as it came and only ever saved: it cannot be said whether it tells where it was made.
    Unsure {
        /// Its media type, by its content.
        media_type: String,
    },
    /// It is not kept.
    Refuse {
        /// Why: a [`domain::media::Forbidden`].
        why: String,
    },
    /// It is a picture that is more than there is memory and time for: kept as it came, and only ever saved.
    Save {
        /// Its media type, by its content.
        media_type: String,
    },
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub(super) enum JudgeFailed {
    /// The process could not be started, was killed, or waited too long for its turn: this machine has too much to do.
    #[error("no verdict: {0}")]
    NotNow(String),
    /// The process died of it, or answered nonsense.
    #[error("the file broke its judge")]
    Broken,
}

/// Starts judges.
#[derive(Debug)]
pub struct Judge {
    program: PathBuf,
    arguments: Vec<OsString>,
    patience: Duration,
    turns: Semaphore,
}

/// A verdict, with the process that still has the pictures.
pub(super) struct Judged<'j> {
    pub(super) verdict: Verdict,
    pub(super) pictures: ChildStdout,
    _process: Child,
    _turn: SemaphorePermit<'j>,
}

impl Judge {
    /// A judge that is this program, called with these arguments.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self {
            program,
            arguments,
            patience: Duration::from_secs(20),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// The longest that one judgement may take.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// Judges a file from its beginning. The process ends with the answer's value.
    pub(super) async fn judge(&self, file: File) -> Result<Judged<'_>, JudgeFailed> {
        let turn = self.turns.acquire().await.map_err(|error| JudgeFailed::NotNow(error.to_string()))?;
        let mut process = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| JudgeFailed::NotNow(error.to_string()))?;
        let mut pictures = process.stdout.take().ok_or(JudgeFailed::Broken)?;
        let answer = tokio::time::timeout(self.patience, hear(&mut process, &mut pictures)).await;
        let verdict = answer.map_err(|_| JudgeFailed::NotNow("it took too long".to_owned()))??;
        Ok(Judged { verdict, pictures, _process: process, _turn: turn })
    }
}

/// The verdict that counts: the second one of a picture.
async fn hear(process: &mut Child, from: &mut ChildStdout) -> Result<Verdict, JudgeFailed> {
    let first = match read_verdict(from).await {
        Ok(first) => first,
        Err(failed) => return Err(if is_killed(process).await { killed() } else { failed }),
    };
    let Verdict::Picture { media_type } = first else { return Ok(first) };
    let failed = match read_verdict(from).await {
        Ok(Verdict::Picture { .. }) => return Err(JudgeFailed::Broken),
        Ok(second) => return Ok(second),
        Err(failed) => failed,
    };
    match ended_by(process).await {
        Some(TIME_OVER | MEMORY_OVER) => Ok(Verdict::Save { media_type }),
        Some(KILLED) => Err(killed()),
        _ => Err(failed),
    }
}

/// Whether it ended for a reason that says nothing about the file: killed from outside, or not able to begin.
async fn is_killed(process: &mut Child) -> bool {
    match process.wait().await {
        Ok(status) => status.signal() == Some(KILLED) || status.code() == Some(NOT_BEGUN),
        Err(_) => true,
    }
}

fn killed() -> JudgeFailed {
    JudgeFailed::NotNow("it was killed, or could not begin".to_owned())
}

async fn ended_by(process: &mut Child) -> Option<i32> {
    process.wait().await.ok()?.signal()
}

async fn read_verdict(from: &mut ChildStdout) -> Result<Verdict, JudgeFailed> {
    let broken = |_| JudgeFailed::Broken;
    let length = from.read_u32().await.map_err(broken)?;
    if length > VERDICT_BYTES {
        return Err(JudgeFailed::Broken);
    }
    let mut bytes = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut bytes).await.map_err(broken)?;
    let verdict = serde_json::from_slice(&bytes).map_err(|_| JudgeFailed::Broken)?;
    match &verdict {
        // It read hostile bytes, so it is believed as far as limits go.
        Verdict::Keep { picture: Some(made), .. }
            if made.bytes > FILE_BYTES_MAX || made.thumbnail_bytes > THUMBNAIL_BYTES =>
        {
            Err(JudgeFailed::Broken)
        }
        _ => Ok(verdict),
    }
}
