//! The templates of an account: read from the platform every hour and whenever it says that they changed, listed for who
//! is about to choose one.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::{Permission, Scope};
use domain::channels::Capabilities;
use domain::ids::{ChannelAccountId, ConversationId};
use domain::messages::Charge;
use domain::municipality::ChannelAccount;
use domain::templates::{TEMPLATES_PER_ACCOUNT, Template, TemplateCategory};
use store::tables::account;
use store::tables::conversation;
use store::tables::template::{self, Reading};
use store::{StoreError, Tx};

use crate::ingest::{Door, resolve_door};
use crate::{Ctx, Failure, Installation};

/// Seconds for which a reading is the worker's; every page that is kept begins them anew.
const TURN_SECONDS: u32 = 120;
/// Seconds between two readings of a list.
const EVERY_SECONDS: u32 = 3600;
/// Seconds until a reading that failed is tried again.
const AGAIN_SECONDS: u32 = 300;

/// The templates of an account with when they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplatesView {
    /// By name and language, those that cannot be sent now included.
    pub templates: Vec<Template>,
    /// When the list was read.
    pub reading: Reading,
    /// What a message is charged as, by the category of its template; empty where messages cost nothing.
    pub charges: BTreeMap<&'static str, Charge>,
}

/// The templates of an account of one of the actor's teams.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn list_templates(ctx: &Ctx, id: &ChannelAccountId) -> Result<TemplatesView, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let found = account::find(&mut reader, id)
        .await?
        .filter(|found| ctx.scope().sees(&found.account.team));
    view(ctx, &mut reader, &found.ok_or(Failure::NotFound)?.account).await
}

/// The templates that a conversation can be answered with.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn list_templates_for(ctx: &Ctx, id: ConversationId) -> Result<TemplatesView, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let found = conversation::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let account = account::find(&mut reader, &found.channel_account).await?.ok_or(Failure::NotFound)?;
    view(ctx, &mut reader, &account.account).await
}

async fn view(
    ctx: &Ctx,
    reader: &mut store::Reader<'_>,
    account: &ChannelAccount,
) -> Result<TemplatesView, Failure> {
    let templates = template::of_account(reader, &account.id).await?;
    let reading = template::reading(reader, &account.id).await?;
    let connector = ctx.installation.connector(&account.channel);
    let charge = |category: TemplateCategory| {
        let charge = connector?.charge(Some(category), &account.settings)?;
        Some((category.as_str(), charge))
    };
    let charges = templates.iter().filter_map(|one| charge(one.category)).collect();
    Ok(TemplatesView { templates, reading, charges })
}

/// Has the list of an account read again as soon as possible.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn read_templates_again(ctx: &Ctx, id: &ChannelAccountId) -> Result<(), Failure> {
    ctx.actor.may(Permission::Reply)?;
    let (ctx, id) = (ctx.clone(), id.clone());
    let store = ctx.store().clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let found = account::find(tx, &id).await?;
            let found = found.filter(|found| ctx.scope().sees(&found.account.team));
            found.ok_or(Failure::NotFound)?;
            template::make_due(tx, &id).await?;
            Ok::<_, Failure>(())
        })
        .await
}

/// Whether a channel knows templates at all.
#[must_use]
pub fn has_templates(capabilities: &Capabilities) -> bool {
    capabilities.can_send(domain::channels::SendKind::Template)
}

/// A list that is being read; pages are kept under the round's name, and the rest is forgotten at its end.
#[derive(Clone)]
pub struct TemplateTurn {
    /// The account with its live secrets.
    pub door: Arc<Door>,
    round: String,
}

/// How reading a list ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingEnd {
    /// All of it was read.
    Whole,
    /// There is nothing to ask: the channel has no templates, or the account's settings do not say where they are.
    NotAsked,
    /// Another reading has begun meanwhile.
    TakenOver,
    /// It could not be read, for this reason.
    Failed(String),
}

/// Takes the accounts whose list is due, over all municipalities. For the worker.
///
/// # Errors
/// When the store does not answer.
pub async fn take_due_readings(installation: &Installation) -> Result<Vec<TemplateTurn>, StoreError> {
    let round = installation.ids.next().to_string();
    let name = round.clone();
    let due = installation
        .store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            template::claim(tx, TURN_SECONDS, &name).await
        })
        .await?;
    let mut turns = Vec::new();
    for (_, account) in due {
        let door = resolve_door(installation, &account).await?;
        turns.extend(door.map(|door| TemplateTurn { door, round: round.clone() }));
    }
    Ok(turns)
}

/// Keeps a page of a list; `false` when another reading has begun meanwhile, and then nothing is kept.
///
/// # Errors
/// When the store does not answer.
pub async fn keep_page(
    installation: &Installation,
    turn: &TemplateTurn,
    templates: Vec<Template>,
) -> Result<bool, StoreError> {
    let (turn, scope) = (turn.clone(), turn.scope());
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            if !template::renew(tx, turn.id(), &turn.round, TURN_SECONDS).await? {
                return Ok::<_, StoreError>(false);
            }
            let page = templates.get(..templates.len().min(TEMPLATES_PER_ACCOUNT)).unwrap_or_default();
            template::keep(tx, turn.id(), page, &turn.round).await?;
            Ok(true)
        })
        .await
}

/// A reading has ended: in an hour again, or sooner. Only a list that was read whole replaces what was known.
///
/// # Errors
/// When the store does not answer.
pub async fn end_reading(
    installation: &Installation,
    turn: &TemplateTurn,
    end: ReadingEnd,
) -> Result<(), StoreError> {
    let (turn, scope, now) = (turn.clone(), turn.scope(), installation.now());
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            if !template::renew(tx, turn.id(), &turn.round, TURN_SECONDS).await? {
                return Ok(());
            }
            match &end {
                ReadingEnd::Whole => {
                    template::drop_others(tx, turn.id(), &turn.round).await?;
                    template::ended(tx, turn.id(), EVERY_SECONDS, None, Some(now)).await
                }
                ReadingEnd::NotAsked => template::ended(tx, turn.id(), EVERY_SECONDS, None, None).await,
                ReadingEnd::TakenOver => Ok(()),
                ReadingEnd::Failed(why) => {
                    template::ended(tx, turn.id(), AGAIN_SECONDS, Some(why), None).await
                }
            }
        })
        .await
}

impl TemplateTurn {
    fn id(&self) -> &ChannelAccountId {
        &self.door.account.account.id
    }

    fn scope(&self) -> Scope {
        Scope::whole(self.door.account.account.municipality.clone())
    }
}
