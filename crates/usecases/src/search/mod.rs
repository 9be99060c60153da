//! Finding conversations by what is said in them.
//!
//! [`search_conversations`] asks the index which messages come into question, reads what these say now, and decides on
//! that text. [`index_message`] is called wherever what a message says changes, in the same write; [`run`] indexes what was
//! there before the index, or was indexed with an older analysis, or is called otherwise by now.

mod index;
mod look;
mod meaning;
mod search_conversations;
mod work;

pub use analysis::search::{Doubt, Excerpt, Filters, Owner, Query, Sought, Status, VERSION};
pub(crate) use index::{author_goes_by_another_name, index_message};
pub use search_conversations::{
    Filter, Found, FoundMessage, Order, Place, Search, SearchPage, SearchRefused, search_conversations,
};
pub use work::{run, work};
