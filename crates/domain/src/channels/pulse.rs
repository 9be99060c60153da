//! When an account was heard last, and whether it is silent for longer than it usually is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::time::seconds_between;

/// Days that are looked back on.
pub const DAYS: usize = 14;
/// Days that must be known before anything is called unusual: nights and a weekend.
const DAYS_LEAST: usize = 4;
/// Seconds under which no silence is remarked, however busy the account is.
const SILENCE_LEAST: i64 = 2 * 3600;
/// How many times the longest usual silence is remarked.
const TIMES: i64 = 2;

/// When an account was heard, and the longest silence that ended on each of the last days (UTC), in seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulse {
    /// When the platform delivered something last.
    pub heard_at: Option<Timestamp>,
    /// The longest silence of each day that is remembered.
    pub silences: BTreeMap<Date, i64>,
}

impl Pulse {
    /// The pulse after a delivery that came in at `at`; what comes late changes nothing.
    #[must_use]
    pub fn heard(mut self, at: Timestamp) -> Self {
        let Some(before) = self.heard_at.filter(|before| *before < at) else {
            self.heard_at = self.heard_at.max(Some(at));
            return self;
        };
        let longest = self.silences.entry(at.to_zoned(TimeZone::UTC).date()).or_default();
        *longest = (*longest).max(seconds_between(before, at));
        while self.silences.len() > DAYS {
            self.silences.pop_first();
        }
        self.heard_at = Some(at);
        self
    }

    /// Since when it is silent for longer than usual; `None` while it is not, or while too little is known.
    #[must_use]
    pub fn silent_since(&self, now: Timestamp) -> Option<Timestamp> {
        if self.silences.len() < DAYS_LEAST {
            return None;
        }
        let usual = self.silences.values().copied().max().unwrap_or_default();
        let remarked = usual.saturating_mul(TIMES).max(SILENCE_LEAST);
        self.heard_at.filter(|heard| seconds_between(*heard, now) > remarked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3600).unwrap_or_default()
    }

    /// Every day from 9 to 22 o'clock, each hour.
    fn used(days: i64) -> Pulse {
        let hours = (0..days).flat_map(|day| (9..=22).map(move |hour| at(day * 24 + hour)));
        hours.fold(Pulse::default(), Pulse::heard)
    }

    #[test]
    fn a_night_is_usual_and_a_day_without_anything_is_not() {
        let pulse = used(10);
        let last = 9 * 24 + 22;
        assert_eq!(pulse.silent_since(at(last + 11)), None);
        assert_eq!(pulse.silent_since(at(last + 22)), None);
        assert_eq!(pulse.silent_since(at(last + 23)), Some(at(last)));
    }

    #[test]
    fn little_is_known_of_a_new_account_so_nothing_is_unusual() {
        assert_eq!(used(3).silent_since(at(1000)), None);
        assert!(used(4).silent_since(at(1000)).is_some());
        assert_eq!(Pulse::default().silent_since(at(1000)), None);
    }

    #[test]
    fn what_comes_late_changes_nothing_and_only_some_days_are_kept() {
        let pulse = used(40);
        assert_eq!(pulse.silences.len(), DAYS);
        assert_eq!(pulse.clone().heard(at(5)), pulse);
    }
}
