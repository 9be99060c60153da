//! How a user logs in, looked after by somebody else: a new link, the end of their sessions, a lost second step.

use domain::access::Permission;
use domain::happenings::Happened;
use domain::ids::UserId;
use store::Tx;
use store::tables::people::{self, Person};
use store::tables::{second_factor, session};

use super::whole;
use crate::access::{LinkGiven, LinkPurpose, NewLink};
use crate::{Ctx, Failure};

/// Gives a user a new link to choose a password: an invitation to who has none, else for who lost it. The one before stops
/// working.
///
/// # Errors
/// `NotAllowed`, `NotFound` also for who cannot log in, `Store`.
pub async fn give_link(ctx: &Ctx, id: UserId) -> Result<LinkGiven, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let link = NewLink::new(&ctx.installation);
    let (inner, given, now) = (ctx.clone(), link.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            let known = known(tx, id).await?;
            let purpose = if known.has_password { LinkPurpose::Reset } else { LinkPurpose::Invitation };
            link.give(tx, &inner.installation, id, purpose).await?;
            tx.record(&inner.actor, now, Happened::LinkMade { user: id });
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(given.given())
}

/// Logs a user out everywhere.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn end_sessions_of(ctx: &Ctx, id: UserId) -> Result<(), Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let (actor, now, ended_at) = (ctx.actor.clone(), ctx.now(), ctx.installation.wall_clock.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            people::find(tx, id).await?.ok_or(Failure::NotFound)?;
            session::end_all(tx, id, ended_at).await?;
            tx.record(&actor, now, Happened::LoggedOut { user: id, everywhere: true });
            Ok(())
        })
        .await
}

/// Takes the second step of a user away who lost their app and codes, and logs them out everywhere. Where the municipality
/// asks one of everybody, they set up a new one at the next log-in.
///
/// # Errors
/// `NotAllowed`, `NotFound` also when there is none, `Store`.
pub async fn reset_second_factor(ctx: &Ctx, id: UserId) -> Result<(), Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let (actor, now, ended_at) = (ctx.actor.clone(), ctx.now(), ctx.installation.wall_clock.now());
    let keys = ctx.store().keys().clone();
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            people::find(tx, id).await?.ok_or(Failure::NotFound)?;
            let factor = second_factor::of_user(tx, &keys, id).await?;
            if factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
                return Err(Failure::NotFound);
            }
            second_factor::remove(tx, id).await?;
            session::end_all(tx, id, ended_at).await?;
            people::touch_user(tx, id).await?;
            tx.record(&actor, now, Happened::SecondFactorRemoved { user: id });
            Ok(())
        })
        .await
}

async fn known(tx: &mut Tx, id: UserId) -> Result<Person, Failure> {
    let known = people::find(tx, id).await?.ok_or(Failure::NotFound)?;
    if known.disabled_at.is_none() { Ok(known) } else { Err(Failure::NotFound) }
}
