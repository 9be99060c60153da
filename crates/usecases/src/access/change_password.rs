//! Somebody who is logged in chooses another password.

use domain::access::{ClientAddress, Device};
use domain::happenings::Happened;
use store::Tx;
use store::tables::{account_link, people, user};

use super::log_in::{Begun, begin_anew};
use super::proof::{NotProven, own, password_proven};
use super::{LoggedIn, PasswordRefused, check_new_password, hash_password};
use crate::{Ctx, Failure};

/// What somebody fills in for another password.
pub struct ChangePassword {
    /// The one they have.
    pub current: String,
    /// The one they want.
    pub new: String,
    /// Where it comes from.
    pub from: ClientAddress,
    /// With what.
    pub device: Device,
}

/// A new password that is refused to who is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// The one they have is another one.
    #[error("the current password is wrong")]
    WrongCurrent,
    /// It is the one they have.
    #[error("this is the password already")]
    Same,
    /// It breaks a rule.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// Too many tries: wait.
    #[error("too many tries; try again in {seconds} seconds")]
    Wait {
        /// How long.
        seconds: i64,
    },
}

/// Gives the actor another password. All sessions and links of theirs end, and a new session takes the place of this one
/// (X6). A password that breaks a rule is told before the current one is looked at, so that it costs no try.
///
/// # Errors
/// [`ChangeRefused`]; `NotFound` for who is no user; `Store`.
pub async fn change_password(ctx: &Ctx, change: ChangePassword) -> Result<LoggedIn, Failure<ChangeRefused>> {
    let id = own(ctx)?;
    let now = ctx.installation.wall_clock.now();
    let known = user::by_id(&mut ctx.store().read(&ctx.scope()), id).await?.ok_or(Failure::NotFound)?;
    check_new_password(&change.new, &known.email).map_err(|refused| Failure::Refused(refused.into()))?;
    let proven = password_proven(ctx, (&change.current, change.from), now).await;
    let attempt = proven.map_err(|failure| {
        failure.map(|refused| match refused {
            NotProven::Wrong => ChangeRefused::WrongCurrent,
            NotProven::Wait { seconds } => ChangeRefused::Wait { seconds },
        })
    })?;
    if change.new == change.current {
        return Err(Failure::Refused(ChangeRefused::Same));
    }
    let before = known.password_hash.unwrap_or_default();
    let mut salt = [0_u8; 16];
    ctx.installation.randomness.fill(&mut salt);
    let hashed = hash_password(&change.new, salt).await;
    let hash = hashed.map_err(|refused| Failure::Refused(refused.into()))?;
    let begun = Begun::new(&ctx.installation, id, change.device, now);
    let (new, actor) = (begun.session.clone(), ctx.actor.clone());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            // Since the look somebody may have chosen one with a link, or an administrator may have blocked them.
            if !people::replace_password(tx, id, (&before, &hash), now).await? {
                return Err(Failure::Refused(ChangeRefused::WrongCurrent));
            }
            attempt.succeeded(tx).await?;
            account_link::drop_all(tx, id).await?;
            begin_anew(tx, &new, now).await?;
            tx.record(&actor, now, Happened::PasswordChosen { user: id });
            Ok(())
        })
        .await?;
    Ok(begun.done(ctx.actor.municipality().clone()))
}
