//! What an actor can see. Every query of the store takes a [`Scope`] and cannot be called without one: what an actor
//! may not see does not exist for them (RELIABILITY T7, X1–X3).

use crate::ids::{MunicipalityId, TeamId};

/// Which teams' conversations are visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Teams {
    /// All of the municipality's: workers and the export.
    All,
    /// Only these; an empty list sees none.
    Some(Vec<TeamId>),
}

/// One municipality, and in it the teams whose conversations are visible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    municipality: MunicipalityId,
    teams: Teams,
}

impl Scope {
    /// Everything in one municipality. For workers and for actors whose permission covers all teams.
    #[must_use]
    pub const fn whole(municipality: MunicipalityId) -> Self {
        Self { municipality, teams: Teams::All }
    }

    /// What belongs to no municipality: the sender's queue over all of them, brakes on log-ins, keys, housekeeping. It
    /// sees no conversation.
    #[must_use]
    pub fn installation() -> Self {
        Self::of_teams(MunicipalityId::of_installation(), Vec::new())
    }

    /// The conversations of these teams.
    #[must_use]
    pub const fn of_teams(municipality: MunicipalityId, teams: Vec<TeamId>) -> Self {
        Self { municipality, teams: Teams::Some(teams) }
    }

    /// The municipality.
    #[must_use]
    pub const fn municipality(&self) -> &MunicipalityId {
        &self.municipality
    }

    /// The teams.
    #[must_use]
    pub const fn teams(&self) -> &Teams {
        &self.teams
    }

    /// Whether a conversation of `team` is visible.
    #[must_use]
    pub fn sees(&self, team: &TeamId) -> bool {
        match &self.teams {
            Teams::All => true,
            Teams::Some(teams) => teams.contains(team),
        }
    }
}
