//! What a platform's trouble means for everything that an account would send: it waits, or stops until a person acts.

use domain::channels::{Answer, DeliveryReport, Hold, RetryAfter};
use domain::ids::ChannelAccountId;
use domain::outbox::{RETRY_AFTER_MAX_SECONDS, backoff_seconds};
use domain::time::seconds_between;
use jiff::Timestamp;
use store::tables::{account, health, turn};
use store::{StoreError, Tx};

use super::notes;

/// Seconds after which a report says nothing any more about how the account is doing: platforms tell again for days. What
/// still holds by then, the next send finds out.
const NEWS_SECONDS: i64 = 3600;

/// Seconds to wait, by what the platform named and how often it was tried.
pub(crate) fn wait_seconds(after: RetryAfter, attempts: u32, random: f64) -> u64 {
    match after {
        RetryAfter::Seconds(seconds) => seconds.clamp(1, RETRY_AFTER_MAX_SECONDS),
        RetryAfter::Backoff => backoff_seconds(attempts, random),
        RetryAfter::Fourfold => 4_u64.saturating_pow(attempts.saturating_sub(1)).min(RETRY_AFTER_MAX_SECONDS),
    }
}

/// Lets the account wait as `hold` asks; a wait of one part is none of its business.
pub(crate) async fn hold(
    tx: &mut Tx,
    account: &ChannelAccountId,
    hold: Hold,
    (seconds, reason): (u64, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    match hold {
        Hold::Part => Ok(()),
        Hold::Account => account::hold(tx, account, seconds, reason).await,
        Hold::Broken { word } => {
            account::hold(tx, account, seconds, reason).await?;
            notes::broken(tx, account, word, now).await
        }
        Hold::Stopped { word } => {
            account::stop(tx, account, reason).await?;
            notes::broken(tx, account, word, now).await
        }
    }
}

/// The same for trouble that a report tells of, unless it is old, or from before somebody let the account send again.
pub(crate) async fn hold_as_told(
    tx: &mut Tx,
    account: &ChannelAccountId,
    report: &DeliveryReport,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(Answer::Retry { after, hold: whom, reason }) = &report.verdict else {
        return Ok(());
    };
    let is_news = seconds_between(report.at, now) <= NEWS_SECONDS;
    if !is_news || health::signs(tx, account).await?.released_at.is_some_and(|at| at >= report.at) {
        return Ok(());
    }
    let seconds = wait_seconds(*after, 1, 1.0);
    hold(tx, account, *whom, (seconds, reason), now).await
}

/// Remembers that the account may send again from `now` on.
pub(crate) async fn released(
    tx: &mut Tx,
    account: &ChannelAccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    turn::of_account(tx, account).await?;
    let signs = health::signs(tx, account).await?;
    health::put_signs(tx, account, &health::Signs { released_at: Some(now), ..signs }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_what_the_platform_wants_and_never_longer_than_an_hour() {
        let check = |after, attempts, expected| assert_eq!(wait_seconds(after, attempts, 1.0), expected);
        check(RetryAfter::Seconds(0), 1, 1);
        check(RetryAfter::Seconds(30), 1, 30);
        check(RetryAfter::Seconds(u64::MAX), 1, 3600);
        check(RetryAfter::Backoff, 1, 2);
        for (attempts, expected) in
            [(0, 1), (1, 1), (2, 4), (3, 16), (4, 64), (6, 1024), (7, 3600), (u32::MAX, 3600)]
        {
            check(RetryAfter::Fourfold, attempts, expected);
        }
    }
}
