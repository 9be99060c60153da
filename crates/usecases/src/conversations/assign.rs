//! Who owns a conversation: at most one person (M72).

use domain::access::Permission;
use domain::conversations::IllegalTransition;
use domain::happenings::Happened;
use domain::ids::{ConversationId, UserId};
use store::Tx;
use store::tables::{conversation, user};

use crate::{Ctx, Failure};

/// A change of owner.
#[derive(Debug, Clone)]
pub struct Assign {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// To whom; `None` gives it back to the team.
    pub assignee: Option<UserId>,
    /// The version that the actor looked at; `None` when the client does not say.
    pub version: Option<i64>,
}

/// Gives a conversation to somebody, or back to the team.
///
/// # Errors
/// `NotAllowed`, `NotFound` also when the assignee is no member of the conversation's team, `Conflict`, `Refused` when
/// it is closed, `Store`.
pub async fn assign_conversation(ctx: &Ctx, assign: Assign) -> Result<(), Failure<IllegalTransition>> {
    let own = assign.assignee.is_none() || assign.assignee == ctx.actor.user();
    ctx.actor.may(if own { Permission::Claim } else { Permission::Assign })?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if ctx.was_done(tx).await? {
                return Ok(());
            }
            let mut found = conversation::find(tx, assign.conversation).await?.ok_or(Failure::NotFound)?;
            if assign.version.is_some_and(|version| version != found.version) {
                return Err(Failure::Conflict);
            }
            // Giving back what a colleague holds is taking it from them.
            if assign.assignee.is_none() && found.assignee.is_some() && found.assignee != ctx.actor.user() {
                ctx.actor.may(Permission::Assign)?;
            }
            if let Some(assignee) = assign.assignee
                && !user::members(tx, &found.team).await?.iter().any(|one| one.id == assignee && can_own(one))
            {
                return Err(Failure::NotFound);
            }
            if found.assignee == assign.assignee {
                return Ok(());
            }
            found.assign(assign.assignee).map_err(Failure::Refused)?;
            conversation::save(tx, &found).await?;
            let happened = Happened::Assigned { conversation: found.id, assignee: assign.assignee };
            tx.record(&ctx.actor, ctx.now(), happened);
            Ok(())
        })
        .await
}

/// Who may not answer cannot own a conversation: it would wait for nobody.
fn can_own(member: &user::User) -> bool {
    member.role.may(Permission::Reply)
}

/// The members of a conversation's team, to whom it can be given: id and name, by name.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn list_colleagues(ctx: &Ctx, id: ConversationId) -> Result<Vec<(UserId, String)>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let found = conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let members = user::members(&mut reader, &found.team).await?;
    Ok(members.into_iter().filter(can_own).map(|member| (member.id, member.name)).collect())
}
