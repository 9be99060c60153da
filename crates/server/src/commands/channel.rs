//! `gehoor channel`

use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::channels::{Handshake, Headers, RawRequest, Severity};
use drivers::Questions;
use drivers::egress::{Allowed, Egress};
use usecases::Installation;
use usecases::accounts::{CheckResult, check_account};
use usecases::ingest::{Door, handshake, list_doors};
use web::{Language, Words};

use crate::config::Config;
use crate::{say, wiring};

/// Channel accounts.
#[derive(Subcommand)]
pub enum Channel {
    /// Check that accounts can receive and send
    Check(Check),
}

/// Check that accounts can receive and send: settings, secrets, the webhook's handshake, and the platform itself. The same
/// checks as on the page of the account, with the same outcome there.
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
    let questions = Questions::new(Egress::new(Allowed::parse(&config.egress_allow))?);
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
        let ctx = installation.operator(&account.municipality);
        let results = check_account(&ctx, &questions, config.public_url.as_deref(), &account.id).await;
        let results = results.map_err(|error| format!("checking {}: {error}", account.id))?;
        for result in &results {
            troubles += usize::from(result.severity >= Severity::Warning);
            say::result(line(account.id.as_str(), account.channel.as_str(), result));
        }
        let address = format!("/hooks/{}", account.id);
        if accepts_a_wrong_token(&installation, &door) {
            troubles += 1;
            say::result(format!("{}: webhook {address}: a wrong verify token is accepted", account.id));
        } else {
            say::result(format!("{}: webhook {address}: ok, a wrong verify token is refused", account.id));
        }
    }
    if troubles == 0 { Ok(()) } else { Err(format!("{troubles} checks failed")) }
}

/// `wa-main: The access token: ok, The access token is valid …`
fn line(id: &str, channel: &str, result: &CheckResult) -> String {
    let w = Words::of(Language::En);
    let (name, what) = (w.check_name(channel, &result.name), w.health(channel, &result.word));
    let detail = if result.detail.is_empty() {
        String::new()
    } else {
        format!(" ({})", result.detail)
    };
    if result.severity < Severity::Warning {
        return format!("{id}: {name}: ok, {what}{detail}");
    }
    let cure = w.health_do(channel, &result.word).unwrap_or_default();
    format!("{id}: {name}: {what}{detail} {cure}").trim_end().to_owned()
}

/// A handshake with a wrong token must be refused.
fn accepts_a_wrong_token(installation: &Arc<Installation>, door: &Door) -> bool {
    let query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=not-the-token".to_owned();
    let request = RawRequest { query, headers: Headers::default(), body: Vec::new() };
    matches!(handshake(installation, door, &request), Handshake::Answer(_))
}
