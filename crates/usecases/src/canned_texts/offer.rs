//! The canned texts for one conversation, with their gaps filled: for whoever answers to see before they send.

use domain::access::Permission;
use domain::canned_texts::Filling;
use domain::conversations::Counterpart;
use domain::ids::{CannedTextId, ConversationId};
use store::tables::{account, canned_text, conversation, user};

use crate::conversations::log_view;
use crate::{Ctx, Failure};

/// A text that can be said in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedText {
    /// Which.
    pub id: CannedTextId,
    /// What it is called.
    pub name: String,
    /// What is typed to get it, without the slash.
    pub shortcut: String,
    /// What it says. A gap that nobody can fill stands open.
    pub text: String,
}

/// The texts for a conversation, by name: those of its team and channel, and those for everybody.
///
/// # Errors
/// `NotAllowed` for whoever can neither answer nor write a note, `NotFound`, `Store`.
pub async fn offer_canned_texts(ctx: &Ctx, id: ConversationId) -> Result<Vec<OfferedText>, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    ctx.actor.may(Permission::Reply).or_else(|_| ctx.actor.may(Permission::Note))?;
    let mut reader = ctx.store().read(&ctx.scope());
    let listed = conversation::find_listed(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let resident = match &listed.conversation.counterpart {
        Counterpart::Author(_) => listed.author_name.clone(),
        // A thread has many.
        Counterpart::Thread(_) => None,
    };
    let own = match ctx.actor.user() {
        Some(user) => user::by_id(&mut reader, user).await?.map(|user| user.name),
        None => None,
    };
    let municipality = account::municipality(&mut reader).await?.map(|found| found.name);
    let filling = Filling { resident, own, municipality };
    // The resident's name stands in them.
    log_view(ctx, &format!("conversation:{id}")).await?;
    let team = &listed.conversation.team;
    let found = canned_text::fitting(&mut reader, team, &listed.channel).await?;
    let offered = found.into_iter().map(|kept| OfferedText {
        id: kept.text.id,
        name: kept.text.name,
        shortcut: kept.text.shortcut.to_string(),
        text: filling.fill(&kept.text.text),
    });
    Ok(offered.collect())
}
