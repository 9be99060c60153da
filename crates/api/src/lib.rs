//! What other programs talk to: the REST API with its description (`rest`), and the platforms' webhooks (`hooks`).
//!
//! Neither knows HTML, SQL or a platform. A call of the API is read strictly, handed to one use case, and its answer
//! written in the words of `rest/wire`. A webhook is held to its limits and handed on byte for byte; what it means is
//! decided behind the door that `server` hands in.

mod body;
pub mod hooks;
pub mod rest;

use domain::access::Route;

pub use rest::openapi;

/// Every address of this room with what one needs to get through: its lines in `gehoor routes --json`.
#[must_use]
pub fn routes() -> Vec<Route> {
    hooks::ROUTES.iter().chain(rest::ROUTES).copied().collect()
}
