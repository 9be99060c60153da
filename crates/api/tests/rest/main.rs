//! What other programs see of Gehoor, on both databases: each address in the file that mirrors it, and what holds for all
//! of them in the files beside it.
//!
//! The ids (A4, C8, X1, …) are those of the published list of what must hold; a test quotes the one that it guards.

mod channel_accounts;
mod client;
mod conversations;
mod cursors;
mod every_answer;
mod export;
mod idempotency;
mod openapi;
mod other_municipality;
mod outbox;
mod raw_events;
mod rights;
mod strictness;

use std::sync::Arc;

use domain::channels::Connectors;

/// All connectors of this release take part.
fn connectors() -> Arc<dyn Connectors> {
    Arc::new(connectors::Registry::standard())
}
