//! The platform's error codes, and what each means for a reply that waits.
//!
//! A code decides; titles and messages do not. They change, and the message of an error about a token can quote the token,
//! so nothing of it is kept: the words here are our own.
//!
//! Sources: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (15 May 2026), read
//! 2026-10-11. To add a code: a line in [`CODES`]; the test says when it overlaps another.

use std::ops::RangeInclusive;

use domain::channels::{Answer, Hold, RefusalReason, RetryAfter};
use domain::outbox::RETRY_AFTER_MAX_SECONDS;

/// Seconds between two tries while somebody at the municipality has to repair the account. A new token must not need a
/// new reply, and a dead one must not be offered five hundred times.
const REPAIR_SECONDS: u64 = 300;

/// What a code means for a reply that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It passes: try again, backing off, with the others waiting or not.
    Passes(Hold),
    /// This resident got too much at once. Meta: "retry after 4^X seconds (starting with X=0 and increasing X by 1 after
    /// each failure)"; developers.facebook.com/docs/whatsapp/about-the-platform, in a copy of December 2025, read 2026-11-29.
    TooFast,
    /// The municipality must do something about the account; until then nothing of it can be sent.
    Repair(&'static str),
    /// The platform takes offence at the account: nothing is sent until a person says so.
    Stopped(&'static str),
    /// Never with this reply.
    Never(Never),
}

/// The reasons of a refusal, as a table can hold them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Never {
    WindowClosed,
    Unreachable,
    Policy,
    Limited,
    Malformed,
    Other,
}

use Never::{Limited, Malformed, Other, Policy, Unreachable, WindowClosed};
use Verdict::{Never as Refused, Passes, Repair, Stopped, TooFast};

/// Code (the last of its range), verdict, meaning; in the order of the numbers.
const CODES: &[(RangeInclusive<i64>, Verdict, &str)] = &[
    (0..=0, Repair("token"), "the access token is not valid"),
    (1..=1, Passes(Hold::Part), "an unknown error of the platform"),
    (2..=2, Passes(Hold::Account), "the platform is down or overloaded"),
    (3..=3, Repair("permission"), "the app lacks a capability"),
    (4..=4, Passes(Hold::Account), "too many calls by the app"),
    (10..=10, Repair("permission"), "a permission is missing or was withdrawn"),
    (100..=100, Refused(Malformed), "a wrong parameter"),
    (190..=190, Repair("token"), "the access token has expired"),
    (200..=299, Repair("permission"), "a permission is missing or was withdrawn"),
    (368..=368, Stopped("policy"), "the account is blocked for breaking a policy"),
    (80_007..=80_007, Passes(Hold::Account), "too many calls by the business account"),
    (130_429..=130_429, Passes(Hold::Account), "too many messages by this number"),
    (
        130_472..=130_472,
        Refused(Limited),
        "the resident is part of an experiment of the platform",
    ),
    (
        130_497..=130_497,
        // Only this resident: a stop would let anybody with such a number silence the whole account.
        Refused(Policy),
        "the account may not write to residents of this country",
    ),
    (131_000..=131_000, Passes(Hold::Part), "something went wrong at the platform"),
    (131_005..=131_005, Repair("permission"), "the access token gives no access to this number"),
    (131_008..=131_008, Refused(Malformed), "a parameter is missing"),
    (131_009..=131_009, Refused(Malformed), "a parameter has a wrong value"),
    (131_016..=131_016, Passes(Hold::Account), "the platform is overloaded"),
    (131_021..=131_021, Refused(Unreachable), "the recipient is the sender"),
    (131_026..=131_026, Refused(Unreachable), "the resident cannot be reached"),
    (131_030..=131_030, Refused(Unreachable), "a test account may not write to this number"),
    (131_031..=131_031, Stopped("locked"), "the account is locked"),
    (131_037..=131_037, Repair("name"), "the number's display name is not approved"),
    (131_042..=131_042, Repair("payment"), "the payment of the business account fails"),
    (131_045..=131_045, Repair("registration"), "the number is not registered properly"),
    (
        131_047..=131_047,
        Refused(WindowClosed),
        "more than 24 hours since the resident's last message",
    ),
    (131_048..=131_048, Stopped("spam"), "too many messages were reported as spam"),
    (131_049..=131_049, Refused(Limited), "the platform limits what this resident gets"),
    (131_050..=131_050, Refused(Policy), "the resident wants no marketing"),
    (131_051..=131_051, Refused(Malformed), "a kind of message that the platform does not know"),
    (131_052..=131_052, Refused(Other), "the platform could not fetch the attachment"),
    (131_053..=131_053, Refused(Other), "the platform could not take the attachment"),
    (131_056..=131_056, TooFast, "too many messages to this resident"),
    (131_057..=131_057, Passes(Hold::Account), "the account is in maintenance"),
    (
        131_062..=131_062,
        Refused(Unreachable),
        "this cannot be sent to a business-scoped user id",
    ),
    (
        132_000..=132_001,
        Refused(Malformed),
        "the template does not exist or is filled in wrongly",
    ),
    (132_005..=132_005, Refused(Malformed), "the template is too long when filled in"),
    (132_007..=132_007, Refused(Policy), "the template breaks a policy"),
    (132_012..=132_012, Refused(Malformed), "the template is filled in wrongly"),
    (132_015..=132_016, Refused(Policy), "the template is paused or disabled"),
    (133_004..=133_004, Passes(Hold::Account), "the platform is down"),
    (133_010..=133_010, Repair("registration"), "the number is not registered"),
];

/// What follows on the platform's own error. Certainly not sent, so the answer is never "unknown".
///
/// `code`: the platform's. `status`: of HTTP, for a code that is not in the table. `named`: what `Retry-After` said.
pub(super) fn answer(code: i64, status: u16, named: RetryAfter) -> Answer {
    let (verdict, meaning) =
        look_up(code).unwrap_or_else(|| (by_status(status), "a code that Gehoor does not know"));
    let retry = |after, hold| Answer::Retry {
        after,
        hold,
        reason: format!("WhatsApp error {code}: {meaning}"),
    };
    match verdict {
        Passes(hold) => retry(named, hold),
        TooFast => match named {
            RetryAfter::Backoff => retry(RetryAfter::Fourfold, Hold::Part),
            named => retry(named, Hold::Part),
        },
        Repair(word) => retry(RetryAfter::Seconds(REPAIR_SECONDS), Hold::Broken { word }),
        Stopped(word) => retry(RetryAfter::Seconds(RETRY_AFTER_MAX_SECONDS), Hold::Stopped { word }),
        Refused(reason) => Answer::Refused {
            reason: reason.into(),
            detail: Some(format!("{code} {meaning}")),
        },
    }
}

/// What a code would have been as the answer to a send, for one that came afterwards; `None` for one that we do not know.
pub(super) fn verdict(code: i64) -> Option<Answer> {
    look_up(code).map(|_| answer(code, 0, RetryAfter::Backoff))
}

/// Our word for what a code says is wrong with the account, for those that say so.
pub(super) fn trouble(code: i64) -> Option<&'static str> {
    match look_up(code)?.0 {
        Repair(word) | Stopped(word) => Some(word),
        Passes(Hold::Account) => Some("rate"),
        _ => None,
    }
}

fn look_up(code: i64) -> Option<(Verdict, &'static str)> {
    CODES
        .iter()
        .find(|(codes, ..)| codes.contains(&code))
        .map(|(_, verdict, meaning)| (*verdict, *meaning))
}

fn by_status(status: u16) -> Verdict {
    match status {
        401 => Repair("token"),
        429 => Passes(Hold::Account),
        500.. => Passes(Hold::Part),
        _ => Refused(Other),
    }
}

impl From<Never> for RefusalReason {
    fn from(reason: Never) -> Self {
        match reason {
            WindowClosed => Self::WindowClosed,
            Unreachable => Self::Unreachable,
            Policy => Self::Policy,
            Limited => Self::Limited,
            Malformed => Self::Malformed,
            Other => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a few words: who waits for how long, or why it is refused.
    fn short(code: i64, status: u16, named: RetryAfter) -> String {
        match answer(code, status, named) {
            Answer::Retry { after: RetryAfter::Backoff, hold, .. } => format!("back off, {hold:?}"),
            Answer::Retry { after: RetryAfter::Fourfold, hold, .. } => format!("fourfold, {hold:?}"),
            Answer::Retry {
                after: RetryAfter::Seconds(seconds),
                hold: Hold::Broken { word },
                ..
            } => format!("{seconds} s, broken: {word}"),
            Answer::Retry { hold: Hold::Stopped { word }, .. } => format!("stopped: {word}"),
            Answer::Retry { after: RetryAfter::Seconds(seconds), hold, .. } => {
                format!("{seconds} s, {hold:?}")
            }
            Answer::Refused { reason, .. } => reason.as_str().to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn each_code_of_the_platform_has_its_consequence() {
        let check = |codes: &[i64], expected: &str| {
            for code in codes {
                assert!(look_up(*code).is_some(), "{code} is not in the table");
                assert_eq!(short(*code, 400, RetryAfter::Backoff), expected, "{code}");
            }
        };
        check(&[0, 190], "300 s, broken: token");
        check(&[3, 10, 200, 299, 131_005], "300 s, broken: permission");
        check(&[131_037], "300 s, broken: name");
        check(&[131_042], "300 s, broken: payment");
        check(&[131_045, 133_010], "300 s, broken: registration");
        check(&[368], "stopped: policy");
        check(&[131_031], "stopped: locked");
        check(&[131_048], "stopped: spam");
        check(&[1, 131_000], "back off, Part");
        check(&[131_056], "fourfold, Part");
        check(&[2, 4, 80_007, 130_429, 131_016, 131_057, 133_004], "back off, Account");
        check(&[131_047], "window_closed");
        check(&[131_021, 131_026, 131_030, 131_062], "unreachable");
        check(&[130_472, 131_049], "limited");
        check(&[130_497, 131_050, 132_007, 132_015, 132_016], "policy");
        check(&[100, 131_008, 131_009, 131_051, 132_000, 132_001, 132_005, 132_012], "malformed");
        check(&[131_052, 131_053], "other");
    }

    #[test]
    fn a_code_that_is_not_in_the_table_goes_by_the_status() {
        let check =
            |status, expected: &str| assert_eq!(short(999_999, status, RetryAfter::Backoff), expected);
        check(400, "other");
        check(401, "300 s, broken: token");
        check(429, "back off, Account");
        check(500, "back off, Part");
        check(503, "back off, Part");
    }

    #[test]
    fn the_platforms_own_time_is_kept_where_the_trouble_passes() {
        let named = RetryAfter::Seconds(30);
        assert_eq!(short(130_429, 429, named), "30 s, Account");
        assert_eq!(short(190, 401, named), "300 s, broken: token");
        assert_eq!(short(131_047, 400, named), "window_closed");
    }

    #[test]
    fn the_table_is_in_order_and_has_each_code_once() {
        for pair in CODES.windows(2) {
            assert!(pair[0].0.end() < pair[1].0.start(), "{:?} and {:?}", pair[0].0, pair[1].0);
        }
    }
}
