//! The real clock, ids and randomness. Everything else gets them as arguments.

use domain::ids::Ids;
use domain::time::Clock;
use usecases::Randomness;

/// The clock of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> jiff::Timestamp {
        // Whole microseconds, as they are stored: what is compared in memory equals what comes back.
        domain::time::from_micros(domain::time::micros(jiff::Timestamp::now()))
    }
}

/// UUID version 7: ids that sort by time, also within a millisecond.
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    fn next(&self) -> uuid::Uuid {
        uuid::Uuid::now_v7()
    }
}

/// The system's randomness.
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes)
            .expect("a system without randomness cannot make secrets, and must not pretend to");
    }
}
