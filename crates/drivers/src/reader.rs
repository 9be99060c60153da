//! The reader: turns raw events into conversations, soon after they came, in any number of nodes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use usecases::ingest::{self, Claimed, RawState, ReadOutcome};
use usecases::{Installation, StoreError};

/// Raw events that are taken at once.
const AT_ONCE: u32 = 64;
/// Seconds for which a taken raw event is this reader's.
const LEASE_SECONDS: u32 = 60;
/// How often a raw event is taken before one that ends its reader every time is put aside.
const TAKEN_AT_MOST: i64 = 6;
/// How long the reader rests when there is nothing to read and nobody calls.
const REST: Duration = Duration::from_secs(1);

/// The reader.
#[derive(Clone)]
pub struct Reader {
    installation: Arc<Installation>,
    arrived: Arc<Notify>,
}

impl Reader {
    /// A reader that looks when `arrived` calls, and now and then by itself.
    #[must_use]
    pub fn new(installation: Arc<Installation>, arrived: Arc<Notify>) -> Self {
        Self { installation, arrived }
    }

    /// Reads until `stop`; what was taken is finished first.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.read_once().await {
                Ok(0) => {
                    tokio::select! {
                        () = stop.cancelled() => (),
                        () = self.arrived.notified() => (),
                        () = tokio::time::sleep(REST) => (),
                    }
                }
                Ok(_) => (),
                Err(error) => {
                    tracing::warn!(error = %error, "Raw events cannot be read now; tried again in a second");
                    tokio::select! {
                        () = stop.cancelled() => (),
                        () = tokio::time::sleep(REST) => (),
                    }
                }
            }
        }
    }

    /// Reads what is due, at most one batch; returns how many raw events.
    ///
    /// # Errors
    /// When the store does not answer; what was taken is read again when its lease ends.
    pub async fn read_once(&self) -> Result<usize, StoreError> {
        let inbox = self.installation.store.inbox().clone();
        let claimed = inbox.claim(AT_ONCE, LEASE_SECONDS).await?;
        let count = claimed.len();
        let mut reading = JoinSet::new();
        for event in claimed {
            let installation = Arc::clone(&self.installation);
            reading.spawn(async move {
                let reading = Arc::clone(&installation);
                let taken = event.clone();
                let read = tokio::spawn(async move { ingest::read_event(&reading, &taken).await }).await;
                (event, read)
            });
        }
        let mut finished = Vec::with_capacity(count);
        let mut failed = None;
        while let Some(joined) = reading.join_next().await {
            let Ok((event, read)) = joined else { continue };
            match read {
                Ok(Ok(outcome)) => match verdict(outcome) {
                    Some(state) => finished.push((event, state)),
                    None => inbox.try_later(&event, wait_seconds(event.attempts)).await?,
                },
                Ok(Err(error)) => {
                    inbox.try_later(&event, 1).await?;
                    failed = Some(error);
                }
                Err(_panicked) => self.after_panic(event, &mut finished).await?,
            }
        }
        metrics::counter!("raw_events_read_total")
            .increment(u64::try_from(finished.len()).unwrap_or_default());
        if !finished.is_empty() {
            inbox.finish(finished).await?;
        }
        failed.map_or(Ok(count), Err)
    }

    /// A raw event that ends its reader every time is put aside; the others go on.
    async fn after_panic(
        &self,
        event: Claimed,
        finished: &mut Vec<(Claimed, RawState)>,
    ) -> Result<(), StoreError> {
        let id = event.event.id;
        tracing::error!(raw_event.id = %id, "Reading raw event {id} panicked");
        if event.attempts >= TAKEN_AT_MOST {
            ingest::put_aside(&self.installation, &event, "reading it panics").await?;
            finished.push((event, RawState::Quarantined));
            return Ok(());
        }
        self.installation.store.inbox().try_later(&event, wait_seconds(event.attempts)).await
    }
}

/// Where a raw event goes; `None` when something in it is to be tried again.
fn verdict(outcome: ReadOutcome) -> Option<RawState> {
    if outcome.again > 0 {
        return None;
    }
    Some(if outcome.quarantined > 0 { RawState::Quarantined } else { RawState::Read })
}

/// Seconds until the next try: 1, 4, 9, …, at most a minute.
fn wait_seconds(attempts: i64) -> u32 {
    u32::try_from(attempts.saturating_mul(attempts)).unwrap_or(60).clamp(1, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_tries_are_over_within_a_minute() {
        assert!(wait_seconds(1) + wait_seconds(2) <= 10);
        assert_eq!(wait_seconds(i64::MAX), 60);
    }

    #[test]
    fn one_item_that_is_to_be_tried_again_keeps_the_event_open() {
        let outcome = |done, again, quarantined| ReadOutcome { done, again, quarantined };
        assert_eq!(verdict(outcome(5, 0, 0)), Some(RawState::Read));
        assert_eq!(verdict(outcome(5, 1, 0)), None);
        assert_eq!(verdict(outcome(5, 0, 1)), Some(RawState::Quarantined));
    }
}
