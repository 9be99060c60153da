//! What a municipality should consist of, as a configuration file says it.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::channels::{ChannelName, SecretValue};
use domain::ids::{ChannelAccountId, TeamId};
use domain::look::{Brand, Logo};
use domain::municipality::Municipality;

use crate::canned_texts::SaveText;

/// What a configuration file declares of one municipality; secrets are read already.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The municipality.
    pub municipality: Municipality,
    /// How it looks.
    pub look: DeclaredLook,
    /// Its teams.
    pub teams: Vec<DeclaredTeam>,
    /// Its users.
    pub users: Vec<DeclaredUser>,
    /// Its channel accounts.
    pub channel_accounts: Vec<DeclaredAccount>,
    /// Its canned texts, known by their shortcuts.
    pub canned_texts: Vec<SaveText>,
}

/// How a municipality should look; what is not said stays as it is.
#[derive(Debug, Clone, Default)]
pub struct DeclaredLook {
    /// Its colour.
    pub brand: Option<Brand>,
    /// Its logo.
    pub logo: Option<Logo>,
}

/// A declared team.
#[derive(Debug, Clone)]
pub struct DeclaredTeam {
    /// Short name.
    pub id: TeamId,
    /// Name on screen.
    pub name: String,
}

/// A declared user.
#[derive(Clone)]
pub struct DeclaredUser {
    /// E-mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Member of these teams.
    pub teams: Vec<TeamId>,
    /// Local password; `None` leaves the one there is.
    pub password: Option<SecretValue>,
}

impl std::fmt::Debug for DeclaredUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeclaredUser")
            .field("email", &self.email)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A declared channel account.
#[derive(Debug, Clone)]
pub struct DeclaredAccount {
    /// Short name, unique in the installation.
    pub id: ChannelAccountId,
    /// Channel.
    pub channel: ChannelName,
    /// The team of its conversations.
    pub team: TeamId,
    /// Where the platform's API is.
    pub base_url: Option<String>,
    /// Settings by name.
    pub settings: BTreeMap<String, String>,
    /// Secrets by name.
    pub secrets: Vec<(String, SecretValue)>,
}
