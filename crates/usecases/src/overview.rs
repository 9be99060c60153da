//! How the installation is doing, in figures: for `doctor` and the operator. No person's data.

use std::sync::Arc;

use domain::access::Scope;
use domain::channels::{HealthState, Severity, states};
use domain::municipality::ChannelAccount;
use domain::outbox::PartState;
use jiff::Timestamp;
use store::StoreError;
use store::inbox::RawState;
pub use store::tables::account::Hold;
use store::tables::{account, health, installation, outbox};

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
    /// What is the matter with accounts: warnings and alarms.
    pub matters: Vec<(ChannelAccount, HealthState)>,
}

/// Looks at everything once.
///
/// # Errors
/// When the store does not answer.
pub async fn look(here: &Arc<Installation>) -> Result<Overview, StoreError> {
    let (mut holds, mut matters) = (Vec::new(), Vec::new());
    let (mut waiting_sends, mut unknown_sends) = (0, 0);
    for municipality in installation::municipalities(&here.store).await? {
        let scope = Scope::whole(municipality.id);
        let now = here.wall_clock.now();
        let held = account::holds(&mut here.store.read(&scope)).await?;
        holds.extend(held.into_iter().filter(|hold| hold.until_at > now));
        for found in account::accounts(&mut here.store.read(&scope)).await? {
            let events = health::of_account(&mut here.store.read(&scope), &found.account.id).await?;
            let bad = states(&events, here.now())
                .into_iter()
                .filter(|state| state.severity >= Severity::Warning);
            matters.extend(bad.map(|state| (found.account.clone(), state)));
        }
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
        matters,
    })
}
