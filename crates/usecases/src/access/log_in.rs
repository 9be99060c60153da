//! Logging in with a local password, throttled so that guessing does not pay and a real user elsewhere is not locked
//! out (D8).

use std::sync::Arc;

use domain::access::{Actor, Scope};
use domain::happenings::Happened;
use domain::ids::{MunicipalityId, SessionId};
use domain::time::{plus_seconds, seconds_between};
use jiff::Timestamp;
use store::tables::{installation, session};
use store::{StoreError, Tx};

use super::{hash_of, password};
use crate::Installation;

/// Failures after which the next try has to wait, for one name from one address.
const FREE_PER_NAME: i64 = 5;
/// The same for all names from one address: many people can sit behind one.
const FREE_PER_ADDRESS: i64 = 50;
/// Failures are forgotten after this many seconds without one.
const FORGET_AFTER: i64 = 30 * 60;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;
/// Seconds after which a session ends whatever happens: a long working day.
pub(super) const ABSOLUTE_SECONDS: i64 = 12 * 3600;

/// A try to log in.
pub struct LogIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The address that the try comes from.
    pub address: String,
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
    let now = installation.wall_clock.now();
    let email = domain::limits::cut(try_.email.trim(), 320).to_lowercase().replace('\0', "");
    let name_key = hash_of(&format!("name {} {email}", try_.address));
    let address_key = hash_of(&format!("address {}", try_.address));
    let nobody = Scope::of_teams(throttle_scope()?, Vec::new());
    // Behind a proxy everybody comes from the proxy's address: one guesser there must not lock out the others.
    let counts = !is_inside(&try_.address);
    let address_brake = counts.then_some((&address_key, FREE_PER_ADDRESS));
    for (key, free) in [(&name_key, FREE_PER_NAME)].into_iter().chain(address_brake) {
        if let Some((failures, last)) = session::failures(&mut installation.store.read(&nobody), key).await? {
            let seconds = wait_seconds(failures, free) - seconds_between(last, now);
            if seconds > 0 && seconds_between(last, now) < FORGET_AFTER {
                return Err(LogInRefused::Wait { seconds });
            }
        }
    }
    let known = installation::user_by_email(&installation.store, &email).await?;
    let hash = known.as_ref().and_then(|user| user.password_hash.as_deref());
    if !password::fits(&try_.password, hash).await {
        installation
            .store
            .write(&nobody, async move |tx: &mut Tx| {
                session::failed(tx, &name_key, now, FORGET_AFTER).await?;
                if counts {
                    session::failed(tx, &address_key, now, FORGET_AFTER).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        return Err(LogInRefused::Wrong);
    }
    let Some(user) = known else { return Err(LogInRefused::Wrong) };
    let (id, token) = (SessionId(installation.ids.next()), installation.new_token());
    let (token_hash, expires_at) = (hash_of(&token), plus_seconds(now, ABSOLUTE_SECONDS));
    let scope = Scope::whole(user.municipality.clone());
    let actor = Actor::System { municipality: user.municipality.clone(), part: "log-in" };
    let who = user.id;
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            session::forget_failures(tx, &name_key).await?;
            session::begin(tx, (id, who), &token_hash, now, expires_at).await?;
            tx.record(&actor, now, Happened::LoggedIn { user: who });
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(LoggedIn { token, municipality: user.municipality, expires_at })
}

/// Whether an address is of this machine or its own network: then it is a proxy's, and nobody's in particular.
fn is_inside(address: &str) -> bool {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        Ok(std::net::IpAddr::V6(v6)) => v6.is_loopback() || (v6.segments()[0] & 0xfe00) == 0xfc00,
        Err(_) => false,
    }
}

fn throttle_scope() -> Result<MunicipalityId, StoreError> {
    "installation"
        .parse()
        .map_err(|_| StoreError::changed_meanwhile("the installation's name"))
}

/// Seconds to wait after so many failures, `free` of which cost nothing: 2, 4, 8, … up to a quarter of an hour.
fn wait_seconds(failures: i64, free: i64) -> i64 {
    if failures < free {
        return 0;
    }
    let exponent = u32::try_from(failures - free + 1).unwrap_or(u32::MAX).min(20);
    2_i64.pow(exponent).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::wait_seconds;

    #[test]
    fn guessing_gets_slower_with_each_try() {
        assert_eq!(wait_seconds(4, 5), 0);
        assert_eq!(wait_seconds(5, 5), 2);
        assert_eq!(wait_seconds(9, 5), 32);
        assert_eq!(wait_seconds(1_000_000, 5), 900);
    }
}
