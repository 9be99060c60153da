//! `gehoor channel`

use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::channels::{AccountAccess, Handshake, Headers, Outgoing, RawRequest};
use drivers::egress::{Allowed, Egress};
use usecases::Installation;
use usecases::ingest::{Door, handshake, list_doors};

use crate::config::Config;
use crate::{say, wiring};

/// Channel accounts.
#[derive(Subcommand)]
pub enum Channel {
    /// Check that accounts can receive and send
    Check(Check),
}

/// Check that accounts can receive and send: settings, secrets, the webhook's handshake, and the platform itself.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor channel check wa-main")]
pub struct Check {
    /// One account; all of them by default
    id: Option<String>,
}

/// Checks and says what is wrong.
pub async fn run(command: Channel, config: &Config) -> Result<(), String> {
    let Channel::Check(check) = command;
    let installation = wiring::open(config).await?;
    let egress = Egress::new(Allowed::parse(&config.egress_allow))?;
    let doors = list_doors(&installation).await.map_err(|error| error.to_string())?;
    let chosen: Vec<_> = doors
        .into_iter()
        .filter(|door| check.id.as_deref().is_none_or(|id| id == door.account.account.id.as_str()))
        .collect();
    if chosen.is_empty() {
        return Err(check
            .id
            .map_or("there are no channel accounts".to_owned(), |id| format!("there is no account {id}")));
    }
    let mut troubles = 0;
    for door in chosen {
        let account = &door.account.account;
        for (what, outcome) in look(&installation, &egress, &door).await {
            match outcome {
                Ok(said) => say::result(format!("{}: {what}: ok{said}", account.id)),
                Err(trouble) => {
                    troubles += 1;
                    say::result(format!("{}: {what}: {trouble}", account.id));
                }
            }
        }
    }
    if troubles == 0 { Ok(()) } else { Err(format!("{troubles} checks failed")) }
}

type Outcome = (&'static str, Result<String, String>);

async fn look(installation: &Arc<Installation>, egress: &Egress, door: &Arc<Door>) -> Vec<Outcome> {
    let account = &door.account.account;
    let Some(connector) = installation.connector(&account.channel) else {
        return vec![("connector", Err(format!("this version has none for {}", account.channel)))];
    };
    let missing: Vec<&str> = connector
        .settings()
        .iter()
        .filter(|field| field.required)
        .filter(|field| match field.secret {
            true => door.secrets.newest(field.name).is_none(),
            false => account.settings.get(field.name).is_none_or(String::is_empty),
        })
        .map(|field| field.name)
        .collect();
    let settings = if missing.is_empty() {
        Ok(String::new())
    } else {
        Err(format!("missing: {}", missing.join(", ")))
    };
    let access = AccountAccess {
        base_url: account.base_url.clone().unwrap_or_else(|| connector.default_base_url().to_owned()),
        settings: account.settings.clone(),
        secrets: door.secrets.clone(),
    };
    let platform = match connector.probe(&access) {
        Some(Outgoing::Http(request)) => match egress.send(&request).await {
            Ok(response) => connector.probed(&response).map(|said| format!(" ({said})")),
            Err(error) => Err(error.to_string()),
        },
        _ => Ok(" (this channel has nothing to ask)".to_owned()),
    };
    vec![
        ("settings and secrets", settings),
        ("webhook handshake", shake(installation, door)),
        ("platform", platform),
    ]
}

/// A handshake with a wrong token must be refused; that ours is accepted is the platform's to try.
fn shake(installation: &Arc<Installation>, door: &Door) -> Result<String, String> {
    let query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=not-the-token".to_owned();
    let request = RawRequest { query, headers: Headers::default(), body: Vec::new() };
    match handshake(installation, door, &request) {
        Handshake::Answer(_) => Err("a wrong verify token is accepted".to_owned()),
        Handshake::Refuse => Ok(format!(" (address: /hooks/{})", door.account.account.id)),
        Handshake::None => Ok(" (this channel has none)".to_owned()),
    }
}
