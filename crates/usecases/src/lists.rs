//! Lists that people save under a name: their own, and those of their teams.

use domain::access::{Actor, Permission};
use domain::happenings::Happened;
use domain::ids::{SavedListId, UserId};
use domain::lists::{LISTS_OF_ONE, ListQuery, Whose, list_name};
use store::tables::saved_list;
pub use store::tables::saved_list::SavedList;
use store::{Reads, StoreError, Tx};

use crate::{Ctx, Failure};

/// A list that is to be saved.
#[derive(Debug, Clone)]
pub struct SaveList {
    /// What it is called.
    pub name: String,
    /// Who sees it.
    pub whose: Whose,
    /// What it shows.
    pub query: ListQuery,
}

/// Up or down among the lists of the same user or team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Way {
    Up,
    Down,
}

/// A list that is not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListRefused {
    /// The name is empty, too long, or cannot be shown.
    #[error("the name is empty or too long")]
    Name,
    /// There is one of this name.
    #[error("there is a list of this name")]
    NameTaken,
    /// There are as many as there can be.
    #[error("there are {max} lists already", max = LISTS_OF_ONE)]
    TooMany,
}

/// The lists that the actor sees: their own, then those of their teams.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_saved(ctx: &Ctx) -> Result<Vec<SavedList>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let Some(user) = ctx.actor.user() else { return Ok(Vec::new()) };
    Ok(saved_list::seen_by(&mut ctx.store().read(&ctx.scope()), user).await?)
}

/// Whether the actor may change a list: their own, and those of their teams when they may assign work there.
#[must_use]
pub fn may_change(ctx: &Ctx, list: &SavedList) -> bool {
    list.team.is_none() || ctx.actor.may(Permission::Assign).is_ok()
}

/// Saves a list.
///
/// # Errors
/// `NotAllowed`, also for a list of a team by who may not assign work; `NotFound` for a team of others; `Refused`; `Store`.
pub async fn save_list(ctx: &Ctx, save: SaveList) -> Result<SavedListId, Failure<ListRefused>> {
    let user = person(ctx)?;
    let name = list_name(&save.name).ok_or(Failure::Refused(ListRefused::Name))?;
    if let Whose::Team(team) = &save.whose {
        ctx.actor.may(Permission::Assign)?;
        if !ctx.scope().sees(team) {
            return Err(Failure::NotFound);
        }
    }
    let new = SavedList {
        id: SavedListId(ctx.installation.ids.next()),
        user: matches!(save.whose, Whose::Mine).then_some(user),
        team: match save.whose {
            Whose::Mine => None,
            Whose::Team(team) => Some(team),
        },
        name,
        query: save.query.plain(),
        place: 0,
        version: 1,
    };
    let (actor, now) = (ctx.actor.clone(), ctx.now());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let beside = beside(tx, user, &new).await?;
            if beside.len() >= LISTS_OF_ONE {
                return Err(Failure::Refused(ListRefused::TooMany));
            }
            is_free(&beside, &new)?;
            let place = beside.last().map_or(0, |last| last.place + 1);
            let new = SavedList { place, ..new.clone() };
            saved_list::add(tx, &new, now).await?;
            record(tx, &actor, &new, now);
            Ok(new.id)
        })
        .await
}

/// Gives a list another name.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody changed it since `version`, `Refused`, `Store`.
pub async fn rename_list(
    ctx: &Ctx,
    (id, version): (SavedListId, i64),
    name: &str,
) -> Result<(), Failure<ListRefused>> {
    let user = person(ctx)?;
    let name = list_name(name).ok_or(Failure::Refused(ListRefused::Name))?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let known = changeable(tx, &ctx, user, id).await?;
            let renamed = SavedList { name: name.clone(), version, ..known };
            is_free(&beside(tx, user, &renamed).await?, &renamed)?;
            put(tx, &ctx, &renamed).await
        })
        .await
}

/// Moves a list one place up or down. Where it stands at the end already, it stays.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody changed it since `version`, `Store`.
pub async fn move_list(
    ctx: &Ctx,
    (id, version): (SavedListId, i64),
    way: Way,
) -> Result<(), Failure<ListRefused>> {
    let user = person(ctx)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let known = changeable(tx, &ctx, user, id).await?;
            if known.version != version {
                return Err(Failure::Conflict);
            }
            let beside = beside(tx, user, &known).await?;
            let at = beside.iter().position(|one| one.id == id).ok_or(Failure::NotFound)?;
            let other = match way {
                Way::Up => at.checked_sub(1),
                Way::Down => Some(at + 1),
            };
            let Some(other) = other.and_then(|other| beside.get(other)) else { return Ok(()) };
            put(tx, &ctx, &SavedList { place: other.place, ..known.clone() }).await?;
            put(tx, &ctx, &SavedList { place: known.place, ..other.clone() }).await
        })
        .await
}

/// Removes a list. The conversations in it stay what they are.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody changed it since `version`, `Store`.
pub async fn remove_list(ctx: &Ctx, (id, version): (SavedListId, i64)) -> Result<(), Failure<ListRefused>> {
    let user = person(ctx)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let known = SavedList { version, ..changeable(tx, &ctx, user, id).await? };
            if !saved_list::remove(tx, &known).await? {
                return Err(Failure::Conflict);
            }
            record(tx, &ctx.actor, &known, ctx.now());
            Ok(())
        })
        .await
}

/// Only people have lists.
fn person(ctx: &Ctx) -> Result<UserId, Failure<ListRefused>> {
    ctx.actor.may(Permission::ReadConversations)?;
    match (&ctx.actor, ctx.actor.user()) {
        (Actor::User { .. }, Some(user)) => Ok(user),
        _ => Err(Failure::NotFound),
    }
}

async fn changeable(
    tx: &mut Tx,
    ctx: &Ctx,
    user: UserId,
    id: SavedListId,
) -> Result<SavedList, Failure<ListRefused>> {
    let known = saved_list::find(tx, user, id).await?.ok_or(Failure::NotFound)?;
    if known.team.is_some() {
        ctx.actor.may(Permission::Assign)?;
    }
    Ok(known)
}

/// The lists of the same user or team, in their order.
async fn beside(from: &mut impl Reads, user: UserId, list: &SavedList) -> Result<Vec<SavedList>, StoreError> {
    let mut all = saved_list::seen_by(from, user).await?;
    all.retain(|one| one.user == list.user && one.team == list.team);
    Ok(all)
}

/// Two of one name could not be told apart.
fn is_free(beside: &[SavedList], list: &SavedList) -> Result<(), Failure<ListRefused>> {
    let taken = |one: &SavedList| one.id != list.id && one.name.to_lowercase() == list.name.to_lowercase();
    if beside.iter().any(taken) {
        Err(Failure::Refused(ListRefused::NameTaken))
    } else {
        Ok(())
    }
}

async fn put(tx: &mut Tx, ctx: &Ctx, list: &SavedList) -> Result<(), Failure<ListRefused>> {
    if !saved_list::save(tx, list, ctx.now()).await? {
        return Err(Failure::Conflict);
    }
    record(tx, &ctx.actor, list, ctx.now());
    Ok(())
}

/// What a team sees is of interest to others; what one keeps for oneself is not.
fn record(tx: &mut Tx, actor: &Actor, list: &SavedList, now: jiff::Timestamp) {
    if let Some(team) = &list.team {
        tx.record(actor, now, Happened::TeamListChanged { team: team.clone() });
    }
}
