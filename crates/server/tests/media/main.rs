//! What becomes of a file that a resident sends: over real HTTP from the simulated platform, through the real judge, on
//! both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]

mod arriving;
mod hostile;
mod keeping;
mod limits;
mod post;
mod scanning;
mod uploads;

// The street of the drivers' tests: the judge, which is this program, can only be started from here.
#[path = "../../../drivers/tests/behaviour/street.rs"]
#[allow(dead_code, reason = "its sending side is tested in drivers")]
mod street;

use std::sync::Arc;

use domain::channels::{Connector, Connectors};

fn connectors() -> Arc<dyn Connectors> {
    let own: [Arc<dyn Connector>; 1] = [Arc::new(connectors::channels::whatsapp::WhatsApp)];
    Arc::new(connectors::Registry::of(own))
}
