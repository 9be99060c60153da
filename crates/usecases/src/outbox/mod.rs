//! The outbox's verbs: for the sender, which claims and records, and for people, who decide where nobody can know.

mod pace;
mod resolve;
mod send;

pub use resolve::{Resolve, ResolveRefused, list_outbox, list_undecided, resolve_unknown};
use send::needs_window;
pub use send::{
    Claimed, EnterFlight, IN_FLIGHT_LEASE_SECONDS, claim_parts, enter_flight, enter_flight_for, give_back,
    record_after, release_account, sweep_lost_leases,
};
pub use store::tables::outbox::Part;
