//! `gehoor replay`

use clap::Args;
use domain::ids::RawEventId;
use usecases::ingest::{replay_all, replay_raw_event};

use crate::config::Config;
use crate::{say, wiring};

/// Read raw events again: one, or all that came since a moment and are still kept. What is known already stays as it
/// is, so this is safe to repeat; a running server does the reading.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor replay --municipality zwanendam --since 2026-11-01T00:00:00Z\n  \
                        gehoor replay --municipality zwanendam --raw-event 0193b5b0-7c00-7000-8000-000000000001"
)]
pub struct Replay {
    /// Which municipality; may be left out when there is one
    #[arg(long, value_name = "ID")]
    municipality: Option<String>,
    /// One raw event
    #[arg(long, value_name = "ID", conflicts_with = "since")]
    raw_event: Option<String>,
    /// All that came at or after this moment
    #[arg(long, value_name = "MOMENT", required_unless_present = "raw_event")]
    since: Option<String>,
}

/// Queues the raw events.
pub async fn run(command: Replay, config: &Config) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    let municipality = super::user::municipality(&installation, command.municipality.as_deref()).await?;
    let ctx = installation.operator(&municipality);
    if let Some(id) = &command.raw_event {
        let id: RawEventId = id.parse().map_err(|error| format!("{error}"))?;
        replay_raw_event(&ctx, id).await.map_err(|error| format!("raw event {id}: {error}"))?;
        say::result("1 raw event is to be read again");
    } else if let Some(since) = &command.since {
        let since = since
            .parse()
            .map_err(|_| format!("\"{since}\" is no moment; 2026-11-01T00:00:00Z is one"))?;
        let progress = |number| say::remark(format!("{number} raw events queued so far"));
        let number = replay_all(&ctx, since, progress).await.map_err(|error| error.to_string())?;
        say::result(format!("{number} raw events are to be read again"));
    }
    Ok(())
}
