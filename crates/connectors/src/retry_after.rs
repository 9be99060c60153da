//! When a platform wants us back: the `Retry-After` header (RFC 9110, section 10.2.3), in all the forms that arrive.

use domain::channels::{Headers, RetryAfter};
use domain::outbox::RETRY_AFTER_MAX_SECONDS;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// What the header says, held to an hour. Absent, nonsense, or a moment that has passed: [`RetryAfter::Backoff`].
///
/// A date is measured against the platform's own `Date` header. We have no clock here, and if their clock is wrong it
/// is wrong in both headers alike. A date without a `Date` header beside it says nothing.
#[must_use]
pub(crate) fn named(headers: &Headers) -> RetryAfter {
    let Some(value) = headers.first("retry-after").map(str::trim) else {
        return RetryAfter::Backoff;
    };
    let seconds = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that no u64 can hold is a long time too.
        Some(value.parse().unwrap_or(u64::MAX))
    } else {
        seconds_until(value, headers.first("date"))
    };
    match seconds {
        Some(seconds) if seconds > 0 => RetryAfter::Seconds(seconds.min(RETRY_AFTER_MAX_SECONDS)),
        _ => RetryAfter::Backoff,
    }
}

fn seconds_until(date: &str, platform_now: Option<&str>) -> Option<u64> {
    let (then, now) = (http_date(date)?, http_date(platform_now?)?);
    u64::try_from(domain::time::seconds_between(now, then)).ok()
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&str, &str)], expected: RetryAfter) {
        let headers =
            Headers::new(lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        assert_eq!(named(&headers), expected, "{lines:?}");
    }

    #[test]
    fn a_number_of_seconds_is_kept_and_held_to_an_hour() {
        check(&[("Retry-After", "30")], RetryAfter::Seconds(30));
        check(&[("Retry-After", " 30 ")], RetryAfter::Seconds(30));
        check(&[("Retry-After", "3601")], RetryAfter::Seconds(3600));
        check(&[("Retry-After", "1000000000")], RetryAfter::Seconds(3600));
        check(&[("Retry-After", "99999999999999999999999999")], RetryAfter::Seconds(3600));
    }

    #[test]
    fn a_date_counts_from_the_platforms_own_clock() {
        let now = ("Date", "Mon, 23 Nov 2026 08:00:00 GMT");
        check(&[now, ("Retry-After", "Mon, 23 Nov 2026 08:00:30 GMT")], RetryAfter::Seconds(30));
        check(&[now, ("Retry-After", "Tue, 24 Nov 2026 08:00:00 GMT")], RetryAfter::Seconds(3600));
        check(&[now, ("Retry-After", "Mon, 23 Nov 2026 07:59:00 GMT")], RetryAfter::Backoff);
        check(&[("Retry-After", "Mon, 23 Nov 2026 08:00:30 GMT")], RetryAfter::Backoff);
    }

    #[test]
    fn nonsense_and_silence_mean_that_we_choose() {
        check(&[], RetryAfter::Backoff);
        for nonsense in ["", "abc", "-5", "+5", "1.5", "0", "30, 60", "٣٠", "Mon, 99 Nov 2026 08:00:00 GMT"]
        {
            check(
                &[("Date", "Mon, 23 Nov 2026 08:00:00 GMT"), ("Retry-After", nonsense)],
                RetryAfter::Backoff,
            );
        }
    }
}
