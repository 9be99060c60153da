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

/// File descriptors that the store, the workers and the log need beside connections.
const OTHER_FILES: usize = 256;

/// How many connections of `wanted` there can be. Asks the system for as many open files as it gives this program, since
/// what a shell gives by default is 1024: more connections than files would keep everybody out at once.
pub fn places_for_connections(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limits.maximum, ..limits }).is_ok();
    let files = if raised { limits.maximum } else { limits.current };
    let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let places = wanted.min(files.saturating_sub(OTHER_FILES)).max(OTHER_FILES);
    if places < wanted {
        tracing::warn!(
            places,
            files,
            "Only {places} connections at once: this program may open {files} files"
        );
    }
    places
}
