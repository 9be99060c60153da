//! Who there is.

use domain::access::Permission;
use domain::ids::{TeamId, UserId};
use domain::limits::PAGE_SIZE;
use domain::municipality::Team;
use jiff::Timestamp;
use store::tables::mail::{self, MailState};
use store::tables::people::{self, Person};
use store::tables::{account, user};

use super::whole;
use crate::{Ctx, Failure};

/// A page of users, by e-mail address.
#[derive(Debug, Clone)]
pub struct PeoplePage {
    /// Users with their teams.
    pub people: Vec<(Person, Vec<TeamId>)>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<UserId>,
    /// All teams.
    pub teams: Vec<Team>,
}

/// One user with what can be changed.
#[derive(Debug, Clone)]
pub struct PersonDetails {
    /// Who.
    pub person: Person,
    /// Member of these.
    pub teams: Vec<TeamId>,
    /// All teams.
    pub all_teams: Vec<Team>,
    /// How the newest mail to them went, and when it was written.
    pub mail: Option<(MailState, Timestamp)>,
}

/// Users after the user `after`.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_people(ctx: &Ctx, after: Option<UserId>) -> Result<PeoplePage, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let mut reader = ctx.store().read(&whole(ctx));
    let limit = u32::try_from(PAGE_SIZE).unwrap_or(u32::MAX);
    let mut found = people::people(&mut reader, after, limit + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let next = found.last().filter(|_| more).map(|last| last.id);
    let mut of = user::teams_of_these(&mut reader, found.iter().map(|person| person.id)).await?;
    let with_teams = |person: Person| {
        let teams = of.remove(&person.id).unwrap_or_default();
        (person, teams)
    };
    let people = found.into_iter().map(with_teams).collect();
    let teams = account::teams(&mut reader).await?;
    Ok(PeoplePage { people, next, teams })
}

/// One user.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn read_person(ctx: &Ctx, id: UserId) -> Result<PersonDetails, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let mut reader = ctx.store().read(&whole(ctx));
    let person = people::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    Ok(PersonDetails {
        teams: user::teams_of(&mut reader, id).await?,
        all_teams: account::teams(&mut reader).await?,
        mail: mail::latest(&mut reader, id).await?,
        person,
    })
}
