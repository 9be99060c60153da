//! How fast a number may talk.
//!
//! 80 messages a second per number, in and out together (130429). To one person: one message per six seconds. "You may
//! send up to 45 messages in a 6-second burst, but this 'borrows' from your future quota. After a burst, you must wait the
//! equivalent time it would take to send those messages at the normal rate (e.g., a burst of 20 requires a ~2-minute wait
//! before sending more to that user)" (131056). So three messages at once are followed by 18 seconds of rest, and a fourth
//! after ten is refused. What is refused counts for nothing.
//!
//! Sources: developers.facebook.com/docs/whatsapp/about-the-platform (pair rate limits) and
//! developers.facebook.com/docs/whatsapp/throughput, in copies of December 2025, read 2026-11-29.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::super::meta::GraphError;
use super::super::{between, later};
use super::codes::refusal;

const PAIR_EVERY: Duration = Duration::from_secs(6);
const PAIR_BURST_MAX: u32 = 45;
/// Above this, pairs that owe nothing are forgotten.
const PAIRS_KEPT: usize = 10_000;

/// The recent traffic of all numbers. Not kept over a restart: it forgets within a minute or so anyway.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    recent: Mutex<HashMap<String, VecDeque<Timestamp>>>,
    pairs: Mutex<HashMap<(String, String), Pair>>,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    burst_began: Timestamp,
    in_burst: u32,
    paid_at: Timestamp,
}

impl Limits {
    /// Counts one message of the last second, whichever way it went; returns how many there are now.
    pub(super) fn count(&self, number: &str, now: Timestamp) -> usize {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let times = recent.entry(number.to_owned()).or_default();
        forget_old(times, now);
        times.push_back(now);
        times.len()
    }

    /// Messages of the last second.
    pub(super) fn last_second(&self, number: &str, now: Timestamp) -> usize {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.get_mut(number).map_or(0, |times| {
            forget_old(times, now);
            times.len()
        })
    }

    /// Lets one message to `phone` through, or says which limit stops it.
    pub(super) fn admit(
        &self,
        number: &str,
        per_second: usize,
        phone: &str,
        now: Timestamp,
    ) -> Result<(), GraphError> {
        if self.last_second(number, now) >= per_second {
            return Err(refusal(130_429));
        }
        self.admit_pair(number, phone, now)?;
        self.count(number, now);
        Ok(())
    }

    fn admit_pair(&self, number: &str, phone: &str, now: Timestamp) -> Result<(), GraphError> {
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() >= PAIRS_KEPT {
            pairs.retain(|_, pair| pair.paid_at > now);
        }
        let fresh = Pair { burst_began: now, in_burst: 0, paid_at: now };
        let pair = pairs.entry((number.to_owned(), phone.to_owned())).or_insert(fresh);
        if pair.paid_at <= now {
            *pair = fresh;
        }
        if pair.in_burst >= PAIR_BURST_MAX || between(pair.burst_began, now) > PAIR_EVERY {
            return Err(refusal(131_056));
        }
        pair.in_burst += 1;
        pair.paid_at = later(pair.paid_at, PAIR_EVERY);
        Ok(())
    }
}

fn forget_old(times: &mut VecDeque<Timestamp>, now: Timestamp) {
    while times.front().is_some_and(|&time| between(time, now) >= Duration::from_secs(1)) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        later(Timestamp::UNIX_EPOCH, Duration::from_secs(seconds))
    }

    #[test]
    fn eighty_a_second_and_no_more() {
        let limits = Limits::default();
        for person in 0..80 {
            assert_eq!(limits.admit("106", 80, &format!("3160{person}"), at(0)), Ok(()));
        }
        assert!(limits.admit("106", 80, "31699", at(0)).is_err());
        assert_eq!(limits.admit("106", 80, "31699", at(1)), Ok(()));
    }

    #[test]
    fn a_burst_to_one_person_is_borrowed_and_paid_back() {
        let limits = Limits::default();
        for _ in 0..20 {
            assert_eq!(limits.admit("106", 80, "31600", at(0)), Ok(()));
        }
        assert!(limits.admit("106", 80, "31600", at(7)).is_err());
        assert!(limits.admit("106", 80, "31600", at(119)).is_err());
        assert_eq!(limits.admit("106", 80, "31600", at(120)), Ok(()));
    }

    #[test]
    fn a_fourth_message_comes_within_the_burst_or_after_it_was_paid_back() {
        let limits = Limits::default();
        let admits = |seconds| limits.admit("106", 80, "31600", at(seconds)).is_ok();
        assert_eq!([0, 0, 1, 6, 7, 10, 23].map(admits), [true, true, true, true, false, false, false]);
        // Four were let through, so it is paid back after 24 seconds, not after 18.
        assert_eq!([24, 24, 31, 35, 36].map(admits), [true, true, false, false, true]);
    }

    #[test]
    fn a_message_every_six_seconds_is_never_too_many() {
        let limits = Limits::default();
        for count in 0..600 {
            assert_eq!(limits.admit("106", 80, "31600", at(6 * count)), Ok(()), "message {count}");
        }
    }

    #[test]
    fn a_burst_ends_at_forty_five() {
        let limits = Limits::default();
        let admitted = (0..60).filter(|_| limits.admit("106", 80, "31600", at(0)).is_ok()).count();
        assert_eq!(admitted, 45);
    }
}
