//! The nouns of webcare and their rules.
//!
//! Values in, values out: no database, network, files, clock or randomness. What the time is and which id comes
//! next are arguments ([`time::Clock`], [`ids::Ids`]). Domain types are no wire format: rows, JSON and platform
//! payloads have their own types at the wall.

pub mod access;
pub mod attachments;
pub mod authors;
pub mod canned_texts;
pub mod channels;
pub mod conversations;
pub mod happenings;
pub mod ids;
pub mod limits;
pub mod lists;
pub mod look;
pub mod media;
pub mod messages;
pub mod municipality;
pub mod outbox;
pub mod presence;
pub mod search;
pub mod templates;
pub mod time;
