//! The time in which the platforms and the residents live.
//!
//! Everything here asks this clock: at speed 1 it is the time of day, in tests it runs faster or jumps ahead, so that
//! the end of a 24-hour window can be seen without waiting a day.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A clock that several tasks share; a clone shows the same time.
#[derive(Debug, Clone)]
pub struct SimulationClock {
    works: Arc<Works>,
}

#[derive(Debug)]
struct Works {
    started: Instant,
    at_start: Timestamp,
    speed: f64,
    jumped_millis: AtomicU64,
    jumped: Notify,
}

impl SimulationClock {
    /// The time of day, at its own pace.
    #[must_use]
    pub fn real() -> Self {
        Self::at_speed(1.0)
    }

    /// Starts now and runs `speed` times as fast as the time of day. Speeds outside 0.001–100,000 are brought inside.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock of the simulation; all others ask it"
    )]
    pub fn at_speed(speed: f64) -> Self {
        Self::starting_at(Timestamp::now(), speed)
    }

    /// Starts at `at` and runs `speed` times as fast as the time of day. Speeds outside 0.001–100,000 are brought inside.
    #[must_use]
    pub fn starting_at(at: Timestamp, speed: f64) -> Self {
        let speed = if speed.is_finite() { speed.clamp(0.001, 100_000.0) } else { 1.0 };
        let works = Works {
            started: Instant::now(),
            at_start: at,
            speed,
            jumped_millis: AtomicU64::new(0),
            jumped: Notify::new(),
        };
        Self { works: Arc::new(works) }
    }

    /// The instant it is in the simulation.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let passed = self.works.started.elapsed().mul_f64(self.works.speed);
        let jumped = Duration::from_millis(self.works.jumped_millis.load(Ordering::SeqCst));
        later(self.works.at_start, passed.saturating_add(jumped))
    }

    /// Puts the clock ahead; whoever sleeps past the new time wakes.
    pub fn jump(&self, ahead: Duration) {
        let millis = u64::try_from(ahead.as_millis()).unwrap_or(u64::MAX / 4);
        self.works.jumped_millis.fetch_add(millis.min(u64::MAX / 4), Ordering::SeqCst);
        self.works.jumped.notify_waiters();
    }

    /// Waits for a stretch of simulated time.
    pub async fn sleep(&self, simulated: Duration) {
        self.sleep_until(later(self.now(), simulated)).await;
    }

    /// Waits until it is `at` in the simulation; returns at once when that has passed.
    pub async fn sleep_until(&self, at: Timestamp) {
        loop {
            let jumped = self.works.jumped.notified();
            let left = between(self.now(), at);
            if left.is_zero() {
                return;
            }
            // Never less than a millisecond: the timer is no finer, and rounding must not make this a busy loop.
            let real = left.div_f64(self.works.speed).max(Duration::from_millis(1));
            tokio::select! {
                () = tokio::time::sleep(real) => {}
                () = jumped => {}
            }
        }
    }
}

/// The instant `after` the given one, at most the last that can be written down.
pub(crate) fn later(at: Timestamp, after: Duration) -> Timestamp {
    at.checked_add(after).unwrap_or(Timestamp::MAX)
}

/// How long from `earlier` to `later`; nothing when they are the other way round.
pub(crate) fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fast_clock_sleeps_short_and_a_jump_wakes_the_sleeper() {
        let clock = SimulationClock::at_speed(1000.0);
        let before = clock.now();
        clock.sleep(Duration::from_secs(10)).await;
        assert!(between(before, clock.now()) >= Duration::from_secs(10));

        let slow = SimulationClock::real();
        let sleeper = tokio::spawn({
            let slow = slow.clone();
            async move { slow.sleep(Duration::from_secs(3600)).await }
        });
        tokio::task::yield_now().await;
        slow.jump(Duration::from_secs(3601));
        tokio::time::timeout(Duration::from_secs(5), sleeper)
            .await
            .expect("woken by the jump")
            .expect("no panic");
    }
}
