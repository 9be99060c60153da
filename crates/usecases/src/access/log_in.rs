//! Logging in with a local password, throttled so that guessing does not pay and a real user elsewhere is not locked
//! out (D8).

use std::sync::Arc;

use domain::access::{Actor, ClientAddress, Scope};
use domain::happenings::Happened;
use domain::ids::{MunicipalityId, SessionId};
use domain::time::plus_seconds;
use jiff::Timestamp;
use store::tables::{installation, session, user};
use store::{StoreError, Tx};

use super::{brake, hash_of, password};
use crate::Installation;

/// Seconds after which a session ends whatever happens: a long working day.
pub(super) const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// Seconds after which those who were turned away because it was too busy may come back: the line is short.
pub const BUSY_SECONDS: i64 = 3;

/// A try to log in.
pub struct LogIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Where the try comes from.
    pub from: ClientAddress,
}

/// Logged in.
pub struct LoggedIn {
    /// The cookie's secret; it stands nowhere else.
    pub token: String,
    /// Where.
    pub municipality: MunicipalityId,
    /// When the session ends whatever happens.
    pub expires_at: Timestamp,
}

/// Not logged in.
#[derive(Debug, thiserror::Error)]
pub enum LogInRefused {
    /// The address or the password is wrong; it is not said which.
    #[error("the e-mail address or the password is wrong")]
    Wrong,
    /// Too many failures: wait.
    #[error("too many failed log-ins; try again in {seconds} seconds")]
    Wait {
        /// How long.
        seconds: i64,
    },
    /// So many log in at this moment that the password was not looked at.
    #[error("too many log-ins at once; try again in {BUSY_SECONDS} seconds")]
    Busy,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl store::IsStoreError for LogInRefused {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Logs somebody in with a local password.
///
/// # Errors
/// [`LogInRefused`].
pub async fn log_in(installation: &Arc<Installation>, try_: LogIn) -> Result<LoggedIn, LogInRefused> {
    let from = try_.from;
    let done = check_and_begin(installation, try_).await;
    if let Err(refused @ (LogInRefused::Wrong | LogInRefused::Wait { .. } | LogInRefused::Busy)) = &done {
        // For whoever watches who guesses. The name that was tried may be a person's, and does not stand in it.
        tracing::info!(client.address = %from, "A log-in from {from} was refused: {refused}");
    }
    done
}

async fn check_and_begin(installation: &Arc<Installation>, try_: LogIn) -> Result<LoggedIn, LogInRefused> {
    let now = installation.wall_clock.now();
    let email = domain::limits::cut(try_.email.trim(), 320).to_lowercase().replace('\0', "");
    let attempt = brake::count(installation, &email, try_.from, now).await?;
    let known = installation::user_by_email(&installation.store, &email).await?;
    let hash = known.as_ref().and_then(|user| user.password_hash.as_deref());
    match password::fits_unless_busy(&try_.password, hash, attempt.standing()).await {
        Ok(true) => (),
        Ok(false) => return Err(LogInRefused::Wrong),
        Err(password::TooManyInLine) => {
            attempt.not_looked_at(installation).await?;
            return Err(LogInRefused::Busy);
        }
    }
    let Some(user) = known else { return Err(LogInRefused::Wrong) };
    let checked = user.password_hash;
    let (id, token) = (SessionId(installation.ids.next()), installation.new_token());
    let (token_hash, expires_at) = (hash_of(&token), plus_seconds(now, ABSOLUTE_SECONDS));
    let scope = Scope::whole(user.municipality.clone());
    let (municipality, who) = (user.municipality.clone(), user.id);
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            // Since it was looked up, the password may have waited long in the line: whoever was given another one or was
            // disabled meanwhile lost every session, and does not get a new one by it (X6).
            let present = user::by_id(tx, who).await?.filter(|user| user.disabled_at.is_none());
            let present = present.filter(|user| user.password_hash == checked).ok_or(LogInRefused::Wrong)?;
            let actor = Actor::User {
                municipality: municipality.clone(),
                id: who,
                role: present.role,
                teams: Vec::new(),
            };
            attempt.succeeded(tx).await?;
            session::begin(tx, (id, who), &token_hash, now, expires_at).await?;
            tx.record(&actor, now, Happened::LoggedIn { user: who });
            Ok::<_, LogInRefused>(())
        })
        .await?;
    Ok(LoggedIn { token, municipality: user.municipality, expires_at })
}
