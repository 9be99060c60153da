//! The residents of Zwanendam, who write to their municipality.
//!
//! [`stories`] is what they say, from the files in `residents/` of this crate; a `Talk` is one resident with one story;
//! the [`Crowd`] lets them arrive, type, read, answer, nag and come back. They know only the platforms: what the
//! municipality does with their messages they see as anybody does, by the replies on their phone.
//!
//! Everything is decided by the seed, the order of arrival and the replies, and timed by the platforms' clock.

mod chance;
mod crowd;
mod performance;
mod person;
mod state;
pub mod stories;
mod talk;
mod typing;

pub use crowd::{Crowd, CrowdError, CrowdOptions};
pub use person::{PHONES_FROM, PHONES_TO};
pub use state::Cast;
