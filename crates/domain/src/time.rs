//! Moments, and where they come from.

use jiff::Timestamp;

/// Where "now" comes from. An argument everywhere, so that tests and the demo decide what time it is.
pub trait Clock: Send + Sync {
    /// The present moment, in whole microseconds.
    fn now(&self) -> Timestamp;
}

/// Microseconds since 1970-01-01 UTC: how a moment is stored.
#[must_use]
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment of stored microseconds; values outside jiff's range become the nearest end of it.
#[must_use]
pub fn from_micros(micros: i64) -> Timestamp {
    let end = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(end)
}

/// `at` moved by whole seconds, staying inside the range that a moment can have.
#[must_use]
pub fn plus_seconds(at: Timestamp, seconds: i64) -> Timestamp {
    from_micros(micros(at).saturating_add(seconds.saturating_mul(1_000_000)))
}

/// Seconds from `from` to `to`, rounded down; negative when `to` lies before `from`.
#[must_use]
pub fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    micros(to).saturating_sub(micros(from)).div_euclid(1_000_000)
}

/// The moment by which a message is ordered: what the platform said, held to `[received − 7 days, received + 5 min]`.
///
/// A platform's clock may be wrong and a sender may lie; without the clamp one message dated 2099 would stand at
/// the bottom of a conversation for ever. Source: RELIABILITY 2.4.
#[must_use]
pub fn clamp_to_receipt(claimed: Timestamp, received: Timestamp) -> Timestamp {
    let earliest = plus_seconds(received, -7 * 24 * 3600);
    let latest = plus_seconds(received, 5 * 60);
    claimed.clamp(earliest, latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_from_the_future_is_shown_at_most_five_minutes_ahead() {
        let received = from_micros(1_700_000_000_000_000);
        let check = |claimed_seconds: i64, expected_seconds: i64| {
            let claimed = plus_seconds(received, claimed_seconds);
            assert_eq!(clamp_to_receipt(claimed, received), plus_seconds(received, expected_seconds));
        };
        check(0, 0);
        check(-60, -60);
        check(299, 299);
        check(86_400, 300);
        check(-30 * 86_400, -7 * 86_400);
    }

    #[test]
    fn a_stored_moment_never_panics_however_odd_it_is() {
        for odd in [i64::MIN, i64::MAX, 0, -1] {
            let _ = micros(from_micros(odd));
        }
        assert_eq!(micros(from_micros(1_234_567)), 1_234_567);
    }
}
