//! How fast Meta lets a number send.
//!
//! To one resident: a message per six seconds. "You may send up to 45 messages in a 6-second burst, but this 'borrows'
//! from your future quota. After a burst, you must wait the equivalent time it would take to send those messages at the
//! normal rate (e.g., a burst of 20 requires a ~2-minute wait before sending more to that user)." Beyond it: 131056.
//! In all: 80 messages a second per number, "inclusive of inbound and outbound messages and all message types"; 20 for a
//! number that is also in the app on a phone, 1,000 after an upgrade by Meta. Beyond it: 130429.
//!
//! Sources: developers.facebook.com/docs/whatsapp/about-the-platform (pair rate limits) and
//! developers.facebook.com/docs/whatsapp/throughput (updated 21 November 2025), in copies of December 2025, read
//! 2026-11-29.

use std::collections::BTreeMap;

use domain::channels::{AccountPace, Pace, ResidentPace};

use super::settings;

/// Messages a second of a number when its account says nothing else.
const PER_SECOND: u32 = 80;
/// The most that Meta gives any number.
const PER_SECOND_MAX: u32 = 1_000;

/// How fast an account with these settings may send.
pub(super) fn of(account: &BTreeMap<String, String>) -> Pace {
    let per_second = settings::value(account, settings::MESSAGES_PER_SECOND).and_then(per_second);
    let per_second = per_second.unwrap_or(PER_SECOND);
    Pace {
        resident: Some(ResidentPace {
            every_millis: 6_000,
            burst_max: 45,
            burst_millis: 6_000,
            slack_millis: 1_000,
        }),
        account: Some(AccountPace {
            // What residents write counts as well, and nobody knows it beforehand: a quarter is theirs.
            messages_max: per_second - per_second / 4,
            within_millis: 1_000,
        }),
    }
}

/// A number of messages a second that Meta can have given.
pub(super) fn per_second(value: &str) -> Option<u32> {
    value.parse().ok().filter(|number| (1..=PER_SECOND_MAX).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_quarters_of_what_the_number_may_are_ours() {
        let check = |value: Option<&str>, expected: u32| {
            let name = settings::MESSAGES_PER_SECOND.to_owned();
            let account = value.map(|value| (name, value.to_owned())).into_iter().collect();
            let pace = of(&account).account.map(|pace| (pace.messages_max, pace.within_millis));
            assert_eq!(pace, Some((expected, 1_000)), "{value:?}");
        };
        check(None, 60);
        check(Some("80"), 60);
        check(Some("20"), 15);
        check(Some("1000"), 750);
        check(Some("1"), 1);
        check(Some("0"), 60);
        check(Some("a lot"), 60);
    }
}
