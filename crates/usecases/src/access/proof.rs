//! What somebody who is logged in shows before their log-in is changed: whoever finds a session open must not take it over.

use domain::access::{Actor, ClientAddress};
use domain::ids::UserId;
use jiff::Timestamp;
use store::tables::user;

use super::{LogInRefused, brake};
use crate::{Ctx, Failure};

/// The password was not shown.
pub(super) enum NotProven {
    /// It is another one.
    Wrong,
    /// Too many tries: wait.
    Wait {
        /// How long.
        seconds: i64,
    },
}

/// The user of a session; a token has no log-in to look after.
pub(super) fn own<R>(ctx: &Ctx) -> Result<UserId, Failure<R>> {
    match &ctx.actor {
        Actor::User { id, .. } => Ok(*id),
        _ => Err(Failure::NotFound),
    }
}

/// The try, once the password of the actor is right. Each counts, wherever it comes from.
pub(super) async fn password_proven(
    ctx: &Ctx,
    (password, from): (&str, ClientAddress),
    now: Timestamp,
) -> Result<brake::Attempt, Failure<NotProven>> {
    let id = own(ctx)?;
    let known = user::by_id(&mut ctx.store().read(&ctx.scope()), id).await?.ok_or(Failure::NotFound)?;
    let attempt = brake::count_code(&ctx.installation, (&known.email, id), from, now).await;
    let attempt = attempt.map_err(|refused| match refused {
        LogInRefused::Wait { seconds } => Failure::Refused(NotProven::Wait { seconds }),
        LogInRefused::Store(error) => Failure::Store(error),
        _ => Failure::Refused(NotProven::Wrong),
    })?;
    if !super::password::fits(password, known.password_hash.as_deref()).await {
        return Err(Failure::Refused(NotProven::Wrong));
    }
    Ok(attempt)
}
