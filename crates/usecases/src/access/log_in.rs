//! Logging in with a local password, and with a code where there is a second step; throttled so that guessing does not pay
//! and a real user elsewhere is not locked out (D8).

use std::sync::Arc;

use domain::access::{Actor, ClientAddress, Device, Scope};
use domain::happenings::Happened;
use domain::ids::{MunicipalityId, SessionId, UserId};
use domain::municipality::SecondFactor;
use domain::time::plus_seconds;
use jiff::Timestamp;
use store::tables::session::{self, NewSession};
use store::tables::{account, half_log_in, installation, people, second_factor, user};
use store::{StoreError, Tx};

use super::second_factor::{Shown, use_shown};
use super::{brake, hash_of, password};
use crate::Installation;

/// Seconds after which a session ends whatever happens: a long working day.
pub(super) const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// Seconds within which the code has to come after the password.
pub const CODE_SECONDS: i64 = 5 * 60;
/// Codes that are looked at before the password is asked for again.
const CODES_PER_PASSWORD: i64 = 5;
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
    /// With what.
    pub device: Device,
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

/// How far a right password brings somebody.
pub enum LogInStep {
    /// They are in.
    Done(LoggedIn),
    /// The code has still to come; this is the secret of the cookie by which we know them until then. It opens nothing.
    Code {
        /// The cookie's secret.
        token: String,
    },
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
    /// The code did not come in time, or after too many wrong ones: the password is asked for again.
    #[error("this log-in is over; begin again")]
    Over,
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

/// Logs somebody in with a local password, or half way where a code has to come.
///
/// # Errors
/// [`LogInRefused`], never `Over`.
pub async fn log_in(installation: &Arc<Installation>, try_: LogIn) -> Result<LogInStep, LogInRefused> {
    let from = try_.from;
    let done = check_and_begin(installation, try_).await;
    tell_refusal(from, done.as_ref().err());
    done
}

/// For whoever watches who guesses. The name that was tried may be a person's, and does not stand in it.
fn tell_refusal(from: ClientAddress, refused: Option<&LogInRefused>) {
    if let Some(refused @ (LogInRefused::Wrong | LogInRefused::Wait { .. } | LogInRefused::Busy)) = refused {
        tracing::info!(client.address = %from, "A log-in from {from} was refused: {refused}");
    }
}

async fn check_and_begin(installation: &Arc<Installation>, try_: LogIn) -> Result<LogInStep, LogInRefused> {
    let now = installation.wall_clock.now();
    let email = plain_email(&try_.email);
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
    let begun = Begun::new(installation, user.id, try_.device, now);
    let scope = Scope::whole(user.municipality.clone());
    let (municipality, who) = (user.municipality.clone(), user.id);
    let keys = installation.store.keys().clone();
    let new = begun.session.clone();
    let is_done = installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            // Since it was looked up, the password may have waited long in the line: whoever was given another one or was
            // disabled meanwhile lost every session, and does not get a new one by it (X6).
            let present = user::by_id(tx, who).await?.filter(|user| user.disabled_at.is_none());
            let present = present.filter(|user| user.password_hash == checked).ok_or(LogInRefused::Wrong)?;
            let factor = second_factor::of_user(tx, &keys, who).await?;
            if factor.is_some_and(|factor| factor.confirmed_at.is_some()) {
                // The name keeps this try until the code has come: a known password gives no new guesses at codes.
                attempt.was_no_guess(tx).await?;
                let over_at = plus_seconds(now, CODE_SECONDS);
                half_log_in::begin(tx, (new.id, who), &new.token_hash, over_at).await?;
                return Ok(false);
            }
            let rules = account::municipality(tx).await?.map(|rules| rules.second_factor);
            let new = NewSession {
                must_enrol: rules == Some(SecondFactor::Required),
                ..new.clone()
            };
            attempt.succeeded(tx).await?;
            begin(tx, &municipality, (&new, present.role), now).await?;
            Ok::<_, LogInRefused>(true)
        })
        .await?;
    Ok(if is_done {
        LogInStep::Done(begun.done(user.municipality))
    } else {
        LogInStep::Code { token: begun.token }
    })
}

/// An address as it stands in the database.
pub(super) fn plain_email(typed: &str) -> String {
    domain::limits::cut(typed.trim(), 320).to_lowercase().replace('\0', "")
}

/// A session that is about to begin, and the secret of its cookie.
pub(super) struct Begun {
    pub(super) session: NewSession,
    token: String,
}

impl Begun {
    /// Made before the write, which may run twice.
    pub(super) fn new(installation: &Installation, user: UserId, device: Device, now: Timestamp) -> Self {
        let token = installation.new_token();
        let session = NewSession {
            id: SessionId(installation.ids.next()),
            user,
            token_hash: hash_of(&token),
            device,
            expires_at: plus_seconds(now, ABSOLUTE_SECONDS),
            must_enrol: false,
        };
        Self { session, token }
    }

    /// Once the write is on disk.
    pub(super) fn done(self, municipality: MunicipalityId) -> LoggedIn {
        LoggedIn {
            token: self.token,
            municipality,
            expires_at: self.session.expires_at,
        }
    }
}

/// Begins a session.
async fn begin(
    tx: &mut Tx,
    municipality: &MunicipalityId,
    (new, role): (&NewSession, domain::access::Role),
    now: Timestamp,
) -> Result<(), StoreError> {
    let actor = Actor::User {
        municipality: municipality.clone(),
        id: new.user,
        role,
        teams: Vec::new(),
    };
    session::begin(tx, new, now).await?;
    people::logged_in(tx, new.user, now).await?;
    tx.record(&actor, now, Happened::LoggedIn { user: new.user });
    Ok(())
}

/// The second step of a log-in.
pub struct ConfirmLogIn {
    /// The secret of the cookie that the first step gave.
    pub token: String,
    /// A code of the app, or a recovery code.
    pub code: String,
    /// Where it comes from.
    pub from: ClientAddress,
    /// With what.
    pub device: Device,
}

/// How a code that was looked at ended; each is written down, the refusals too.
enum Looked {
    LoggedIn,
    Wrong,
    Over,
}

/// Whether the log-in of this cookie waits for a code.
///
/// # Errors
/// When the store does not answer.
pub async fn waits_for_code(installation: &Arc<Installation>, token: &str) -> Result<bool, StoreError> {
    Ok(half_way(installation, token).await?.is_some())
}

async fn half_way(
    installation: &Arc<Installation>,
    token: &str,
) -> Result<Option<installation::HalfLogIn>, StoreError> {
    if token.len() != 64 {
        return Ok(None);
    }
    let found = installation::half_log_in(&installation.store, &hash_of(token)).await?;
    Ok(found.filter(|half| installation.wall_clock.now() < half.expires_at))
}

/// Logs somebody in whose password was right, with a code. The session is a new one (X6).
///
/// # Errors
/// [`LogInRefused`], never `Busy`.
pub async fn confirm_log_in(
    installation: &Arc<Installation>,
    confirm: ConfirmLogIn,
) -> Result<LoggedIn, LogInRefused> {
    let from = confirm.from;
    let done = look_at_code(installation, confirm).await;
    tell_refusal(from, done.as_ref().err());
    done
}

async fn look_at_code(
    installation: &Arc<Installation>,
    confirm: ConfirmLogIn,
) -> Result<LoggedIn, LogInRefused> {
    let now = installation.wall_clock.now();
    let half = half_way(installation, &confirm.token).await?.ok_or(LogInRefused::Over)?;
    let attempt = brake::count_code(installation, (&half.email, half.user), confirm.from, now).await?;
    let begun = Begun::new(installation, half.user, confirm.device, now);
    let (new, shown) = (begun.session.clone(), Shown::of(&confirm.code, half.user));
    let (municipality, keys) = (half.municipality.clone(), installation.store.keys().clone());
    let (id, who) = (half.id, half.user);
    let looked = installation
        .store
        .write(&Scope::whole(half.municipality.clone()), async move |tx: &mut Tx| {
            let present = user::by_id(tx, who).await?.filter(|user| user.disabled_at.is_none());
            let tries = half_log_in::count_try(tx, id).await?;
            let (Some(present), Some(tries)) = (present, tries) else { return Ok(Looked::Over) };
            if tries > CODES_PER_PASSWORD {
                half_log_in::end(tx, id).await?;
                return Ok(Looked::Over);
            }
            let actor = Actor::User {
                municipality: municipality.clone(),
                id: who,
                role: present.role,
                teams: Vec::new(),
            };
            if !use_shown(tx, &keys, &actor, who, &shown, now).await? {
                return Ok(Looked::Wrong);
            }
            half_log_in::end(tx, id).await?;
            attempt.succeeded(tx).await?;
            begin(tx, &municipality, (&new, present.role), now).await?;
            Ok::<_, StoreError>(Looked::LoggedIn)
        })
        .await?;
    match looked {
        Looked::LoggedIn => Ok(begun.done(half.municipality)),
        Looked::Wrong => Err(LogInRefused::Wrong),
        Looked::Over => Err(LogInRefused::Over),
    }
}

/// Begins a session in place of all others of somebody who is logged in.
pub(super) async fn begin_anew(tx: &mut Tx, new: &NewSession, now: Timestamp) -> Result<(), StoreError> {
    session::end_all(tx, new.user, now).await?;
    session::begin(tx, new, now).await
}
