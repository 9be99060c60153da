//! Adding one user from the command line.

use std::sync::Arc;

use domain::access::Role;
use domain::channels::SecretValue;
use domain::ids::{MunicipalityId, TeamId};

use super::apply::{ApplyRefused, apply_declaration};
use super::declaration::{Declaration, DeclaredLook, DeclaredUser};
use super::export::export_configuration;
use crate::Installation;

/// A user who is to be added.
#[derive(Debug, Clone)]
pub struct AddUser {
    /// In which municipality.
    pub municipality: MunicipalityId,
    /// E-mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Member of these teams.
    pub teams: Vec<TeamId>,
    /// Local password.
    pub password: SecretValue,
}

/// A user who is not added.
#[derive(Debug, thiserror::Error)]
pub enum AddUserRefused {
    /// There is no such municipality.
    #[error("there is no municipality \"{0}\"; gehoor apply makes one")]
    NoSuchMunicipality(MunicipalityId),
    /// Something about the user cannot be.
    #[error(transparent)]
    Refused(#[from] ApplyRefused),
}

/// What adding a user came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedUser {
    /// The role that somebody with this address had before; `None` for a new user.
    pub role_before: Option<Role>,
    /// The teams that they are in now.
    pub teams: Vec<TeamId>,
}

/// Adds a user, or gives an existing one this name, role and password. An existing one keeps their teams where none is
/// named.
///
/// # Errors
/// [`AddUserRefused`].
pub async fn add_user(installation: &Arc<Installation>, add: AddUser) -> Result<AddedUser, AddUserRefused> {
    let known = export_configuration(installation, &add.municipality).await.map_err(ApplyRefused::from)?;
    let known = known.ok_or_else(|| AddUserRefused::NoSuchMunicipality(add.municipality.clone()))?;
    let before = known.users.iter().find(|(user, _)| user.email == add.email.to_lowercase());
    let teams = match before {
        Some((_, teams)) if add.teams.is_empty() => teams.clone(),
        _ => add.teams,
    };
    let added = AddedUser {
        role_before: before.map(|(user, _)| user.role),
        teams: teams.clone(),
    };
    let user = DeclaredUser {
        email: add.email,
        name: add.name,
        role: add.role,
        teams,
        password: Some(add.password),
    };
    let declaration = Declaration {
        municipality: known.municipality,
        look: DeclaredLook::default(),
        teams: Vec::new(),
        users: vec![user],
        channel_accounts: Vec::new(),
        canned_texts: Vec::new(),
    };
    apply_declaration(installation, declaration, false).await?;
    Ok(added)
}
