//! What Gehoor does, on both databases: through the doors that residents, colleagues and platforms use.
//!
//! The ids (A1, C8, X2, …) are those of the published list of what must hold; a test quotes the one that it guards.

mod access;
mod conversations;
mod ingest;

use std::sync::Arc;

use domain::channels::Connectors;

/// All connectors of this release take part.
fn connectors() -> Arc<dyn Connectors> {
    Arc::new(connectors::Registry::standard())
}
