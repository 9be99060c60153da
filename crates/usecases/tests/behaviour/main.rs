//! What Gehoor does, on both databases: through the doors that residents, colleagues and platforms use.
//!
//! The ids (A1, C8, X2, …) are those of the published list of what must hold; a test quotes the one that it guards.

mod access;
mod accounts;
mod canned_texts;
mod conversations;
mod drafts;
mod figures;
mod housekeeping;
mod ingest;
mod live;
mod outbox;
mod people;
mod search;
mod stubborn;
mod templates;

use std::sync::Arc;

use domain::channels::{Connector, Connectors};

/// The connectors of this release take part; what residents mark is not understood until it is mended.
fn connectors() -> Arc<dyn Connectors> {
    let whatsapp = stubborn::Stubborn(connectors::channels::whatsapp::WhatsApp);
    Arc::new(connectors::Registry::of([Arc::new(whatsapp) as Arc<dyn Connector>]))
}
