//! Canned texts (standaardteksten): kept by whoever may change them, offered to whoever answers.
//!
//! A team leader changes those for everybody and those of the own teams; whoever manages settings changes all.

mod declared;
mod offer;
mod save;

pub(crate) use declared::{check_declared, prune, put_declared};
pub use offer::{OfferedText, offer_canned_texts};
pub use save::{
    SaveText, add_canned_text, list_canned_texts, list_teams_for_texts, read_canned_text, remove_canned_text,
    save_canned_text,
};
pub use store::tables::canned_text::KeptText;

use domain::access::{NotAllowed, Permission, Scope};
use domain::ids::TeamId;

use crate::Ctx;

/// Everything of the municipality: texts for everybody belong to no team.
fn whole(ctx: &Ctx) -> Scope {
    Scope::whole(ctx.actor.municipality().clone())
}

/// Which texts the actor may change.
enum Reach {
    /// All.
    All,
    /// Those for everybody and those of these teams.
    Teams(Vec<TeamId>),
}

impl Reach {
    fn of(ctx: &Ctx) -> Result<Self, NotAllowed> {
        ctx.actor.may(Permission::ManageTexts)?;
        if ctx.actor.may(Permission::ManageSettings).is_ok() {
            return Ok(Self::All);
        }
        Ok(Self::Teams(ctx.actor.teams().to_vec()))
    }

    fn covers(&self, team: Option<&TeamId>) -> bool {
        match (self, team) {
            (Self::All, _) | (_, None) => true,
            (Self::Teams(own), Some(team)) => own.contains(team),
        }
    }
}
