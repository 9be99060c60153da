//! Removing a channel account that nobody ever wrote to.

use domain::access::Permission;
use domain::happenings::Happened;
use domain::ids::ChannelAccountId;
use store::Tx;
use store::tables::account;

use super::health::whole;
use crate::{Ctx, Failure};

/// Why an account stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RemoveRefused {
    /// Its conversations are the municipality's, and without the account nobody could tell where they were held.
    #[error("it has conversations")]
    HasConversations,
}

/// Removes an account with its secrets and what is known of its health.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Refused` while it has conversations, `Store`.
pub async fn remove_account(ctx: &Ctx, id: ChannelAccountId) -> Result<(), Failure<RemoveRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            account::find(tx, &id).await?.ok_or(Failure::NotFound)?;
            if !account::remove_account(tx, &id).await? {
                return Err(Failure::Refused(RemoveRefused::HasConversations));
            }
            let what = "channel_account_removed".to_owned();
            tx.record(&ctx.actor, ctx.now(), Happened::ConfigurationChanged { what, id: id.to_string() });
            Ok(())
        })
        .await
}
