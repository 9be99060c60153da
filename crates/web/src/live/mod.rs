//! Live updates: `GET /live`, a stream of server-sent events, and what a page says of who has it open.
//!
//! What goes over the wire are ids and facts ([`wire`]). The page fetches what it shows by its own address, and is checked
//! there as always. Which events there are, which attributes a page has, and what the script makes of them stands in
//! `README.md`.

mod presence;
mod stream;
mod wire;

pub(crate) use presence::say;
pub(crate) use stream::follow;
