//! Saying that one looks at a conversation, writes in it, or has left it.

use std::sync::PoisonError;
use std::time::Duration;

use domain::access::{Actor, Permission};
use domain::ids::{ConversationId, UserId};
use domain::presence::{Doing, REPEAT_SECONDS};
use store::tables::{conversation, presence};
use store::{StoreError, Tx};
use tokio::time::Instant;

use super::Hub;
use crate::{Ctx, Failure};

/// Within this time a change is not written down either: somebody who begins and stops all the time.
const CHANGE: Duration = Duration::from_secs(1);
/// So many are remembered before those who said nothing lately are forgotten.
const REMEMBERED: usize = 1000;

/// Says what the actor does in a conversation; `None` when they left it. Colleagues who see the conversation are told
/// within a second. Said again, it is written down once in ten seconds.
///
/// Only a person looks: for a token of the API or a part of Gehoor nothing happens.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn show_presence(ctx: &Ctx, id: ConversationId, doing: Option<Doing>) -> Result<(), Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let Actor::User { id: user, .. } = ctx.actor else { return Ok(()) };
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let hub = ctx.installation.live();
    if !hub.is_new(id, user, doing) {
        return Ok(());
    }
    let act = async move |tx: &mut Tx| match doing {
        Some(doing) => presence::put(tx, id, user, doing).await,
        None => presence::remove(tx, id, user).await,
    };
    let written: Result<(), StoreError> = ctx.store().write(&ctx.scope(), act).await;
    if let Err(error) = written {
        hub.forget(id, user);
        return Err(error.into());
    }
    hub.presence_changed();
    Ok(())
}

impl Hub {
    /// Whether this is to be written down; then it counts as written.
    fn is_new(&self, id: ConversationId, user: UserId, doing: Option<Doing>) -> bool {
        let mut said = self.shared.said.lock().unwrap_or_else(PoisonError::into_inner);
        let repeat = Duration::from_secs(u64::from(REPEAT_SECONDS));
        if said.len() > REMEMBERED {
            said.retain(|_, (_, at)| at.elapsed() < repeat);
        }
        let Some(doing) = doing else {
            said.remove(&(id, user));
            return true;
        };
        let known = said.get(&(id, user));
        let is_new =
            known.is_none_or(|(before, at)| at.elapsed() >= if *before == doing { repeat } else { CHANGE });
        if is_new {
            said.insert((id, user), (doing, Instant::now()));
        }
        is_new
    }

    fn forget(&self, id: ConversationId, user: UserId) {
        let mut said = self.shared.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.remove(&(id, user));
    }
}
