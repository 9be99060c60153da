//! `gehoor user`

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::channels::SecretValue;
use domain::ids::{MunicipalityId, TeamId};
use usecases::Installation;
use usecases::configuration::{AddUser, add_user, list_municipalities};

use crate::config::Config;
use crate::{say, wiring};

/// Users.
#[derive(Subcommand)]
pub enum User {
    /// Add a user with a local password, or change one
    Add(Add),
}

/// Add a user with a local password, or change one.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor user add --municipality zwanendam --email noor@zwanendam.example --name Noor \\\n    \
                        --role agent --team webcare --password-file secrets/noor"
)]
pub struct Add {
    /// In which municipality; may be left out when there is one
    #[arg(long, value_name = "ID")]
    municipality: Option<String>,
    /// E-mail address, unique in the installation
    #[arg(long)]
    email: String,
    /// Name on screen
    #[arg(long)]
    name: String,
    // Not a doc comment: clippy wants backticks in one, and the screen would show them.
    #[arg(
        long,
        help = "agent, helper, team_lead, editor, analyst, account_manager, privacy_officer, administrator"
    )]
    role: String,
    /// Member of this team; may be given several times
    #[arg(long = "team", value_name = "ID")]
    teams: Vec<String>,
    /// A file with the password; without it, the first line of standard input is taken
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Adds the user.
pub async fn run(command: User, config: &Config) -> Result<(), String> {
    let User::Add(add) = command;
    let role: domain::access::Role = add.role.parse()?;
    let teams = add
        .teams
        .iter()
        .map(|team| team.parse::<TeamId>().map_err(|error| format!("team \"{team}\": {error}")));
    let teams = teams.collect::<Result<Vec<_>, _>>()?;
    let password = match &add.password_file {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        None => std::io::stdin()
            .lines()
            .next()
            .transpose()
            .map_err(|error| error.to_string())?
            .unwrap_or_default(),
    };
    let password = SecretValue::new(password.trim_end_matches(['\r', '\n']).to_owned());
    let installation = wiring::open(config).await?;
    let municipality = municipality(&installation, add.municipality.as_deref()).await?;
    let email = add.email.clone();
    let new = AddUser {
        municipality,
        email: add.email,
        name: add.name,
        role,
        teams,
        password,
    };
    let added = add_user(&installation, new).await.map_err(|error| error.to_string())?;
    let teams: Vec<&str> = added.teams.iter().map(TeamId::as_str).collect();
    let teams = if teams.is_empty() { "no team".to_owned() } else { teams.join(", ") };
    match added.role_before {
        None => say::result(format!("{email} can log in: {role}, {teams}")),
        Some(before) if before == role => {
            say::result(format!("{email} was there: still {role}, {teams}; the password and name are new"));
        }
        Some(before) => {
            say::result(format!(
                "{email} was {before} and is {role} now, {teams}; the password and name are new"
            ));
        }
    }
    Ok(())
}

/// The municipality that is named, or the only one there is.
pub async fn municipality(
    installation: &Arc<Installation>,
    named: Option<&str>,
) -> Result<MunicipalityId, String> {
    let all = list_municipalities(installation).await.map_err(|error| error.to_string())?;
    match (named, all.as_slice()) {
        (Some(named), _) => {
            let found = all.iter().find(|one| one.id.as_str() == named);
            found
                .map(|one| one.id.clone())
                .ok_or_else(|| format!("there is no municipality \"{named}\""))
        }
        (None, [one]) => Ok(one.id.clone()),
        (None, []) => Err("there is no municipality yet; gehoor apply makes one".to_owned()),
        (None, _) => Err("there are several municipalities; name one with --municipality".to_owned()),
    }
}
