//! Accounts with their live secrets, remembered for a moment: opening secrets costs more than a webhook may.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use domain::ids::ChannelAccountId;
use usecases::ingest::{self, Door};
use usecases::{Installation, StoreError};

/// How long an account is remembered. A replaced secret works after this time at the latest; the one before stays valid
/// meanwhile.
const REMEMBERED: Duration = Duration::from_secs(1);
/// Accounts that are remembered.
const MOST: usize = 10_000;

/// An account, and since when it is known.
type Known = (Instant, Arc<Door>);

/// The accounts that were asked for lately. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Doors {
    known: Arc<RwLock<HashMap<ChannelAccountId, Known>>>,
}

impl Doors {
    /// Asks anew the next time: what is remembered may be why the platform refused.
    pub(crate) fn forget(&self, id: &ChannelAccountId) {
        if let Ok(mut known) = self.known.write() {
            known.remove(id);
        }
    }

    /// The account with its secrets; `None` when there is none.
    pub(crate) async fn get(
        &self,
        installation: &Installation,
        id: &ChannelAccountId,
    ) -> Result<Option<Arc<Door>>, StoreError> {
        if let Ok(known) = self.known.read()
            && let Some((since, door)) = known.get(id)
            && since.elapsed() < REMEMBERED
        {
            return Ok(Some(Arc::clone(door)));
        }
        let door = ingest::resolve_door(installation, id).await?;
        if let (Some(door), Ok(mut known)) = (&door, self.known.write()) {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(id.clone(), (Instant::now(), Arc::clone(door)));
        }
        Ok(door)
    }
}
