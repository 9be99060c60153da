//! How the installation is doing, in figures: for `doctor` and the operator. No person's data.

use std::sync::Arc;

use domain::access::Scope;
use domain::outbox::PartState;
use jiff::Timestamp;
use store::StoreError;
use store::inbox::RawState;
pub use store::tables::account::Hold;
use store::tables::{account, installation, outbox};

use crate::Installation;

/// How the installation is doing.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Users, disabled ones included.
    pub users: i64,
    /// Deliveries that are not read, by state, with the moment of the oldest.
    pub raw_events: Vec<(RawState, i64, Timestamp)>,
    /// Parts that wait to be sent or are under way.
    pub waiting_sends: i64,
    /// Parts whose outcome is unknown.
    pub unknown_sends: i64,
    /// Accounts that send nothing for now.
    pub holds: Vec<Hold>,
}

/// Looks at everything once.
///
/// # Errors
/// When the store does not answer.
pub async fn look(here: &Arc<Installation>) -> Result<Overview, StoreError> {
    let mut holds = Vec::new();
    let (mut waiting_sends, mut unknown_sends) = (0, 0);
    for municipality in installation::municipalities(&here.store).await? {
        let scope = Scope::whole(municipality.id);
        let now = here.wall_clock.now();
        let held = account::holds(&mut here.store.read(&scope)).await?;
        holds.extend(held.into_iter().filter(|hold| hold.until_at > now));
    }
    let nobody = Scope::installation();
    for (state, number) in outbox::backlog(&mut here.store.read(&nobody)).await? {
        match state {
            PartState::Unknown => unknown_sends = number,
            _ => waiting_sends += number,
        }
    }
    Ok(Overview {
        users: installation::count_users(&here.store).await?,
        raw_events: here.store.inbox().backlog().await?,
        waiting_sends,
        unknown_sends,
        holds,
    })
}
