//! Time, ids and chance as a test gives them: the same in every run.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use domain::ids::Ids;
use domain::time::{Clock, from_micros, micros};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use usecases::Randomness;

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(micros(at)))
    }

    /// It is `at` from now on.
    pub fn set(&self, at: Timestamp) {
        self.0.store(micros(at), Ordering::SeqCst);
    }

    /// Goes ahead.
    pub fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Ids of the form of UUID version 7 that count up, so that they sort in the order in which they were given.
#[derive(Debug)]
pub struct CountedIds {
    node: u64,
    given: AtomicU64,
}

impl CountedIds {
    /// Ids of one node; two nodes never give the same.
    #[must_use]
    pub fn of_node(node: u64) -> Self {
        Self { node, given: AtomicU64::new(0) }
    }
}

impl Ids for CountedIds {
    fn next(&self) -> uuid::Uuid {
        let count = self.given.fetch_add(1, Ordering::SeqCst) + 1;
        // 48 bits of "time" that count, version 7, the node in the rest.
        let high = ((0x0190_0000_0000 + count) << 16) | 0x7000;
        let low = 0x8000_0000_0000_0000 | self.node;
        uuid::Uuid::from_u64_pair(high, low)
    }
}

/// Bytes from a seed.
pub struct SeededRandomness(Mutex<ChaCha8Rng>);

impl SeededRandomness {
    /// The same seed gives the same bytes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        let mut generator = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        bytes.iter_mut().for_each(|byte| *byte = generator.random());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_have_the_form_of_version_7() {
        let ids = CountedIds::of_node(1);
        let given: Vec<uuid::Uuid> = (0..100).map(|_| ids.next()).collect();
        assert!(given.is_sorted());
        assert!(given.iter().all(|id| id.get_version_num() == 7));
        assert_ne!(CountedIds::of_node(2).next(), CountedIds::of_node(1).next());
    }
}
