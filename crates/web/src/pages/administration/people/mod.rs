//! The users of the municipality, for who manages them.

pub(crate) mod change;
mod form;
pub(crate) mod invite;
mod link;
pub(crate) mod list;
pub(crate) mod person;

use domain::ids::UserId;

/// The address of a user, with what comes below.
fn address(id: UserId, below: &str) -> String {
    format!("/beheer/gebruikers/{id}{below}")
}
