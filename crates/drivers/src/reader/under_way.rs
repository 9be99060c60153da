//! What a reader has taken and not yet given back.

use std::collections::HashMap;
use std::sync::Arc;

use domain::limits::READ_ATTEMPTS;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use usecases::ingest::{self, Claimed, RawState, ReadOutcome, Verdict};
use usecases::{Installation, StoreError};

use super::ReaderLimits;

type Read = Result<ReadOutcome, StoreError>;

/// One that is being read.
struct Reading {
    claimed: Arc<Claimed>,
    task: AbortHandle,
}

/// Raw events under way: being read, or read and not yet written down as such.
pub(super) struct UnderWay {
    installation: Arc<Installation>,
    limits: ReaderLimits,
    tasks: JoinSet<Read>,
    reading: HashMap<Id, Reading>,
    joined: Vec<Result<(Id, Read), JoinError>>,
    ended: Vec<(Arc<Claimed>, Verdict)>,
    /// Whether the store failed one of those that were taken since it was last looked for more.
    failed: bool,
    /// The same, until the reader has heard it.
    failed_anew: bool,
}

impl UnderWay {
    pub(super) fn new(installation: Arc<Installation>, limits: ReaderLimits) -> Self {
        Self {
            installation,
            limits,
            tasks: JoinSet::new(),
            reading: HashMap::new(),
            joined: Vec::new(),
            ended: Vec::new(),
            failed: false,
            failed_anew: false,
        }
    }

    /// How many more may be taken when `most` is the limit.
    pub(super) fn room(&self, most: usize) -> usize {
        most.saturating_sub(self.reading.len() + self.ended.len())
    }

    /// Takes up to `room` and begins to read them; returns how many.
    pub(super) async fn take(&mut self, room: usize) -> Result<usize, StoreError> {
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        let claimed = self.installation.store.inbox().claim(room, self.limits.lease_seconds).await?;
        let count = claimed.len();
        self.failed = false;
        for claimed in claimed {
            let claimed = Arc::new(claimed);
            let (installation, taken) = (Arc::clone(&self.installation), Arc::clone(&claimed));
            let task = self.tasks.spawn(async move { ingest::read_event(&installation, &taken).await });
            self.reading.insert(task.id(), Reading { claimed, task });
        }
        Ok(count)
    }

    /// Whether the store has failed one since the last look for more; says so once for each look.
    pub(super) fn store_has_failed(&mut self) -> bool {
        std::mem::take(&mut self.failed_anew)
    }

    /// Returns when one more has ended. Never, while none is being read. May be left waiting: nothing is lost.
    pub(super) async fn ends(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(joined) => self.joined.push(joined),
            None => std::future::pending().await,
        }
    }

    /// Writes down what has ended, with one commit.
    pub(super) async fn settle(&mut self) -> Result<(), StoreError> {
        self.joined.extend(std::iter::from_fn(|| self.tasks.try_join_next_with_id()));
        while let Some(joined) = self.joined.pop() {
            self.note(joined).await;
        }
        if self.ended.is_empty() {
            return Ok(());
        }
        let verdicts: Vec<_> =
            self.ended.iter().map(|(claimed, verdict)| (claimed.as_ref(), *verdict)).collect();
        self.installation.store.inbox().settle(&verdicts).await?;
        let done = verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Ended(_))).count();
        metrics::counter!("raw_events_read_total").increment(u64::try_from(done).unwrap_or_default());
        self.ended.clear();
        Ok(())
    }

    /// Reads everything to its end and writes it down.
    pub(super) async fn finish_all(&mut self) -> Result<(), StoreError> {
        while !self.reading.is_empty() {
            self.ends().await;
            self.settle().await?;
        }
        self.settle().await
    }

    /// Keeps what is under way for another lease. What another node has by now is let go: its result does not count.
    pub(super) async fn renew(&mut self) -> Result<(), StoreError> {
        let held: Vec<(Id, Arc<Claimed>)> =
            self.reading.iter().map(|(id, reading)| (*id, Arc::clone(&reading.claimed))).collect();
        if held.is_empty() {
            return Ok(());
        }
        let claims: Vec<&Claimed> = held.iter().map(|(_, claimed)| claimed.as_ref()).collect();
        let ours = self.installation.store.inbox().renew(&claims, self.limits.lease_seconds).await?;
        for ((id, claimed), ours) in held.iter().zip(ours) {
            if !ours && let Some(lost) = self.reading.remove(id) {
                lost.task.abort();
                let id = claimed.event.id;
                tracing::warn!(raw_event.id = %id, "Raw event {id} is read by another node by now");
            }
        }
        Ok(())
    }

    /// Gives back what could not be read in time: any reader may take it at once.
    pub(super) async fn give_back(&mut self) {
        self.tasks.abort_all();
        let rest = self.reading.drain().map(|(_, reading)| (reading.claimed, Verdict::Again { seconds: 0 }));
        self.ended.extend(rest.collect::<Vec<_>>());
        if let Err(error) = self.settle().await {
            tracing::warn!(error = %error, "What was being read is read again when its lease ends");
        }
    }

    /// Remembers how one ended. One that was let go is in nobody's books any more.
    async fn note(&mut self, joined: Result<(Id, Read), JoinError>) {
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some(Reading { claimed, .. }) = self.reading.remove(&id) else { return };
        let verdict = match joined {
            Ok((_, Ok(outcome))) => verdict(outcome, self.limits.wait_seconds(claimed.attempts)),
            Ok((_, Err(error))) => self.after_store_error(&error),
            Err(_panicked) => self.after_panic(&claimed).await,
        };
        self.ended.push((claimed, verdict));
    }

    /// Nothing is wrong with the raw event, so it costs it no attempt. Of many that fail together, one is told.
    fn after_store_error(&mut self, error: &StoreError) -> Verdict {
        if !std::mem::replace(&mut self.failed, true) {
            tracing::warn!(error = %error, "Raw events cannot be read now; tried again in a second");
            self.failed_anew = true;
        }
        Verdict::Untried { seconds: self.limits.second_try_seconds }
    }

    /// A raw event that ends its reader every time is put aside; the others go on.
    async fn after_panic(&mut self, claimed: &Claimed) -> Verdict {
        let id = claimed.event.id;
        tracing::error!(raw_event.id = %id, "Reading raw event {id} panicked");
        if claimed.attempts >= i64::from(READ_ATTEMPTS) {
            return match ingest::put_aside(&self.installation, claimed, "reading it panics").await {
                Ok(()) => Verdict::Ended(RawState::Quarantined),
                Err(error) => self.after_store_error(&error),
            };
        }
        Verdict::Again { seconds: self.limits.wait_seconds(claimed.attempts) }
    }
}

/// Where a raw event goes; `seconds`: how long the next try would have to wait.
fn verdict(outcome: ReadOutcome, seconds: u32) -> Verdict {
    match outcome {
        ReadOutcome { again: 1.., .. } => Verdict::Again { seconds },
        ReadOutcome { quarantined: 1.., .. } => Verdict::Ended(RawState::Quarantined),
        _ => Verdict::Ended(RawState::Read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_tries_are_over_within_a_minute() {
        let wait = |attempts| ReaderLimits::default().wait_seconds(attempts);
        assert_eq!((wait(1), wait(2), wait(3), wait(i64::MAX)), (1, 4, 9, 60));
    }

    #[test]
    fn one_item_that_is_to_be_tried_again_keeps_the_event_open() {
        let of = |done, again, quarantined| verdict(ReadOutcome { done, again, quarantined }, 4);
        assert_eq!(of(5, 0, 0), Verdict::Ended(RawState::Read));
        assert_eq!(of(5, 1, 0), Verdict::Again { seconds: 4 });
        assert_eq!(of(0, 1, 1), Verdict::Again { seconds: 4 });
        assert_eq!(of(5, 0, 1), Verdict::Ended(RawState::Quarantined));
    }
}
