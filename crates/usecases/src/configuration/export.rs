//! Reading the configuration back, in the form in which it is declared. Secrets appear by name, never by value.

use std::sync::Arc;

use domain::access::Scope;
use domain::canned_texts::CannedText;
use domain::ids::{MunicipalityId, TeamId};
use domain::look::Look;
use domain::municipality::{ChannelAccount, Municipality, Team};
use store::StoreError;
use store::tables::user::User;
use store::tables::{account, canned_text, installation, look, secret, user};

use crate::Installation;

/// The configuration of one municipality.
#[derive(Clone)]
pub struct ExportedConfiguration {
    /// The municipality.
    pub municipality: Municipality,
    /// How it looks.
    pub look: Look,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Its users who can log in, with their teams.
    pub users: Vec<(User, Vec<TeamId>)>,
    /// Its channel accounts, with the names of the secrets that they have.
    pub channel_accounts: Vec<(ChannelAccount, Vec<String>)>,
    /// Its canned texts, by name.
    pub canned_texts: Vec<CannedText>,
}

/// Reads the configuration of a municipality; `None` when there is none with this id.
///
/// # Errors
/// When the store does not answer.
pub async fn export_configuration(
    here: &Arc<Installation>,
    id: &MunicipalityId,
) -> Result<Option<ExportedConfiguration>, StoreError> {
    let scope = Scope::whole(id.clone());
    let mut reader = here.store.read(&scope);
    let Some(municipality) = account::municipality(&mut reader).await? else {
        return Ok(None);
    };
    let (look, _) = look::look(&mut reader).await?;
    let teams = account::teams(&mut reader).await?;
    let mut users = Vec::new();
    for known in user::all(&mut reader).await?.into_iter().filter(|known| known.disabled_at.is_none()) {
        let teams = user::teams_of(&mut reader, known.id).await?;
        users.push((known, teams));
    }
    let mut channel_accounts = Vec::new();
    for found in account::accounts(&mut reader).await? {
        let secrets = secret::live(&mut reader, here.store.keys(), &found.account.id).await?;
        let names = secrets.names().map(str::to_owned).collect();
        channel_accounts.push((found.account, names));
    }
    let kept = canned_text::all(&mut reader).await?;
    Ok(Some(ExportedConfiguration {
        municipality,
        look,
        teams,
        users,
        channel_accounts,
        canned_texts: kept.into_iter().map(|kept| kept.text).collect(),
    }))
}

/// All municipalities of the installation, by id.
///
/// # Errors
/// When the store does not answer.
pub async fn list_municipalities(here: &Arc<Installation>) -> Result<Vec<Municipality>, StoreError> {
    installation::municipalities(&here.store).await
}
