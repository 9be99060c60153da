//! Canned texts that a configuration file declares. They are known by their shortcuts.

use std::collections::BTreeSet;

use domain::canned_texts::CannedTextFault;
use domain::ids::{CannedTextId, TeamId};
use domain::limits::CANNED_TEXTS;
use store::tables::canned_text;
use store::{StoreError, Tx};

use super::SaveText;
use super::save::{changed, checked, removed};
use crate::Ctx;

/// Whether these can be declared, in a municipality with these teams: what is wrong, and with which.
pub(crate) fn check_declared(
    ctx: &Ctx,
    declared: &[SaveText],
    teams: &[TeamId],
) -> Result<(), (String, CannedTextFault)> {
    let mut seen = BTreeSet::new();
    for save in declared {
        let about = |fault| (save.shortcut.clone(), fault);
        let id = CannedTextId(uuid::Uuid::nil());
        let text = checked(ctx, id, save).map_err(about)?;
        if text.team.as_ref().is_some_and(|team| !teams.contains(team)) {
            return Err(about(CannedTextFault::Team));
        }
        if !seen.insert(text.shortcut) {
            return Err(about(CannedTextFault::ShortcutTaken(save.name.clone())));
        }
        if seen.len() > CANNED_TEXTS {
            return Err(about(CannedTextFault::TooMany(CANNED_TEXTS)));
        }
    }
    Ok(())
}

/// Adds a declared text, or changes the one with its shortcut; nothing is written where it is as declared.
pub(crate) async fn put_declared(tx: &mut Tx, ctx: &Ctx, save: &SaveText) -> Result<(), StoreError> {
    let new = CannedTextId(ctx.installation.ids.next());
    let Ok(mut text) = checked(ctx, new, save) else { return Ok(()) };
    match canned_text::by_shortcut(tx, &text.shortcut).await? {
        Some(known) => {
            text.id = known.text.id;
            if text == known.text {
                return Ok(());
            }
            if !canned_text::save(tx, &text, known.version, ctx.now()).await? {
                return Err(StoreError::changed_meanwhile("a canned text"));
            }
        }
        None => {
            if !canned_text::add(tx, &text, ctx.now()).await? {
                return Err(StoreError::changed_meanwhile("a canned text"));
            }
        }
    }
    tx.record(&ctx.actor, ctx.now(), changed(&text));
    Ok(())
}

/// Removes what is not declared; returns the shortcuts of what was removed.
pub(crate) async fn prune(tx: &mut Tx, ctx: &Ctx, declared: &[SaveText]) -> Result<Vec<String>, StoreError> {
    let named: Vec<_> = declared
        .iter()
        .filter_map(|save| domain::canned_texts::Shortcut::new(&save.shortcut))
        .collect();
    let mut gone = Vec::new();
    for kept in canned_text::all(tx).await? {
        if !named.contains(&kept.text.shortcut) && canned_text::remove(tx, kept.text.id, kept.version).await?
        {
            tx.record(&ctx.actor, ctx.now(), removed(&kept.text));
            gone.push(kept.text.shortcut.to_string());
        }
    }
    Ok(gone)
}
