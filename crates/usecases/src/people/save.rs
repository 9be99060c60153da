//! Changing a user: name, role, teams; whether they can log in at all.

use domain::access::{Permission, Role};
use domain::happenings::Happened;
use domain::ids::{TeamId, UserId};
use domain::limits::TEAMS_PER_USER;
use store::Tx;
use store::tables::people::{self, Person};
use store::tables::{account, account_link, session, turn, user};

use super::{plain_name, whole};
use crate::{Ctx, Failure};

/// How a user is to be.
#[derive(Debug, Clone)]
pub struct SavePerson {
    /// Who.
    pub id: UserId,
    /// What the change was based on.
    pub version: i64,
    /// Name on screen.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Member of exactly these teams.
    pub teams: Vec<TeamId>,
}

/// Why a user is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefused {
    /// There is no name, or it is too long.
    #[error("a user needs a name of at most 200 characters")]
    Name,
    /// There is no such team, or there are too many.
    #[error("there is no such team, or there are too many")]
    Teams,
    /// Nobody would be left who manages users.
    #[error("this is the last administrator who can log in")]
    LastAdministrator,
}

type Refused = Failure<PersonRefused>;

/// Gives a user this name, role and teams. Another role is other rights: their sessions end (X6).
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody else changed the user meanwhile, `Refused`, `Store`.
pub async fn save_person(ctx: &Ctx, save: SavePerson) -> Result<(), Refused> {
    ctx.actor.may(Permission::ManageSettings)?;
    let name = plain_name(&save.name).ok_or(Failure::Refused(PersonRefused::Name))?;
    if save.teams.len() > TEAMS_PER_USER {
        return Err(Failure::Refused(PersonRefused::Teams));
    }
    let (inner, now) = (ctx.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            turn::of_users(tx).await?;
            let known = known(tx, save.id, save.version).await?;
            let teams = account::teams(tx).await?;
            if !save.teams.iter().all(|team| teams.iter().any(|one| one.id == *team)) {
                return Err(Failure::Refused(PersonRefused::Teams));
            }
            if save.role != Role::Administrator {
                another_is_left(tx, &known).await?;
            }
            if !people::save(tx, (save.id, save.version), (&name, save.role), now).await? {
                return Err(Failure::Conflict);
            }
            let before = user::teams_of(tx, save.id).await?;
            user::set_teams(tx, save.id, &save.teams).await?;
            let changed = |team: &&TeamId| before.contains(team) != save.teams.contains(team);
            for team in before.iter().chain(&save.teams).filter(changed) {
                people::touch_team(tx, team).await?;
            }
            if known.role != save.role {
                session::end_all(tx, save.id, inner.installation.wall_clock.now()).await?;
            }
            tx.record(&inner.actor, now, Happened::UserChanged { user: save.id, role: save.role });
            Ok(())
        })
        .await
}

/// The user cannot log in any more: sessions, tokens of the API and links end at once. What they wrote stays theirs.
///
/// # Errors
/// As [`save_person`].
pub async fn disable_person(ctx: &Ctx, id: UserId, version: i64) -> Result<(), Refused> {
    ctx.actor.may(Permission::ManageSettings)?;
    let (inner, now) = (ctx.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            turn::of_users(tx).await?;
            let known = known(tx, id, version).await?;
            another_is_left(tx, &known).await?;
            if !people::disable(tx, (id, version), now).await? {
                return Err(Failure::Conflict);
            }
            let ended_at = inner.installation.wall_clock.now();
            session::end_all(tx, id, ended_at).await?;
            session::revoke_all_tokens(tx, id, ended_at).await?;
            account_link::drop_all(tx, id).await?;
            tx.record(&inner.actor, now, Happened::UserDisabled { user: id });
            Ok(())
        })
        .await
}

/// The user can log in again, with the password that they had.
///
/// # Errors
/// As [`save_person`].
pub async fn enable_person(ctx: &Ctx, id: UserId, version: i64) -> Result<(), Refused> {
    ctx.actor.may(Permission::ManageSettings)?;
    let (inner, now) = (ctx.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            known(tx, id, version).await?;
            if !people::enable(tx, (id, version), now).await? {
                return Err(Failure::Conflict);
            }
            tx.record(&inner.actor, now, Happened::UserEnabled { user: id });
            Ok(())
        })
        .await
}

/// The user as they are, unless somebody changed them since.
async fn known(tx: &mut Tx, id: UserId, version: i64) -> Result<Person, Refused> {
    let known = people::find(tx, id).await?.ok_or(Failure::NotFound)?;
    if known.version == version { Ok(known) } else { Err(Failure::Conflict) }
}

/// Whoever stops being an administrator leaves another one who can log in.
async fn another_is_left(tx: &mut Tx, known: &Person) -> Result<(), Refused> {
    let counts = known.role == Role::Administrator && known.disabled_at.is_none();
    if counts && people::other_administrators(tx, known.id).await? == 0 {
        return Err(Failure::Refused(PersonRefused::LastAdministrator));
    }
    Ok(())
}
