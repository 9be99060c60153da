//! Inviting somebody: they choose a password themselves, with a link.

use domain::access::{Permission, Role};
use domain::happenings::Happened;
use domain::ids::{TeamId, UserId};
use domain::limits::TEAMS_PER_USER;
use store::Tx;
use store::tables::{account, installation, people, user};

use super::{plain_name, whole};
use crate::access::{LinkGiven, LinkPurpose, NewLink};
use crate::{Ctx, Failure};

/// Somebody who is to be invited.
#[derive(Debug, Clone)]
pub struct InvitePerson {
    /// E-mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Member of these teams.
    pub teams: Vec<TeamId>,
}

/// Why somebody is not invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefused {
    /// There is no name, or it is too long.
    #[error("a user needs a name of at most 200 characters")]
    Name,
    /// This is no address that mail can be sent to.
    #[error("this is no e-mail address")]
    Email,
    /// Somebody of this municipality has it.
    #[error("there is a user with this address")]
    Known(UserId),
    /// It cannot be used here; why is not said, for it may be a matter of others.
    #[error("this address cannot be used here")]
    Unusable,
    /// There is no such team, or there are too many.
    #[error("there is no such team, or there are too many")]
    Teams,
}

/// Adds a user without a password and gives them a link to choose one, which works for a week.
///
/// # Errors
/// `NotAllowed`, `Refused`, `Store`.
pub async fn invite_person(
    ctx: &Ctx,
    invite: InvitePerson,
) -> Result<(UserId, LinkGiven), Failure<InviteRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let refuse = |refused| Err(Failure::Refused(refused));
    let Some(name) = plain_name(&invite.name) else { return refuse(InviteRefused::Name) };
    let email = invite.email.trim().to_lowercase();
    if !is_email(&email) {
        return refuse(InviteRefused::Email);
    }
    let known = account::teams(&mut ctx.store().read(&whole(ctx))).await?;
    if invite.teams.len() > TEAMS_PER_USER
        || !invite.teams.iter().all(|team| known.iter().any(|one| one.id == *team))
    {
        return refuse(InviteRefused::Teams);
    }
    let (id, link, now) = (UserId(ctx.installation.ids.next()), NewLink::new(&ctx.installation), ctx.now());
    // SQLite and PostgreSQL both look at the address in the whole installation; only our own is said to be known.
    let owner = installation::owner_of_email(ctx.store(), &email).await?;
    if owner.is_some_and(|owner| owner != *ctx.actor.municipality()) {
        return refuse(InviteRefused::Unusable);
    }
    let (inner, given) = (ctx.clone(), link.clone());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            let new = ((id, email.as_str()), (name.as_str(), invite.role));
            if !people::invite(tx, new.0, new.1, now).await? {
                let own = user::by_email(tx, &email).await?;
                let refused = own.map_or(InviteRefused::Unusable, |own| InviteRefused::Known(own.id));
                return Err(Failure::Refused(refused));
            }
            user::set_teams(tx, id, &invite.teams).await?;
            for team in &invite.teams {
                people::touch_team(tx, team).await?;
            }
            link.give(tx, &inner.installation, id, LinkPurpose::Invitation).await?;
            tx.record(&inner.actor, now, Happened::UserChanged { user: id, role: invite.role });
            tx.record(&inner.actor, now, Happened::LinkMade { user: id });
            Ok(())
        })
        .await?;
    Ok((id, given.given()))
}

/// Whether mail can be sent there: one `@` with something plain on both sides.
fn is_email(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c))
    };
    let parts: Vec<&str> = text.split('@').collect();
    text.len() <= 254
        && matches!(parts.as_slice(), [local, host] if plain(local) && plain(host) && host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_has_one_place_for_the_letters() {
        for good in ["noor@zwanendam.example", "n.bakker+webcare@kcc.zwanendam.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "noor",
            "noor@",
            "@zwanendam.example",
            "a@b@c.example",
            "noor bakker@zwanendam.example",
            "noor@intranet",
            "a@b.example\r\nbcc: c@d.example",
            "<noor@zwanendam.example>",
            "a@b.example,c@d.example",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
