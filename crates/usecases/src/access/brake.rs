//! The brake on guessing passwords (D8): each try is counted before its password is looked at, so that a thousand tries
//! at once are no way around it, and is taken back when it turns out to be no guess. It stands in the database, so
//! that it holds for all nodes together.

use std::sync::Arc;

use domain::access::{ClientAddress, Scope};
use domain::ids::UserId;
use domain::time::seconds_between;
use jiff::Timestamp;
use store::tables::session;
use store::{StoreError, Tx};

use super::password::Standing;
use super::{LogInRefused, hash_of};
use crate::Installation;

/// Tries after which the next one has to wait, for one name from one address.
const FREE_PER_NAME: i64 = 5;
/// The same for all names from one address: many people can sit behind one.
const FREE_PER_ADDRESS: i64 = 50;
/// The same for the codes of one user, wherever they come from: who tries them has the password already.
const FREE_PER_CODE: i64 = 10;
/// Links that somebody who lost a password can ask for at once, for one name from anywhere, and from one address.
const FREE_LINKS_PER_NAME: i64 = 3;
const FREE_LINKS_PER_ADDRESS: i64 = 10;
/// Tries after which somebody is no longer taken for one who mistyped.
const FRESH: i64 = 2;
/// Tries are forgotten after this many seconds without one.
pub(crate) const FORGET_AFTER: i64 = 30 * 60;
/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;

/// A try that was counted.
pub(super) struct Attempt {
    at: Timestamp,
    standing: Standing,
    /// Under the name at this address; the moment of the try before.
    name: (String, Timestamp),
    /// Under the address alone, where that is one client's.
    address: Option<(String, Timestamp)>,
    /// Under the user whose code it is, wherever it comes from.
    code: Option<String>,
}

/// Counts a try to log in as `email`, which may not be known.
///
/// # Errors
/// [`LogInRefused::Wait`] when there were too many; then it is not counted.
pub(super) async fn count(
    installation: &Arc<Installation>,
    email: &str,
    from: ClientAddress,
    now: Timestamp,
) -> Result<Attempt, LogInRefused> {
    count_under(installation, email, None, from, now).await
}

/// Counts a try of a code by somebody whose password was right.
///
/// # Errors
/// [`LogInRefused::Wait`] when there were too many; then it is not counted.
pub(super) async fn count_code(
    installation: &Arc<Installation>,
    (email, user): (&str, UserId),
    from: ClientAddress,
    now: Timestamp,
) -> Result<Attempt, LogInRefused> {
    count_under(installation, email, Some(hash_of(&format!("code {user}"))), from, now).await
}

/// Counts that somebody asks for a link to choose a password, for an address that may not be known.
///
/// # Errors
/// [`LogInRefused::Wait`] when it was asked too often; then it is not counted.
pub(super) async fn count_link(
    installation: &Arc<Installation>,
    email: &str,
    from: ClientAddress,
    now: Timestamp,
) -> Result<(), LogInRefused> {
    let name_key = hash_of(&format!("link {email}"));
    let address_key = from.is_of_one().then(|| hash_of(&format!("links {from}")));
    installation
        .store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            count_one(tx, &name_key, FREE_LINKS_PER_NAME, now).await?;
            if let Some(key) = &address_key {
                count_one(tx, key, FREE_LINKS_PER_ADDRESS, now).await?;
            }
            Ok(())
        })
        .await
}

async fn count_under(
    installation: &Arc<Installation>,
    email: &str,
    code_key: Option<String>,
    from: ClientAddress,
    now: Timestamp,
) -> Result<Attempt, LogInRefused> {
    let name_key = hash_of(&format!("name {from} {email}"));
    // Behind a proxy that names nobody all come from one address: one guesser there must not lock out the others.
    let address_key = from.is_of_one().then(|| hash_of(&format!("address {from}")));
    installation
        .store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            // Always the name first: two transactions that hold keys in different orders would wait for each other.
            let (mut tries, before) = count_one(tx, &name_key, FREE_PER_NAME, now).await?;
            let mut address = None;
            if let Some(key) = &address_key {
                let (of_all_names, before) = count_one(tx, key, FREE_PER_ADDRESS, now).await?;
                tries = of_all_names;
                address = Some((key.clone(), before));
            }
            let standing = if tries < FRESH { Standing::Fresh } else { Standing::Frequent };
            if let Some(key) = &code_key {
                count_one(tx, key, FREE_PER_CODE, now).await?;
            }
            let name = (name_key.clone(), before);
            Ok(Attempt { at: now, standing, name, address, code: code_key.clone() })
        })
        .await
}

/// Counts under one key; returns the tries before this one, and the moment of the last of them.
async fn count_one(
    tx: &mut Tx,
    key: &str,
    free: i64,
    now: Timestamp,
) -> Result<(i64, Timestamp), LogInRefused> {
    let (tries, last) = session::hold_attempts(tx, key, now).await?;
    let since = since(last, now);
    let seconds = wait_seconds(tries, free) - since;
    if seconds > 0 && since < FORGET_AFTER {
        return Err(LogInRefused::Wait { seconds });
    }
    session::count_attempt(tx, key, now, FORGET_AFTER).await?;
    Ok((if since < FORGET_AFTER { tries } else { 0 }, last))
}

impl Attempt {
    /// Whether whoever tries hardly did so before.
    pub(super) const fn standing(&self) -> Standing {
        self.standing
    }

    /// The password was right: what came before under this name is forgiven, the address keeps its other failures.
    pub(super) async fn succeeded(&self, tx: &mut Tx) -> Result<(), StoreError> {
        session::forget_failures(tx, &self.name.0).await?;
        if let Some(code) = &self.code {
            session::forget_failures(tx, code).await?;
        }
        self.was_no_guess(tx).await
    }

    /// The password was right, and a code has still to come: the name keeps the try, the address does not.
    pub(super) async fn was_no_guess(&self, tx: &mut Tx) -> Result<(), StoreError> {
        match &self.address {
            Some((key, before)) => session::take_attempt_back(tx, key, self.at, *before).await,
            None => Ok(()),
        }
    }

    /// The password was not looked at, so that nothing was guessed about this name. The address keeps the try: whoever
    /// fills the line could go on for ever otherwise.
    pub(super) async fn not_looked_at(self, installation: &Arc<Installation>) -> Result<(), StoreError> {
        installation
            .store
            .write(&Scope::installation(), async move |tx: &mut Tx| {
                session::take_attempt_back(tx, &self.name.0, self.at, self.name.1).await
            })
            .await
    }
}

/// Seconds from the try before until now. Another node's clock, or another thread, may be a little ahead: then it was just
/// now. A moment further ahead than the longest wait comes from a clock that is wrong: nobody waits for it to come true.
fn since(last: Timestamp, now: Timestamp) -> i64 {
    let seconds = seconds_between(last, now);
    if seconds < -LONGEST_WAIT { LONGEST_WAIT } else { seconds.max(0) }
}

/// Seconds to wait after so many tries, `free` of which cost nothing: 2, 4, 8, … up to a quarter of an hour.
fn wait_seconds(tries: i64, free: i64) -> i64 {
    if tries < free {
        return 0;
    }
    let exponent = u32::try_from(tries - free + 1).unwrap_or(u32::MAX).min(20);
    2_i64.pow(exponent).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use domain::time::{from_micros, plus_seconds};

    use super::{LONGEST_WAIT, since, wait_seconds};

    #[test]
    fn a_clock_that_is_ahead_makes_nobody_wait_for_it() {
        let now = from_micros(1_800_000_000_000_000);
        assert_eq!(since(plus_seconds(now, -7), now), 7);
        assert_eq!(since(from_micros(1_800_000_000_000_001), now), 0, "a microsecond ahead");
        assert_eq!(since(plus_seconds(now, LONGEST_WAIT), now), 0);
        assert_eq!(
            since(plus_seconds(now, 3600), now),
            LONGEST_WAIT,
            "whatever was to be waited for is over"
        );
    }

    #[test]
    fn guessing_gets_slower_with_each_try() {
        assert_eq!(wait_seconds(4, 5), 0);
        assert_eq!(wait_seconds(5, 5), 2);
        assert_eq!(wait_seconds(9, 5), 32);
        assert_eq!(wait_seconds(1_000_000, 5), 900);
    }
}
