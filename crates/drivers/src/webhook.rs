//! The webhook driver: from a request at the door to raw bytes on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::channels::{Handshake, RawRequest};
use domain::ids::ChannelAccountId;
use tokio::sync::Notify;
use usecases::ingest::{self, Refusal};
use usecases::{Installation, StoreError};

use crate::doors::Doors;

/// How long the same trouble of an account is not said again.
const SAID_AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Troubles that are remembered.
const SAID_AT_MOST: usize = 10_000;

/// What came of a delivery.
#[derive(Debug)]
pub enum Delivered {
    /// On disk: acknowledge it.
    Stored,
    /// Turned away, with the reason; nothing is stored.
    Refused(Refusal),
}

/// The driver. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    installation: Arc<Installation>,
    doors: Doors,
    arrived: Arc<Notify>,
    said: Arc<Mutex<HashMap<(ChannelAccountId, &'static str), Instant>>>,
}

impl Webhooks {
    /// The driver of an installation.
    #[must_use]
    pub fn new(installation: Arc<Installation>) -> Self {
        Self {
            installation,
            doors: Doors::default(),
            arrived: Arc::default(),
            said: Arc::default(),
        }
    }

    /// Told after each delivery, so that reading begins at once.
    #[must_use]
    pub fn arrived(&self) -> Arc<Notify> {
        Arc::clone(&self.arrived)
    }

    /// Answers a platform that asks whether this address is ours.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn handshake(
        &self,
        account: &ChannelAccountId,
        request: &RawRequest,
    ) -> Result<Handshake, StoreError> {
        match self.doors.get(&self.installation, account).await? {
            Some(door) => Ok(ingest::handshake(&self.installation, &door, request)),
            None => Ok(Handshake::None),
        }
    }

    /// Says what is wrong with deliveries of an account, once in a while.
    fn say(&self, account: &ChannelAccountId, what: &'static str) {
        if self.is_time_to_say(account, what) {
            tracing::warn!(channel_account = %account, "A delivery to {account} {what}");
        }
    }

    /// Whether this was not said of the account lately: whoever sends many must not fill the log.
    fn is_time_to_say(&self, account: &ChannelAccountId, what: &'static str) -> bool {
        let Ok(mut said) = self.said.lock() else { return false };
        let now = Instant::now();
        let key = (account.clone(), what);
        if said.get(&key).is_some_and(|since| now.duration_since(*since) < SAID_AGAIN_AFTER) {
            return false;
        }
        if said.len() >= SAID_AT_MOST {
            said.clear();
        }
        said.insert(key, now);
        true
    }

    /// Takes a delivery in; on disk when this says so.
    pub async fn deliver(&self, account: &ChannelAccountId, request: &RawRequest) -> Delivered {
        let door = match self.doors.get(&self.installation, account).await {
            Ok(Some(door)) => door,
            Ok(None) => return Delivered::Refused(Refusal::NoSuchAccount),
            Err(error) => return Delivered::Refused(Refusal::NotStored(error)),
        };
        match ingest::receive_event(&self.installation, &door, request).await {
            Ok(taken) => {
                if taken.unknown_accounts > 0 {
                    let number = u64::try_from(taken.unknown_accounts).unwrap_or(u64::MAX);
                    metrics::counter!("webhook_unknown_account_total").increment(number);
                    self.say(
                        account,
                        "names a number or page that no account here has: that part is not kept",
                    );
                }
                if taken.stored > 0 {
                    self.arrived.notify_one();
                }
                Delivered::Stored
            }
            Err(refusal) => {
                match &refusal {
                    // On a full disk this happens to every delivery of a busy account, and the log is on that disk as well.
                    Refusal::NotStored(error) if self.is_time_to_say(account, "could not be stored") => {
                        tracing::error!(channel_account = %account, error = %error, "A delivery could not be stored");
                    }
                    Refusal::Forged => {
                        self.say(
                            account,
                            "is not signed with the account's secret: forged, or the secret is wrong",
                        );
                    }
                    _ => (),
                }
                Delivered::Refused(refusal)
            }
        }
    }
}
