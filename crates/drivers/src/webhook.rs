//! The webhook driver: from a request at the door to raw bytes on disk.

use std::sync::Arc;

use domain::channels::{Handshake, RawRequest};
use domain::ids::ChannelAccountId;
use tokio::sync::Notify;
use usecases::ingest::{self, Refusal};
use usecases::{Installation, StoreError};

use crate::doors::Doors;

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
}

impl Webhooks {
    /// The driver of an installation.
    #[must_use]
    pub fn new(installation: Arc<Installation>) -> Self {
        Self {
            installation,
            doors: Doors::default(),
            arrived: Arc::default(),
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
                }
                if taken.stored > 0 {
                    self.arrived.notify_one();
                }
                Delivered::Stored
            }
            Err(refusal) => {
                if let Refusal::NotStored(error) = &refusal {
                    tracing::error!(channel_account = %account, error = %error, "A delivery could not be stored");
                }
                Delivered::Refused(refusal)
            }
        }
    }
}
