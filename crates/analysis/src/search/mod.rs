//! Searching: terms of a message, meaning of a query, hits in a text, and an order.
//!
//! The index of either engine only narrows down: it holds terms without places. Whether a message fits, where, and how
//! well is decided here, on the text as it is shown. So both engines give the same hits, and nothing that was edited or
//! deleted away can be found or shown.

mod excerpt;
mod matching;
mod plain;
mod query;
mod ranking;
mod terms;

pub use excerpt::{Excerpt, excerpt};
pub use matching::{Hit, Searched};
pub use plain::Plain;
pub use query::{Doubt, Filters, Owner, Query, Sought, Status, TooLong, parse};
pub use ranking::{Document, Statistics};
pub use terms::terms;

/// Changes with everything that changes which terms a message gets; what has an older one is indexed again.
pub const VERSION: i64 = 1;
