//! Local passwords: long ones are welcome, guessed ones are not (ASVS 6.2).

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The shortest password, in characters.
const LEAST: usize = 10;
/// The longest, in characters; longer than any phrase, short enough to hash.
const MOST: usize = 256;

static COMMON: &str = include_str!("../../data/common-passwords.txt");

/// argon2 costs 19 MiB and a core for about 20 ms: a storm of log-ins must not take the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Checks that wait for their turn, with those that have it: with the reserve, the last of them waits under two seconds.
const PLACES: usize = 50;
/// Places for those who hardly tried before, so that whoever fills the line does not keep everybody else out: enough for
/// the first tries of fifty addresses at once (D8).
const RESERVED: usize = 110;

static IN_LINE: Semaphore = Semaphore::const_new(PLACES);
static RESERVE: Semaphore = Semaphore::const_new(RESERVED);

/// A hash that no password fits, so that an unknown user costs as much time as a known one (D8).
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hash("nobody has this password", b"nobodys salt 16b").unwrap_or_default());

/// A new password that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too short.
    #[error("a password has at least {LEAST} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {MOST} characters")]
    TooLong,
    /// It is on the list of those that are guessed first, or made of the e-mail address.
    #[error("this password is one of the first that are guessed; take another")]
    Common,
    /// The system gave no randomness or no memory.
    #[error("the password could not be hashed; try again")]
    NotHashed,
}

/// Whose password it is that wants to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Of somebody who hardly tried before.
    Fresh,
    /// Of somebody who tries again and again.
    Frequent,
}

/// So many passwords wait to be checked that this one was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooManyInLine;

/// Checks a password that somebody wants to have.
///
/// # Errors
/// [`PasswordRefused`] with the rule that it breaks.
pub fn check_new_password(password: &str, email: &str) -> Result<(), PasswordRefused> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(PasswordRefused::TooShort);
    }
    if length > MOST {
        return Err(PasswordRefused::TooLong);
    }
    let folded = password.to_lowercase();
    let stem = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let listed = |word: &str| COMMON.lines().any(|line| line == word);
    let mailbox = email.split('@').next().unwrap_or_default().to_lowercase();
    let made_of_address = mailbox.len() >= 3 && (stem == mailbox || folded.contains(&email.to_lowercase()));
    let one_character = folded.chars().all(|c| folded.starts_with(c));
    if listed(&folded) || listed(stem) || made_of_address || one_character {
        return Err(PasswordRefused::Common);
    }
    Ok(())
}

/// Hashes a password with argon2id. `salt`: 16 random bytes.
///
/// # Errors
/// [`PasswordRefused::NotHashed`].
pub async fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, PasswordRefused> {
    let password = password.to_owned();
    let turn = AT_ONCE.acquire().await.map_err(|_| PasswordRefused::NotHashed)?;
    let hashed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        hash(&password, &salt)
    });
    hashed.await.ok().flatten().ok_or(PasswordRefused::NotHashed)
}

fn hash(password: &str, salt: &[u8]) -> Option<String> {
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .ok()
        .map(|hash| hash.to_string())
}

/// Whether `password` fits `hash`; takes as long when there is none.
pub(crate) async fn fits(password: &str, hash: Option<&str>) -> bool {
    check(password, hash, None).await
}

/// The same for those who come from outside, in any number.
///
/// # Errors
/// [`TooManyInLine`] at once, and nothing was checked.
pub(super) async fn fits_unless_busy(
    password: &str,
    hash: Option<&str>,
    standing: Standing,
) -> Result<bool, TooManyInLine> {
    let place = IN_LINE.try_acquire().or_else(|full| match standing {
        Standing::Fresh => RESERVE.try_acquire(),
        Standing::Frequent => Err(full),
    });
    let place = place.map_err(|_| TooManyInLine)?;
    Ok(check(password, hash, Some(place)).await)
}

async fn check(password: &str, hash: Option<&str>, place: Option<SemaphorePermit<'static>>) -> bool {
    let password = domain::limits::cut(password, MOST + 1).to_owned();
    let stored = hash.map(str::to_owned);
    let Ok(turn) = AT_ONCE.acquire().await else { return false };
    let checked = tokio::task::spawn_blocking(move || {
        // Here and not in the caller, who may go away: the work goes on, and holds its turn as long as it does.
        let _held = (place, turn);
        let text = stored.as_deref().unwrap_or(&NOBODYS);
        let fits = PasswordHash::new(text)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        fits && stored.is_some()
    });
    checked.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_phrase_is_welcome_and_a_guessed_word_is_not() {
        let check = |password: &str| check_new_password(password, "noor@zwanendam.example");
        assert_eq!(check("de zwaan zwemt om zes uur"), Ok(()));
        assert_eq!(check(&"zwaan ".repeat(20)), Ok(()));
        assert_eq!(check("kort"), Err(PasswordRefused::TooShort));
        for common in ["Welkom2026", "wachtwoord2026!", "PASSWORD1234", "noor123456789", "aaaaaaaaaaaa"] {
            assert_eq!(check(common), Err(PasswordRefused::Common), "{common}");
        }
        assert_eq!(check(&"é".repeat(300)), Err(PasswordRefused::TooLong));
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_nobody_fits_a_missing_one() {
        let hash = hash_password("de zwaan zwemt", *b"0123456789abcdef").await.expect("hashed");
        assert!(fits("de zwaan zwemt", Some(&hash)).await);
        assert!(!fits("de zwaan vliegt", Some(&hash)).await);
        assert!(!fits("nobody has this password", None).await);
    }

    /// D8: whoever breaks off frees neither a turn nor a place while the work still goes on.
    #[tokio::test]
    async fn the_line_is_bounded_and_breaking_off_does_not_make_it_longer() {
        let turns = AT_ONCE.acquire_many(2).await.expect("never closed");
        let tries = |standing| fits_unless_busy("geraden", None, standing);
        let mut waiting: Vec<_> = (0..PLACES).map(|_| Box::pin(tries(Standing::Frequent))).collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert_eq!(tries(Standing::Frequent).await, Err(TooManyInLine));
        let mut fresh: Vec<_> = (0..RESERVED).map(|_| Box::pin(tries(Standing::Fresh))).collect();
        for one in &mut fresh {
            assert!(futures_util::poll!(one).is_pending(), "there is a reserve");
        }
        assert_eq!(tries(Standing::Fresh).await, Err(TooManyInLine));
        waiting.pop();
        drop(turns);
        waiting.append(&mut fresh);
        assert_eq!(futures_util::future::join_all(waiting).await, vec![Ok(false); PLACES + RESERVED - 1]);
        assert_eq!(tries(Standing::Frequent).await, Ok(false), "and the places are free again");
    }
}
