//! How fast a channel lets an account send: to one resident, and in all.
//!
//! Pure functions over the moments at which messages left. They know no channel: a connector gives the figures
//! ([`Connector::pace`](super::Connector::pace)), and who gives none is not slowed down. The sender asks them within the
//! write that lets a part leave, with what all nodes have sent by the database's clock.
//!
//! All durations are milliseconds. Why bursts are used as they are: `docs/decisions/2026-11-29-the-pace-of-a-channel.md`.

use jiff::{SignedDuration, Timestamp};

use crate::messages::named;

/// The furthest that a channel's pace may look back: 15 minutes. When something left is forgotten some time after that; a
/// test asks every connector.
pub const LOOKS_BACK_MILLIS_MAX: i64 = 15 * 60 * 1_000;

/// How fast an account may send. What is `None` has no limit that we know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// To one resident.
    pub resident: Option<ResidentPace>,
    /// To all of them together.
    pub account: Option<AccountPace>,
}

/// How fast one resident may be written to. A few messages may leave at once, but that is borrowed: afterwards nothing
/// leaves until the time has passed that they would have taken one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentPace {
    /// Time that each message takes, more than 0.
    pub every_millis: u32,
    /// The most that may leave at once, at least 1.
    pub burst_max: u32,
    /// Time after the first of them within which the others must leave.
    pub burst_millis: u32,
    /// What a request may be slower on its way than the one before it. The platform counts arrivals, we count departures:
    /// so much earlier a burst ends for us, and so much later it is paid back.
    pub slack_millis: u32,
}

/// How fast an account may send to all residents together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountPace {
    /// The most messages in any stretch of `within_millis`, at least 1.
    pub messages_max: u32,
    /// The stretch.
    pub within_millis: u32,
}

/// What makes a message wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaceOf {
    /// How much this resident got shortly before.
    Resident,
    /// How much the account sends.
    Account,
}

named!(PaceOf { Resident = "resident_pace", Account = "account_pace" });

/// Whether a message may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// At once.
    Now,
    /// Not before.
    Later {
        /// When to ask again.
        at: Timestamp,
        /// What makes it wait longest.
        because: PaceOf,
    },
}

impl Pace {
    /// Milliseconds after which nothing that left makes anybody wait any more.
    #[must_use]
    pub fn looks_back_millis(&self) -> i64 {
        let resident = self.resident.map_or(0, |pace| pace.looks_back_millis());
        let account = self.account.map_or(0, |pace| i64::from(pace.within_millis));
        resident.max(account)
    }

    /// Whether the next message may leave at `now`.
    ///
    /// `to_resident`, `by_account`: when messages left to this resident, and by this account to anybody; oldest first, as
    /// far back as [`ResidentPace::looks_back_millis`] and [`AccountPace::within_millis`]. Older ones change nothing.
    #[must_use]
    pub fn departure(
        &self,
        to_resident: &[Timestamp],
        by_account: &[Timestamp],
        now: Timestamp,
    ) -> Departure {
        let resident = self.resident.map(|pace| (pace.next_at(to_resident, now), PaceOf::Resident));
        let account = self.account.map(|pace| (pace.next_at(by_account, now), PaceOf::Account));
        let latest = resident.into_iter().chain(account).max_by_key(|(at, _)| *at);
        match latest {
            Some((at, because)) if at > now => Departure::Later { at, because },
            _ => Departure::Now,
        }
    }
}

impl ResidentPace {
    /// When the next message to this resident may leave: `now`, or later. `left`: oldest first.
    #[must_use]
    pub fn next_at(&self, left: &[Timestamp], now: Timestamp) -> Timestamp {
        let Some((began, count)) = self.burst(left, now) else { return now };
        let joins = count < self.burst_max
            && now < plus(began, i64::from(self.burst_millis) - i64::from(self.slack_millis));
        if joins {
            return now;
        }
        now.max(plus(self.paid_back_at(began, count), i64::from(self.slack_millis)))
    }

    /// Milliseconds after which nothing that left makes anybody wait any more.
    #[must_use]
    pub fn looks_back_millis(&self) -> i64 {
        i64::from(self.every_millis) * i64::from(self.burst_max)
            + i64::from(self.burst_millis)
            + i64::from(self.slack_millis)
    }

    /// The last burst: when it began, and how many left since. What leaves before it is paid back belongs to it.
    fn burst(&self, left: &[Timestamp], now: Timestamp) -> Option<(Timestamp, u32)> {
        let mut burst = None;
        // A clock that was put back must not make anybody wait until it has caught up: what seems to leave later counts for
        // nothing.
        for at in left.iter().copied().filter(|at| *at <= now) {
            burst = match burst {
                Some((began, count)) if at < self.paid_back_at(began, count) => {
                    Some((began, count.saturating_add(1)))
                }
                _ => Some((at, 1)),
            };
        }
        burst
    }

    fn paid_back_at(&self, began: Timestamp, count: u32) -> Timestamp {
        plus(began, i64::from(self.every_millis) * i64::from(count))
    }
}

impl AccountPace {
    /// When the next message of this account may leave: `now`, or later. `left`: oldest first.
    #[must_use]
    pub fn next_at(&self, left: &[Timestamp], now: Timestamp) -> Timestamp {
        let max = usize::try_from(self.messages_max).unwrap_or(usize::MAX).max(1);
        // Of what a clock that was put back has yet to reach, nothing counts.
        let left = &left[..left.partition_point(|at| *at <= now)];
        // The oldest of the last so many: when it has left the stretch, there is room for one more.
        let oldest = left.len().checked_sub(max).and_then(|place| left.get(place));
        oldest.map_or(now, |oldest| now.max(plus(*oldest, i64::from(self.within_millis))))
    }
}

fn plus(at: Timestamp, millis: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_millis(millis)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WhatsApp's figures, with a second of slack.
    const RESIDENT: ResidentPace = ResidentPace {
        every_millis: 6_000,
        burst_max: 45,
        burst_millis: 6_000,
        slack_millis: 1_000,
    };
    const ACCOUNT: AccountPace = AccountPace { messages_max: 3, within_millis: 1_000 };

    fn at(millis: i64) -> Timestamp {
        plus(Timestamp::from_second(1_800_000_000).unwrap_or_default(), millis)
    }

    fn all(millis: &[i64]) -> Vec<Timestamp> {
        millis.iter().copied().map(at).collect()
    }

    #[test]
    fn one_resident_gets_a_burst_at_once_and_then_nothing_until_it_is_paid_back() {
        let check = |left: &[i64], now: i64, expected: i64| {
            assert_eq!(RESIDENT.next_at(&all(left), at(now)), at(expected), "{left:?} at {now}");
        };
        check(&[], 0, 0);
        // One message takes six seconds, and a second of slack; what follows at once joins it.
        check(&[0], 0, 0);
        check(&[0], 4_999, 4_999);
        check(&[0], 5_000, 7_000);
        check(&[0], 6_999, 7_000);
        check(&[0], 7_000, 7_000);
        check(&[0], 60_000, 60_000);
        // Three parts, and a fourth: at once, or when the three are paid back.
        check(&[0, 100, 200], 300, 300);
        check(&[0, 100, 200], 8_000, 19_000);
        check(&[0, 100, 200], 19_000, 19_000);
        // What was paid back is forgotten: the next is the first of its own burst.
        check(&[0, 100, 200, 19_000], 20_000, 20_000);
        check(&[0, 100, 200, 19_000], 24_500, 26_000);
        // What left too early after all, as a send that a person repeated, is paid back with the rest.
        check(&[0, 100, 200, 10_000], 10_001, 25_000);
        check(&[0, 6_000, 12_000], 12_001, 12_001);
    }

    #[test]
    fn a_burst_ends_at_its_most_and_the_documents_example_holds() {
        let burst = |count: i64| (0..count).map(|one| one * 10).collect::<Vec<_>>();
        assert_eq!(RESIDENT.next_at(&all(&burst(44)), at(500)), at(500));
        assert_eq!(RESIDENT.next_at(&all(&burst(45)), at(500)), at(271_000));
        // "A burst of 20 requires a ~2-minute wait."
        assert_eq!(RESIDENT.next_at(&all(&burst(20)), at(6_000)), at(121_000));
        assert_eq!(RESIDENT.looks_back_millis(), 277_000);
        let both = Pace { resident: Some(RESIDENT), account: Some(ACCOUNT) };
        assert_eq!(both.looks_back_millis(), 277_000);
        assert_eq!(Pace { resident: None, ..both }.looks_back_millis(), 1_000);
    }

    /// Whoever asks looks back only so far, and may cut a burst in two: it was paid back by then.
    #[test]
    fn what_lies_further_back_makes_nobody_wait() {
        let burst: Vec<i64> = (0..45).map(|one| one * 100).collect();
        let now = RESIDENT.looks_back_millis() + 2_000;
        let seen: Vec<i64> =
            burst.iter().copied().filter(|left| *left > now - RESIDENT.looks_back_millis()).collect();
        assert!(!seen.is_empty() && seen.len() < burst.len(), "the burst is cut");
        assert_eq!(RESIDENT.next_at(&all(&burst), at(now)), at(now));
        assert_eq!(RESIDENT.next_at(&all(&seen), at(now)), at(now));
    }

    #[test]
    fn a_clock_that_was_put_back_makes_nobody_wait_until_it_has_caught_up() {
        for now in [0, 1_000, 271_000, 600_000, 3_599_000] {
            assert_eq!(RESIDENT.next_at(&[at(3_600_000); 45], at(now)), at(now));
            assert_eq!(ACCOUNT.next_at(&[at(3_600_000); 3], at(now)), at(now));
        }
        // What left since then counts as ever.
        assert_eq!(ACCOUNT.next_at(&all(&[0, 10, 20, 3_600_000, 3_600_001]), at(30)), at(1_000));
        assert_eq!(RESIDENT.next_at(&all(&[0, 100, 200, 3_600_000]), at(8_000)), at(19_000));
    }

    #[test]
    fn an_account_sends_so_many_in_any_second() {
        let check = |left: &[i64], now: i64, expected: i64| {
            assert_eq!(ACCOUNT.next_at(&all(left), at(now)), at(expected), "{left:?} at {now}");
        };
        check(&[], 0, 0);
        check(&[0, 10], 20, 20);
        check(&[0, 10, 20], 30, 1_000);
        check(&[0, 10, 20], 999, 1_000);
        check(&[0, 10, 20], 1_000, 1_000);
        check(&[0, 10, 20, 1_000], 1_001, 1_010);
        check(&[0, 500, 990, 1_000], 1_400, 1_500);
    }

    #[test]
    fn whoever_makes_it_wait_longest_is_named_and_no_figures_are_no_limit() {
        let both = Pace { resident: Some(RESIDENT), account: Some(ACCOUNT) };
        let lately = all(&[0, 10, 20]);
        assert_eq!(both.departure(&[], &lately[..2], at(30)), Departure::Now);
        assert_eq!(
            both.departure(&[], &lately, at(30)),
            Departure::Later { at: at(1_000), because: PaceOf::Account }
        );
        assert_eq!(
            both.departure(&all(&[-5_000]), &lately, at(30)),
            Departure::Later { at: at(2_000), because: PaceOf::Resident }
        );
        assert_eq!(Pace::default().departure(&[at(0); 500], &[at(0); 500], at(0)), Departure::Now);
    }
}
