//! What just happened, told to everybody who has a page open and may know of it.
//!
//! A node has one [`Hub`]. While somebody looks, one task (`tail`) reads the journals on, for all pages at once: woken by
//! each commit of this node, and by a short pause, since other nodes and commands write too. What it reads stands in a
//! bounded ring per municipality. A page has a [`Following`]: a place in the journal and nothing else, so that somebody
//! who reads slowly costs no memory. Whoever is behind the ring reads on from the journal; whoever is too far behind, or
//! names a place that cannot be, is told to look anew.
//!
//! Told are ids and facts, never a text: the page fetches what it shows, and is checked again there. What concerns a
//! conversation is told to who sees its team ([`Entry`]); what concerns none is not told. Every few seconds, and at once
//! when the journal says that something about users changed, all open sessions are looked at in one question (`sessions`).
//!
//! Who is in a conversation ([`show_presence`]) goes the same way, but stands in no journal.
//!
//! To tell of one more kind of thing: nothing, when it names a conversation ([`domain::happenings::Happened::conversation`]).
//! What moves a conversation to another team tells the team that it goes to; the one that it comes from has to be told
//! by an entry of its own.

mod board;
mod entry;
mod following;
mod hub;
mod place;
mod presence;
mod present;
mod sessions;
mod tail;

use std::sync::Arc;

use domain::access::{Actor, Permission};
use domain::ids::{ConversationId, SessionId};
use store::StoreError;
use store::tables::journal;

pub use entry::Entry;
pub use following::Following;
pub use hub::{Hub, Pace, TooMany, Viewer};
pub use place::{After, Place};
pub use presence::show_presence;
pub use present::Person;

use crate::{Ctx, Failure};

/// What a page is told.
#[derive(Debug, Clone)]
pub enum LiveEvent {
    /// Something happened in a conversation that the viewer sees.
    Happened(Arc<Entry>),
    /// What lies between cannot be told any more, or the viewer sees other conversations now: look anew. What happens
    /// after `position` is told.
    Refresh {
        /// From here on it is told.
        position: i64,
    },
    /// Who else is in a conversation now.
    Present {
        /// Which.
        conversation: ConversationId,
        /// Who, without the viewer; nobody when it is empty.
        people: Vec<Person>,
    },
    /// Everything that the viewer may know of is told up to here: once after the beginning, and as a sign of life.
    Beat {
        /// The place in the journal.
        position: i64,
    },
    /// The session is over. Nothing follows.
    LoggedOut,
}

/// Follows what happens in the conversations that the actor sees, in one session of theirs.
///
/// # Errors
/// `NotAllowed`; `Refused` when the user or the node has as many as there can be; `NotFound` for who is no person;
/// `Store`.
pub async fn follow(ctx: &Ctx, session: SessionId, after: After) -> Result<Following, Failure<TooMany>> {
    ctx.actor.may(Permission::ReadConversations)?;
    let Actor::User { municipality, id, .. } = &ctx.actor else {
        return Err(Failure::NotFound);
    };
    let viewer = Viewer {
        municipality: municipality.clone(),
        user: *id,
        session,
        scope: ctx.scope(),
    };
    ctx.installation.live().follow(viewer, after).await
}

/// The place in the journal that a page stands in when it is made: asked before anything else is read for it, so that what
/// happens meanwhile is told.
///
/// # Errors
/// When the store does not answer.
pub async fn place(ctx: &Ctx) -> Result<Place, StoreError> {
    let scope = ctx.scope();
    let position = journal::head(&mut ctx.store().read(&scope)).await?;
    Ok(Place { municipality: scope.municipality().clone(), position })
}
