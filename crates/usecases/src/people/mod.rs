//! Users and teams of a municipality, for whoever manages them, and who changed what. Each change says what it was based on:
//! of two at once the second is a conflict. An administrator sees the own municipality and no other.
//!
//! What takes rights away from an administrator asks first whether another one is left who can log in.

mod audit;
mod invite;
mod list;
mod log_in;
mod save;
mod teams;

pub use audit::{AuditFilter, AuditPage, AuditedLine, list_audit};
pub use invite::{InvitePerson, InviteRefused, invite_person};
pub use list::{PeoplePage, PersonDetails, list_people, read_person};
pub use log_in::{end_sessions_of, give_link, reset_second_factor};
pub use save::{PersonRefused, SavePerson, disable_person, enable_person, save_person};
pub use store::tables::mail::MailState;
pub use store::tables::people::{ManagedTeam, Person};
pub use teams::{
    SaveTeam, TeamDetails, TeamRefused, add_team, list_managed_teams, list_own_teams, read_team, save_team,
};

use domain::access::Scope;

use crate::Ctx;

/// Everything of the municipality: users belong to no team.
fn whole(ctx: &Ctx) -> Scope {
    Scope::whole(ctx.actor.municipality().clone())
}

/// A name as it is kept, or `None` when it is empty or too long.
pub(crate) fn plain_name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !name.is_empty()
        && name.chars().count() <= domain::limits::NAME_CHARACTERS
        && !name.chars().any(char::is_control);
    fits.then_some(name)
}
