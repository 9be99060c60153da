//! The list of canned texts and changes to it. Each change says what it was based on: of two at once the second is a
//! conflict.

use domain::canned_texts::{CannedText, CannedTextFault, Shortcut, checked_text};
use domain::channels::ChannelName;
use domain::happenings::Happened;
use domain::ids::{CannedTextId, TeamId};
use domain::limits::CANNED_TEXTS;
use domain::municipality::Team;
use store::Tx;
use store::tables::account;
use store::tables::canned_text::{self, KeptText};

use super::{Reach, whole};
use crate::people::plain_name;
use crate::{Ctx, Failure};

/// How a text is to be, as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveText {
    /// What it is called.
    pub name: String,
    /// What is typed to get it, with or without the slash.
    pub shortcut: String,
    /// What it says, with its gaps.
    pub text: String,
    /// The team that it is for; `None` is for all.
    pub team: Option<TeamId>,
    /// The channel that it is for; `None` is for all.
    pub channel: Option<String>,
}

/// The texts that the actor may change, by name.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_canned_texts(ctx: &Ctx) -> Result<Vec<KeptText>, Failure> {
    let reach = Reach::of(ctx)?;
    let found = canned_text::all(&mut ctx.store().read(&whole(ctx))).await?;
    Ok(found.into_iter().filter(|kept| reach.covers(kept.text.team.as_ref())).collect())
}

/// The teams whose texts the actor may change, by id.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_teams_for_texts(ctx: &Ctx) -> Result<Vec<Team>, Failure> {
    let reach = Reach::of(ctx)?;
    let found = account::teams(&mut ctx.store().read(&whole(ctx))).await?;
    Ok(found.into_iter().filter(|team| reach.covers(Some(&team.id))).collect())
}

/// One text.
///
/// # Errors
/// `NotAllowed`, `NotFound` also for one of another team, `Store`.
pub async fn read_canned_text(ctx: &Ctx, id: CannedTextId) -> Result<KeptText, Failure> {
    let reach = Reach::of(ctx)?;
    let found = canned_text::find(&mut ctx.store().read(&whole(ctx)), id).await?;
    found.filter(|kept| reach.covers(kept.text.team.as_ref())).ok_or(Failure::NotFound)
}

/// Adds a text.
///
/// # Errors
/// `NotAllowed`, `Refused`, `Store`.
pub async fn add_canned_text(ctx: &Ctx, save: SaveText) -> Result<CannedTextId, Failure<CannedTextFault>> {
    let reach = Reach::of(ctx)?;
    let id = CannedTextId(ctx.installation.ids.next());
    let text = checked(ctx, id, &save).map_err(Failure::Refused)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            check_place(tx, &reach, &text).await?;
            let there = usize::try_from(canned_text::how_many(tx).await?).unwrap_or(usize::MAX);
            if there >= CANNED_TEXTS {
                return Err(Failure::Refused(CannedTextFault::TooMany(CANNED_TEXTS)));
            }
            if !canned_text::add(tx, &text, ctx.now()).await? {
                return Err(Failure::Conflict);
            }
            tx.record(&ctx.actor, ctx.now(), changed(&text));
            Ok(id)
        })
        .await
}

/// Changes a text.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody else changed it meanwhile, `Refused`, `Store`.
pub async fn save_canned_text(
    ctx: &Ctx,
    (id, version): (CannedTextId, i64),
    save: SaveText,
) -> Result<(), Failure<CannedTextFault>> {
    let reach = Reach::of(ctx)?;
    let text = checked(ctx, id, &save).map_err(Failure::Refused)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            let known = canned_text::find(tx, id).await?;
            known.filter(|kept| reach.covers(kept.text.team.as_ref())).ok_or(Failure::NotFound)?;
            check_place(tx, &reach, &text).await?;
            if !canned_text::save(tx, &text, version, ctx.now()).await? {
                return Err(Failure::Conflict);
            }
            tx.record(&ctx.actor, ctx.now(), changed(&text));
            Ok(())
        })
        .await
}

/// Removes a text. What was sent with it stays as it was sent.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Conflict` when somebody else changed it meanwhile, `Store`.
pub async fn remove_canned_text(ctx: &Ctx, id: CannedTextId, version: i64) -> Result<(), Failure> {
    let reach = Reach::of(ctx)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            let known = canned_text::find(tx, id).await?;
            let known =
                known.filter(|kept| reach.covers(kept.text.team.as_ref())).ok_or(Failure::NotFound)?;
            if !canned_text::remove(tx, id, version).await? {
                return Err(Failure::Conflict);
            }
            tx.record(&ctx.actor, ctx.now(), removed(&known.text));
            Ok(())
        })
        .await
}

/// What the audit log holds: which text, by its shortcut.
pub(super) fn changed(text: &CannedText) -> Happened {
    let (what, id) = ("canned_text".to_owned(), text.shortcut.to_string());
    Happened::ConfigurationChanged { what, id }
}

pub(super) fn removed(text: &CannedText) -> Happened {
    let (what, id) = ("canned_text_removed".to_owned(), text.shortcut.to_string());
    Happened::ConfigurationChanged { what, id }
}

/// What can be said of a text without looking at the others.
pub(super) fn checked(ctx: &Ctx, id: CannedTextId, save: &SaveText) -> Result<CannedText, CannedTextFault> {
    let channel = match save.channel.as_deref() {
        None => None,
        Some(name) => {
            let known = ChannelName::new(name).filter(|name| ctx.installation.connector(name).is_some());
            Some(known.ok_or(CannedTextFault::Channel)?)
        }
    };
    Ok(CannedText {
        id,
        name: plain_name(&save.name).ok_or(CannedTextFault::Name)?,
        shortcut: Shortcut::new(&save.shortcut).ok_or(CannedTextFault::Shortcut)?,
        text: checked_text(&save.text)?,
        team: save.team.clone(),
        channel,
    })
}

/// Whether its team is there and within reach, and its shortcut free.
async fn check_place(tx: &mut Tx, reach: &Reach, text: &CannedText) -> Result<(), Failure<CannedTextFault>> {
    if let Some(team) = &text.team {
        let is_there = account::teams(tx).await?.iter().any(|known| known.id == *team);
        if !is_there || !reach.covers(Some(team)) {
            return Err(Failure::Refused(CannedTextFault::Team));
        }
    }
    match canned_text::by_shortcut(tx, &text.shortcut).await? {
        Some(other) if other.text.id != text.id => {
            // What another team's text is called is theirs; that the shortcut is taken has to be said.
            let name = if reach.covers(other.text.team.as_ref()) {
                other.text.name
            } else {
                String::new()
            };
            Err(Failure::Refused(CannedTextFault::ShortcutTaken(name)))
        }
        _ => Ok(()),
    }
}
