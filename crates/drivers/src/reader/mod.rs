//! The reader: turns raw events into conversations, soon after they came, in any number of nodes.
//!
//! A bounded number is under way at once. As soon as there is room for a decent number, more are taken; what ends while
//! the disk is busy is written together with what ended meanwhile. The lease of what takes long is renewed, and
//! what another node has by now is dropped.

mod under_way;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use usecases::{Installation, StoreError};

use under_way::UnderWay;

/// Raw events that are under way at once.
const AT_ONCE: usize = 64;
/// Room for so many is worth asking for more: each question is a write.
const DECENT: usize = 16;
/// How long the reader rests when there is nothing to read and nobody calls.
const REST: Duration = Duration::from_secs(1);

/// How patient a reader is.
#[derive(Debug, Clone, Copy)]
pub struct ReaderLimits {
    /// Seconds for which a taken raw event is this reader's; renewed every third of it.
    pub lease_seconds: u32,
    /// How long what was taken may take after the reader was told to stop; the rest is given back.
    pub stop_within: Duration,
    /// Seconds until the second try; the third waits four times as long.
    pub second_try_seconds: u32,
}

impl ReaderLimits {
    /// Seconds until the next try: 1, 4, 9, … times the first wait, at most a minute.
    fn wait_seconds(self, attempts: i64) -> u32 {
        let waits = attempts.saturating_mul(attempts).saturating_mul(i64::from(self.second_try_seconds));
        u32::try_from(waits).unwrap_or(60).min(60)
    }
}

impl Default for ReaderLimits {
    fn default() -> Self {
        Self {
            lease_seconds: 60,
            stop_within: Duration::from_secs(1),
            second_try_seconds: 1,
        }
    }
}

/// When the reader looks for more.
struct Pace {
    look_at: Instant,
    /// While the store does not answer: whoever calls is not heard before.
    not_before: Instant,
}

impl Pace {
    fn begin() -> Self {
        let now = Instant::now();
        Self { look_at: now, not_before: now }
    }

    fn look_in(&mut self, wait: Duration) {
        self.look_at = (Instant::now() + wait).max(self.not_before);
    }

    /// The store did not answer: to ask again at once would only fill the log.
    fn rest(&mut self) {
        self.not_before = Instant::now() + REST;
        self.look_at = self.not_before;
    }
}

/// The reader.
#[derive(Clone)]
pub struct Reader {
    installation: Arc<Installation>,
    arrived: Arc<Notify>,
    limits: ReaderLimits,
}

impl Reader {
    /// A reader that looks when `arrived` calls, and now and then by itself.
    #[must_use]
    pub fn new(installation: Arc<Installation>, arrived: Arc<Notify>) -> Self {
        Self::with_limits(installation, arrived, ReaderLimits::default())
    }

    /// The same with limits of one's own.
    #[must_use]
    pub fn with_limits(installation: Arc<Installation>, arrived: Arc<Notify>, limits: ReaderLimits) -> Self {
        Self { installation, arrived, limits }
    }

    /// Reads until `stop`; what was taken is then finished within the limit, and the rest is given back.
    pub async fn run(self, stop: CancellationToken) {
        let mut under_way = UnderWay::new(Arc::clone(&self.installation), self.limits);
        let third = Duration::from_millis(u64::from(self.limits.lease_seconds) * 1000 / 3);
        let mut renewal = tokio::time::interval_at(Instant::now() + third, third);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pace = Pace::begin();
        while !stop.is_cancelled() {
            if let Err(error) = self.turn(&mut under_way, &mut pace).await {
                tracing::warn!(error = %error, "Raw events cannot be read now; tried again in a second");
                pace.rest();
                tokio::select! {
                    () = stop.cancelled() => (),
                    () = tokio::time::sleep(REST) => (),
                }
            }
            let room = under_way.room(AT_ONCE) >= DECENT;
            tokio::select! {
                () = stop.cancelled() => (),
                () = under_way.ends() => (),
                _ = renewal.tick() => self.renew(&mut under_way).await,
                () = self.arrived.notified(), if room => pace.look_in(Duration::ZERO),
                () = tokio::time::sleep_until(pace.look_at), if room => (),
            }
        }
        if tokio::time::timeout(self.limits.stop_within, under_way.finish_all()).await.is_err() {
            under_way.give_back().await;
        }
    }

    /// Writes what ended, and takes more if it is time to look and there is room.
    async fn turn(&self, under_way: &mut UnderWay, pace: &mut Pace) -> Result<(), StoreError> {
        let settled = under_way.settle().await;
        if under_way.store_has_failed() {
            pace.rest();
        }
        settled?;
        let room = under_way.room(AT_ONCE);
        if room < DECENT || Instant::now() < pace.look_at {
            return Ok(());
        }
        let full = !self.installation.store.inbox().has_room();
        metrics::gauge!("disk_full").set(if full { 1.0 } else { 0.0 });
        let taken = under_way.take(room).await?;
        // As many as there was room for: there may be more, and they are asked for as soon as there is room again.
        pace.look_in(if taken < room { REST } else { Duration::ZERO });
        Ok(())
    }

    async fn renew(&self, under_way: &mut UnderWay) {
        if let Err(error) = under_way.renew().await {
            tracing::warn!(error = %error, "What is being read may be read by another node as well");
        }
    }

    /// Reads what is due, at most one batch; returns how many raw events.
    ///
    /// # Errors
    /// When the store does not answer; what was taken is read again when its lease ends.
    pub async fn read_once(&self) -> Result<usize, StoreError> {
        let mut under_way = UnderWay::new(Arc::clone(&self.installation), self.limits);
        let taken = under_way.take(AT_ONCE).await?;
        under_way.finish_all().await?;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn while_the_store_does_not_answer_whoever_calls_waits_for_the_rest() {
        let mut pace = Pace::begin();
        let from_now = |pace: &Pace| pace.look_at - Instant::now();
        pace.look_in(Duration::ZERO);
        assert_eq!(from_now(&pace), Duration::ZERO, "a call is heard at once");
        pace.rest();
        pace.look_in(Duration::ZERO);
        assert_eq!(from_now(&pace), REST);
        tokio::time::advance(REST).await;
        pace.look_in(Duration::ZERO);
        assert_eq!(from_now(&pace), Duration::ZERO);
    }
}
