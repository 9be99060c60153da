//! `gehoor doctor`

use clap::Args;
use store::inbox::RawState;
use usecases::overview::{Overview, look};
use web::{Language, Words};

use crate::config::Config;
use crate::{data_directory, say, wiring};

/// Look for what is wrong, with what to do about it.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor doctor --data-dir /var/lib/gehoor")]
pub struct Doctor {}

/// Free space under which the disk is called full, in bytes.
const LEAST_FREE: u64 = 500 * 1024 * 1024;

/// One line of findings.
struct Finding {
    what: String,
    state: State,
}

/// How it is, and what to do.
enum State {
    Well,
    /// Somebody has to act.
    Ill(String),
    /// It may be meant so.
    Hint(String),
}

fn well(what: impl Into<String>) -> Finding {
    Finding { what: what.into(), state: State::Well }
}

fn ill(what: impl Into<String>, cure: impl Into<String>) -> Finding {
    Finding { what: what.into(), state: State::Ill(cure.into()) }
}

/// Prints a line per finding; fails when there is one to mend.
pub async fn run(config: &Config) -> Result<(), String> {
    if config.database_url.is_none() && !config.data_dir.join("gehoor.db").exists() {
        let place = config.data_dir.display();
        return Err(format!("{place}: there is no installation here; --data-dir names another place"));
    }
    let installation = wiring::open(config).await?;
    let mut findings = vec![well(format!("the store answers ({})", installation.store.engine_name()))];
    if let Some(warning) = data_directory::as_root() {
        findings.push(ill(warning, "start it as a user of its own, who owns the data directory"));
    }
    if let Some(directory) = installation.store.directory() {
        findings.push(disk(directory));
    }
    findings.extend(proxies(config));
    let overview = look(&installation).await.map_err(|error| error.to_string())?;
    findings.extend(judge(&overview));
    let mut troubles = 0;
    for finding in findings {
        match finding.state {
            State::Well => say::result(format!("ok     {}", finding.what)),
            State::Hint(advice) => say::result(format!("hint   {}\n       → {advice}", finding.what)),
            State::Ill(cure) => {
                troubles += 1;
                say::result(format!("look   {}\n       → {cure}", finding.what));
            }
        }
    }
    if troubles == 0 {
        Ok(())
    } else {
        Err(format!("{troubles} findings need somebody"))
    }
}

/// Behind a proxy that is not named, everybody has one address.
fn proxies(config: &Config) -> Option<Finding> {
    config.trusted_proxies.is_empty().then(|| Finding {
        what: "no trusted_proxies: guesses of passwords and connections are not counted per address for what comes from \
               this machine or its own network, since a proxy could"
            .to_owned(),
        state: State::Hint(
            "if a proxy passes requests on, name it: trusted_proxies = [\"10.0.0.5\"]; docs/configuration.md".to_owned(),
        ),
    })
}

fn disk(directory: &std::path::Path) -> Finding {
    match rustix::fs::statvfs(directory) {
        Ok(about) => {
            let free = about.f_bavail.saturating_mul(about.f_frsize);
            let shown = free / (1024 * 1024);
            if free < LEAST_FREE {
                ill(
                    format!("{shown} MB are free in {}", directory.display()),
                    "make room, or move the data directory",
                )
            } else {
                well(format!("{shown} MB are free in {}", directory.display()))
            }
        }
        Err(error) => ill(
            format!("the disk of {} cannot be asked: {error}", directory.display()),
            "look at the disk",
        ),
    }
}

fn judge(overview: &Overview) -> Vec<Finding> {
    let mut findings = Vec::new();
    if overview.users == 0 {
        findings.push(ill("nobody can log in", "gehoor apply FILE, or gehoor user add"));
    }
    let mut quarantined = 0;
    for (state, number, oldest) in &overview.raw_events {
        match state {
            RawState::Quarantined => quarantined = *number,
            _ => {
                findings
                    .push(well(format!("{number} deliveries wait to be read, the oldest since {oldest}")));
            }
        }
    }
    findings.push(match quarantined {
        0 => well("everything that came in could be read"),
        number => ill(
            format!("{number} deliveries hold something that could not be read"),
            "see /beheer/ontvangst for the reasons; when the cause is mended: gehoor replay",
        ),
    });
    findings.push(match overview.unknown_sends {
        0 => well("no send has an unknown outcome"),
        number => ill(
            format!("{number} sends have an unknown outcome"),
            "an agent decides on each in its conversation; /beheer/verzendingen lists them",
        ),
    });
    for (account, state) in &overview.matters {
        let w = Words::of(Language::En);
        let channel = account.channel.as_str();
        let what =
            format!("{}: {} (since {})", account.id, w.health(channel, &state.event.word), state.since);
        let cure = w.health_do(channel, &state.event.word).unwrap_or("see /beheer/kanalen");
        findings.push(ill(what, cure));
    }
    for hold in &overview.holds {
        let what =
            format!("{} sends nothing until {} ({})", hold.channel_account, hold.until_at, hold.reason);
        findings.push(ill(what, format!("gehoor channel check {}", hold.channel_account)));
    }
    findings
}
