//! Tokens of the API: they act for a user, with that user's rights of the moment, cut down to their scopes.

use std::sync::Arc;

use domain::access::{Actor, Scope, TokenScope};
use domain::happenings::Happened;
use domain::ids::{MunicipalityId, TokenId};
use store::tables::{installation, session, user};
use store::{StoreError, Tx};

use super::hash_of;
use crate::Installation;

/// What every token begins with, so that one that leaks is recognised.
const PREFIX: &str = "ghr_";

/// A token that is to be made.
#[derive(Debug, Clone)]
pub struct CreateToken {
    /// For the user with this e-mail address.
    pub email: String,
    /// Limited to these.
    pub scopes: Vec<TokenScope>,
}

/// A token: this is the only time that its secret is known.
pub struct NewToken {
    /// Its id, for revoking.
    pub id: TokenId,
    /// The secret.
    pub secret: String,
}

/// A token that is not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefused {
    /// There is no such user, or they are disabled.
    #[error("there is no user {0} who can log in")]
    NoSuchUser(String),
    /// No scope was named.
    #[error("a token needs at least one scope: read, write")]
    NoScope,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token, from the command line.
///
/// # Errors
/// [`TokenRefused`].
pub async fn create_token(
    installation: &Arc<Installation>,
    create: CreateToken,
) -> Result<NewToken, TokenRefused> {
    let email = create.email.trim().to_lowercase();
    if create.scopes.is_empty() {
        return Err(TokenRefused::NoScope);
    }
    let known = installation::user_by_email(&installation.store, &email).await?;
    let known = known.ok_or(TokenRefused::NoSuchUser(email))?;
    let (id, now) = (TokenId(installation.ids.next()), installation.wall_clock.now());
    let secret = format!("{PREFIX}{}", installation.new_token());
    let (hash, user) = (hash_of(&secret), known.id);
    let ctx = installation.operator(&known.municipality);
    installation
        .store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            session::add_token(tx, (id, user), &hash, &create.scopes, now).await?;
            tx.record(&ctx.actor, now, Happened::TokenCreated { token: id, user });
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(NewToken { id, secret })
}

/// Ends a token; `false` when there is none that lives.
///
/// # Errors
/// When the store does not answer.
pub async fn revoke_token(
    installation: &Arc<Installation>,
    municipality: &MunicipalityId,
    id: TokenId,
) -> Result<bool, StoreError> {
    let (ctx, now) = (installation.operator(municipality), installation.wall_clock.now());
    installation
        .store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let ended = session::revoke_token(tx, id, now).await?;
            if ended {
                tx.record(&ctx.actor, now, Happened::TokenRevoked { token: id });
            }
            Ok(ended)
        })
        .await
}

/// Who acts with this token; `None` when nobody (any more).
///
/// # Errors
/// When the store does not answer.
pub async fn authenticate_token(
    installation: &Arc<Installation>,
    secret: &str,
) -> Result<Option<Actor>, StoreError> {
    if !secret.starts_with(PREFIX) || secret.len() > 200 {
        return Ok(None);
    }
    let Some(live) = installation::token(&installation.store, &hash_of(secret)).await? else {
        return Ok(None);
    };
    let scope = Scope::whole(live.municipality.clone());
    let teams = user::teams_of(&mut installation.store.read(&scope), live.user).await?;
    Ok(Some(Actor::Token {
        municipality: live.municipality,
        token: live.id,
        user: live.user,
        role: live.role,
        teams,
        scopes: live.scopes,
    }))
}
