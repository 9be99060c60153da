//! Looking for a piece of text in one conversation, the newest messages first.

pub use analysis::search::Plain;
use domain::access::Permission;
use domain::ids::{ConversationId, MessageId};
use domain::limits::{FIND_CHARACTERS, cut};
use store::tables::{conversation, said};

use super::read::{Place, log_view};
use crate::{Ctx, Failure};

/// Messages that are looked at in one question.
const AT_ONCE: u32 = 2_000;
/// Messages that are looked at for one page: the conversations of nearly everybody as a whole.
const LOOKED_AT: usize = 20_000;
/// Messages that are told of.
const TOLD: usize = 500;

/// What was found.
#[derive(Debug, Clone)]
pub struct FoundInConversation {
    /// What was looked for.
    pub sought: Plain,
    /// The messages in which it stands, the newest first; at most five hundred.
    pub messages: Vec<MessageId>,
    /// How many messages were looked at.
    pub looked_at: usize,
    /// Where looking goes on further back; `None` when everything was looked at.
    pub earlier: Option<MessageId>,
}

/// The messages before a place, or the newest, in which somebody said what was typed. What their authors took back says
/// nothing. Nothing that can be typed is an error; what is far too long is cut, and `None` when nothing of it can be seen.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn find_in_conversation(
    ctx: &Ctx,
    id: ConversationId,
    typed: &str,
    before: Option<Place>,
) -> Result<Option<FoundInConversation>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let Some(sought) = Plain::typed(cut(typed, FIND_CHARACTERS)) else { return Ok(None) };
    let mut found = FoundInConversation { sought, messages: Vec::new(), looked_at: 0, earlier: None };
    let mut before = before;
    loop {
        let texts = said::before(&mut reader, id, before, AT_ONCE).await?;
        found.looked_at += texts.len();
        let fits = texts
            .iter()
            .filter(|one| one.text.as_deref().is_some_and(|text| found.sought.is_in(text)));
        let fits: Vec<MessageId> = fits.map(|one| one.id).collect();
        found.messages.extend(fits);
        let Some(last) = texts.last().filter(|_| texts.len() == AT_ONCE as usize) else { break };
        if found.looked_at >= LOOKED_AT || found.messages.len() >= TOLD {
            found.earlier = Some(last.id);
            break;
        }
        before = Some((last.sent_at, last.tie.clone()));
    }
    log_view(ctx, &format!("conversation:{id}")).await?;
    Ok(Some(found))
}
