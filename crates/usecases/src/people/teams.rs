//! Teams and who is in them.

use domain::access::{Actor, Permission};
use domain::happenings::Happened;
use domain::ids::{TeamId, UserId};
use domain::limits::TEAMS_PER_USER;
use domain::municipality::Team;
use store::Tx;
use store::tables::people::{self, ManagedTeam, Person};
use store::tables::{account, user};

use super::{plain_name, whole};
use crate::{Ctx, Failure};

/// Names that are tried for a new team's id before it is given up.
const IDS_TRIED: usize = 50;
/// Users that a team's page shows.
const CANDIDATES: u32 = 2_000;

/// One team with what can be changed.
#[derive(Debug, Clone)]
pub struct TeamDetails {
    /// The team.
    pub team: ManagedTeam,
    /// Everybody who can log in, and whether they are a member.
    pub people: Vec<(Person, bool)>,
}

/// How a team is to be.
#[derive(Debug, Clone)]
pub struct SaveTeam {
    /// Which.
    pub id: TeamId,
    /// What the change was based on.
    pub version: i64,
    /// Name on screen.
    pub name: String,
    /// These are its members, of those who can log in.
    pub members: Vec<UserId>,
}

/// Why a team is not added or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefused {
    /// There is no name, or it is too long.
    #[error("a team needs a name of at most 200 characters")]
    Name,
    /// Another team is called so.
    #[error("another team is called so")]
    NameTaken,
    /// Somebody would be in too many teams.
    #[error("{0} would be in too many teams")]
    TooManyTeams(String),
}

/// All teams, by name.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_managed_teams(ctx: &Ctx) -> Result<Vec<ManagedTeam>, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    Ok(people::teams(&mut ctx.store().read(&whole(ctx))).await?)
}

/// The names of the teams that the actor is in.
///
/// # Errors
/// `Store`.
pub async fn list_own_teams(ctx: &Ctx) -> Result<Vec<String>, Failure> {
    let Actor::User { teams, .. } = &ctx.actor else { return Ok(Vec::new()) };
    let all = account::teams(&mut ctx.store().read(&whole(ctx))).await?;
    Ok(all.into_iter().filter(|one| teams.contains(&one.id)).map(|one| one.name).collect())
}

/// One team.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn read_team(ctx: &Ctx, id: &TeamId) -> Result<TeamDetails, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let mut reader = ctx.store().read(&whole(ctx));
    let team = people::teams(&mut reader).await?.into_iter().find(|one| one.team.id == *id);
    let team = team.ok_or(Failure::NotFound)?;
    let members = people::members(&mut reader, id).await?;
    let everybody = people::people(&mut reader, None, CANDIDATES).await?;
    let with_membership = |person: Person| {
        let is_member = members.contains(&person.id);
        (person, is_member)
    };
    let people = everybody.into_iter().filter(|person| person.disabled_at.is_none());
    Ok(TeamDetails { team, people: people.map(with_membership).collect() })
}

/// Adds a team; its id is made of its name.
///
/// # Errors
/// `NotAllowed`, `Refused`, `Store`.
pub async fn add_team(ctx: &Ctx, name: &str) -> Result<TeamId, Failure<TeamRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let name = plain_name(name).ok_or(Failure::Refused(TeamRefused::Name))?;
    let (actor, now) = (ctx.actor.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            is_free(tx, &name, None).await?;
            let stem = stem_of(&name);
            for number in 1..=IDS_TRIED {
                let id = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
                let Ok(id) = id.parse::<TeamId>() else { break };
                if people::add_team(tx, &Team { id: id.clone(), name: name.clone() }).await? {
                    tx.record(&actor, now, Happened::TeamChanged { team: id.clone() });
                    return Ok(id);
                }
            }
            Err(Failure::Refused(TeamRefused::NameTaken))
        })
        .await
}

/// Gives a team this name and these members.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody else changed the team meanwhile, `Refused`, `Store`.
pub async fn save_team(ctx: &Ctx, save: SaveTeam) -> Result<(), Failure<TeamRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let name = plain_name(&save.name).ok_or(Failure::Refused(TeamRefused::Name))?;
    let (actor, now) = (ctx.actor.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            let known = people::teams(tx).await?.into_iter().find(|one| one.team.id == save.id);
            let known = known.ok_or(Failure::NotFound)?;
            if known.version != save.version {
                return Err(Failure::Conflict);
            }
            is_free(tx, &name, Some(&save.id)).await?;
            let team = Team { id: save.id.clone(), name: name.clone() };
            if !people::save_team(tx, &team, save.version).await? {
                return Err(Failure::Conflict);
            }
            tx.record(&actor, now, Happened::TeamChanged { team: save.id.clone() });
            let members = people::members(tx, &save.id).await?;
            for person in people::people(tx, None, CANDIDATES).await? {
                let (was, is) = (members.contains(&person.id), save.members.contains(&person.id));
                if was == is || person.disabled_at.is_some() {
                    continue;
                }
                let mut teams = user::teams_of(tx, person.id).await?;
                if is {
                    teams.push(save.id.clone());
                } else {
                    teams.retain(|team| *team != save.id);
                }
                if teams.len() > TEAMS_PER_USER {
                    return Err(Failure::Refused(TeamRefused::TooManyTeams(person.name)));
                }
                user::set_teams(tx, person.id, &teams).await?;
                people::touch_user(tx, person.id).await?;
                tx.record(&actor, now, Happened::UserChanged { user: person.id, role: person.role });
            }
            Ok(())
        })
        .await
}

/// Two teams of one name could not be told apart on a page.
async fn is_free(tx: &mut Tx, name: &str, but: Option<&TeamId>) -> Result<(), Failure<TeamRefused>> {
    let taken = people::teams(tx)
        .await?
        .into_iter()
        .any(|one| Some(&one.team.id) != but && one.team.name.to_lowercase() == name.to_lowercase());
    if taken { Err(Failure::Refused(TeamRefused::NameTaken)) } else { Ok(()) }
}

/// What of a name can stand in an id.
fn stem_of(name: &str) -> String {
    let mut stem = String::new();
    for letter in name.to_lowercase().chars() {
        let plain = match letter {
            'a'..='z' | '0'..='9' => letter,
            'à'..='å' => 'a',
            'è'..='ë' => 'e',
            'ì'..='ï' => 'i',
            'ò'..='ö' => 'o',
            'ù'..='ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            _ => '-',
        };
        if !(plain == '-' && (stem.is_empty() || stem.ends_with('-'))) {
            stem.push(plain);
        }
    }
    let stem = domain::limits::cut(&stem, 50).trim_end_matches('-');
    if stem.is_empty() { "team".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::stem_of;

    #[test]
    fn an_id_is_made_of_a_name() {
        for (name, expected) in [
            ("Webcare", "webcare"),
            ("Openbare ruimte & groen", "openbare-ruimte-groen"),
            ("Cliënten", "clienten"),
            ("الفريق", "team"),
            ("-", "team"),
        ] {
            assert_eq!(stem_of(name), expected);
        }
    }
}
