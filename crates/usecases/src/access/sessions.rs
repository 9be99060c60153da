//! Sessions: looked up at every request, so that what ends, ends at once.

use std::sync::Arc;

use domain::access::{Actor, Device, Scope};
use domain::happenings::Happened;
use domain::ids::SessionId;
use domain::municipality::Municipality;
use domain::time::{plus_seconds, seconds_between};
use jiff::Timestamp;
use store::tables::{account, installation, session, user};
use store::{StoreError, Tx};

use super::hash_of;
use super::proof::own;
use crate::{Ctx, Failure, Installation};

/// Seconds without a request after which a session ends.
const IDLE_SECONDS: i64 = 4 * 3600;
/// Seconds between two notes that a session is in use.
const NOTE_EVERY: i64 = 60;

/// Who is logged in.
#[derive(Debug, Clone)]
pub struct SessionUser {
    /// As an actor, with the role and teams of this moment.
    pub actor: Actor,
    /// The session.
    pub session: SessionId,
    /// Name on screen.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The municipality.
    pub municipality: Municipality,
    /// The second step has to be set up, and nothing else can be done before.
    pub must_enrol: bool,
}

/// Who has this cookie; `None` when nobody (any more).
///
/// # Errors
/// When the store does not answer.
///
/// `used`: whether a person asks. What a page asks for by itself keeps no session alive.
pub async fn authenticate_session(
    installation: &Arc<Installation>,
    token: &str,
    used: bool,
) -> Result<Option<SessionUser>, StoreError> {
    if token.len() != 64 {
        return Ok(None);
    }
    let Some(live) = installation::session(&installation.store, &hash_of(token)).await? else {
        return Ok(None);
    };
    let now = installation.wall_clock.now();
    if is_over(live.last_seen_at, live.expires_at, now) {
        return Ok(None);
    }
    let scope = Scope::whole(live.municipality.clone());
    let mut reader = installation.store.read(&scope);
    let teams = user::teams_of(&mut reader, live.user).await?;
    let Some(municipality) = account::municipality(&mut reader).await? else {
        return Ok(None);
    };
    if used && seconds_between(live.last_seen_at, now) >= NOTE_EVERY {
        let id = live.id;
        let noted = installation
            .store
            .write(&scope, async move |tx: &mut Tx| session::seen(tx, id, now).await);
        match noted.await {
            // On a full disk people go on reading (B4); the session only ends a little earlier.
            Err(error) if !error.is_temporary() => return Err(error),
            _ => (),
        }
    }
    let actor = Actor::User {
        municipality: live.municipality,
        id: live.user,
        role: live.role,
        teams,
    };
    Ok(Some(SessionUser {
        actor,
        session: live.id,
        name: live.name,
        email: live.email,
        municipality,
        must_enrol: live.must_enrol,
    }))
}

/// Whether a session that nobody ended is over: not used for too long, or begun too long ago.
pub(crate) fn is_over(last_seen_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> bool {
    now >= expires_at || seconds_between(last_seen_at, now) >= IDLE_SECONDS
}

/// A session of the actor's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Which.
    pub id: SessionId,
    /// With what it was begun.
    pub device: Device,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_seen_at: Timestamp,
}

/// The actor's sessions that go on, the last used first.
///
/// # Errors
/// `NotFound` for who is no user, `Store`.
pub async fn list_own_sessions(ctx: &Ctx) -> Result<Vec<OwnSession>, Failure> {
    let user = own(ctx)?;
    let now = ctx.installation.wall_clock.now();
    let times = (now, plus_seconds(now, -IDLE_SECONDS));
    let found = session::of_user(&mut ctx.store().read(&ctx.scope()), user, times).await?;
    let own = |one: session::ListedSession| OwnSession {
        id: one.id,
        device: one.device,
        begun_at: one.created_at,
        last_seen_at: one.last_seen_at,
    };
    Ok(found.into_iter().map(own).collect())
}

/// Ends one of the actor's sessions, on whatever device.
///
/// # Errors
/// `NotFound` when it is none of theirs, or over; `Store`.
pub async fn end_own_session(ctx: &Ctx, id: SessionId) -> Result<(), Failure> {
    let user = own(ctx)?;
    let (actor, now) = (ctx.actor.clone(), ctx.installation.wall_clock.now());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if !session::end_of(tx, user, id, now).await? {
                return Err(Failure::NotFound);
            }
            tx.record(&actor, now, Happened::LoggedOut { user, everywhere: false });
            Ok(())
        })
        .await
}

/// Ends all of the actor's sessions but this one.
///
/// # Errors
/// `NotFound` for who is no user, `Store`.
pub async fn end_other_sessions(ctx: &Ctx, this: SessionId) -> Result<(), Failure> {
    let user = own(ctx)?;
    let (actor, now) = (ctx.actor.clone(), ctx.installation.wall_clock.now());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            session::end_others(tx, user, this, now).await?;
            tx.record(&actor, now, Happened::OtherSessionsEnded { user });
            Ok::<_, Failure>(())
        })
        .await
}

/// Ends one session of the actor.
///
/// # Errors
/// When the store does not answer.
pub async fn log_out(ctx: &Ctx, id: SessionId) -> Result<(), StoreError> {
    end(ctx, Some(id)).await
}

/// Ends all sessions of the actor, on every device.
///
/// # Errors
/// When the store does not answer.
pub async fn log_out_everywhere(ctx: &Ctx) -> Result<(), StoreError> {
    end(ctx, None).await
}

async fn end(ctx: &Ctx, id: Option<SessionId>) -> Result<(), StoreError> {
    let Some(user) = ctx.actor.user() else { return Ok(()) };
    let (actor, now) = (ctx.actor.clone(), ctx.installation.wall_clock.now());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            match id {
                Some(id) => session::end(tx, id, now).await?,
                None => session::end_all(tx, user, now).await.map(|_| ())?,
            }
            tx.record(&actor, now, Happened::LoggedOut { user, everywhere: id.is_none() });
            Ok::<_, StoreError>(())
        })
        .await
}
