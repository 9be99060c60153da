//! What Gehoor does towards the platforms, over real HTTP on this machine, on both databases.
//!
//! The platform is the simulated one, with its faults; time limits are shortened, nothing else is.

mod egress;
mod idle;
mod kinds;
mod outcomes;
mod pace;
mod patience;
mod polling;
mod post;
mod pour;
mod prikbord;
mod reading;
mod sending;
mod street;
mod waiting;

use std::sync::Arc;

use domain::channels::{Connector, Connectors};

/// The connectors of this release, and a made-up one.
fn connectors() -> Arc<dyn Connectors> {
    let own: [Arc<dyn Connector>; 2] =
        [Arc::new(connectors::channels::whatsapp::WhatsApp), Arc::new(prikbord::Prikbord)];
    Arc::new(connectors::Registry::of(own))
}
