//! Reading how a municipality looks.

use std::sync::Arc;

use domain::access::{Permission, Scope};
use domain::look::{LogoRef, Look, host_name};
use domain::municipality::Municipality;
use store::StoreError;
use store::tables::{account, look};

pub use store::tables::look::Front;

use crate::{Ctx, Failure, Installation};

/// How a municipality looks, with what can be changed.
#[derive(Debug, Clone)]
pub struct LookDetails {
    /// Its name and hosts.
    pub municipality: Municipality,
    /// Colour and logo.
    pub look: Look,
    /// What a change says it was based on.
    pub version: i64,
}

/// The municipality whose pages stand at a host; where there is only one, its pages stand everywhere.
///
/// # Errors
/// When the store does not answer.
pub async fn front_of_host(
    here: &Arc<Installation>,
    host: Option<&str>,
) -> Result<Option<Front>, StoreError> {
    if let Some(host) = host.and_then(host_name)
        && let Some(front) = look::of_host(&here.store, &host).await?
    {
        return Ok(Some(front));
    }
    look::only_one(&here.store).await
}

/// How the municipality of somebody's session looks.
///
/// # Errors
/// When the store does not answer.
pub async fn look_of(ctx: &Ctx) -> Result<Look, StoreError> {
    let (look, _) = look::look(&mut ctx.store().read(&whole(ctx))).await?;
    Ok(look)
}

/// How the municipality looks, for who may change it.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn read_look(ctx: &Ctx) -> Result<LookDetails, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let mut reader = ctx.store().read(&whole(ctx));
    let municipality = account::municipality(&mut reader).await?.ok_or(Failure::NotFound)?;
    let (look, version) = look::look(&mut reader).await?;
    Ok(LookDetails { municipality, look, version })
}

/// The bytes of a logo.
///
/// # Errors
/// When the store does not answer.
pub async fn logo_content(here: &Arc<Installation>, name: &LogoRef) -> Result<Option<Vec<u8>>, StoreError> {
    look::logo_content(&here.store, name).await
}

/// Everything of the municipality: how it looks belongs to no team.
pub(super) fn whole(ctx: &Ctx) -> Scope {
    Scope::whole(ctx.actor.municipality().clone())
}
