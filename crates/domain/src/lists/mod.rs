//! Lists of conversations that people work with: one of the standard lists, narrowed by filters, in an order. Somebody can
//! save one under a name, for themselves or for a team.

mod query;
mod saved;

pub use query::{Among, Filters, ListQuery, Order, Owner, StandardList, Wanted};
pub use saved::{LIST_NAME_CHARACTERS, LISTS_OF_ONE, Whose, list_name};
