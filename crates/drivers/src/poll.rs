//! The poll driver: asks platforms that do not tell by themselves, and keeps the place with the data.

use std::sync::Arc;
use std::time::Duration;

use domain::channels::{AccountAccess, Answer, Outgoing, RetryAfter};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use usecases::ingest::{self, Door};
use usecases::{Installation, StoreError};

use crate::egress::Egress;

/// How often it is looked whether a poll is due.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Answers that are fetched for an account in a row before the others get their turn.
const IN_A_ROW: u32 = 20;

/// The poller. One node polls an account at a time: who takes the turn in the database.
#[derive(Clone)]
pub struct Poller {
    installation: Arc<Installation>,
    egress: Egress,
    arrived: Arc<Notify>,
}

impl Poller {
    /// A poller that goes out through `egress` and tells `arrived` when it put something down.
    #[must_use]
    pub fn new(installation: Arc<Installation>, egress: Egress, arrived: Arc<Notify>) -> Self {
        Self { installation, egress, arrived }
    }

    /// Polls until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.poll_due().await {
                tracing::warn!(error = %error, "Polling has to wait");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                () = tokio::time::sleep(LOOK_EVERY) => (),
            }
        }
    }

    /// Polls the accounts that are due.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn poll_due(&self) -> Result<(), StoreError> {
        for door in ingest::take_due_polls(&self.installation).await? {
            let seconds = self.poll_account(&door).await?;
            ingest::poll_again(&self.installation, &door, seconds).await?;
        }
        Ok(())
    }

    /// Fetches what is new on one account; returns the seconds until the next time.
    ///
    /// # Errors
    /// When the store does not answer: the place does not move on.
    async fn poll_account(&self, door: &Arc<Door>) -> Result<u64, StoreError> {
        let account = &door.account.account;
        let Some(connector) = self.installation.connector(&account.channel) else {
            return Ok(3600);
        };
        let access = AccountAccess {
            base_url: account.base_url.clone().unwrap_or_else(|| connector.default_base_url().to_owned()),
            settings: account.settings.clone(),
            secrets: door.secrets.clone(),
        };
        let mut cursor = door.account.poll_cursor.clone();
        for _ in 0..IN_A_ROW {
            let Some(poll) = connector.poll(&access, cursor.as_deref()) else { return Ok(3600) };
            let Outgoing::Http(request) = &poll.request else { return Ok(3600) };
            let every = u64::from(poll.every_seconds);
            let response = match self.egress.send(request).await {
                Ok(response) => response,
                Err(error) => {
                    tracing::warn!(channel_account = %account.id, error = %error, "A poll got no answer");
                    return Ok(every);
                }
            };
            let polled = match connector.polled(&response, cursor.as_deref()) {
                Ok(polled) => polled,
                Err(Answer::Retry { after: RetryAfter::Seconds(seconds), .. }) => {
                    return Ok(seconds.clamp(1, 3600));
                }
                Err(answer) => {
                    tracing::warn!(channel_account = %account.id, answer = ?answer, "A poll was refused");
                    return Ok(every.max(60));
                }
            };
            if let Some(event) = polled.event {
                ingest::receive_polled(&self.installation, door, event).await?;
                self.arrived.notify_one();
            }
            if polled.cursor != cursor {
                // The event is on disk before the place moves on: a crash in between fetches it twice, which is
                // harmless, and never not at all.
                ingest::move_cursor(&self.installation, door, polled.cursor.as_deref()).await?;
                cursor = polled.cursor;
            }
            if !polled.more {
                return Ok(every);
            }
        }
        Ok(1)
    }
}
