//! `gehoor platforms`

use std::path::PathBuf;

use clap::Args;
use simulation::platforms::{Platforms, PlatformsOptions};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::say;

/// Run the simulated platforms alone, to try an installation against them.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor platforms --listen 127.0.0.1:9100 --state-file platforms.json")]
pub struct PlatformsCommand {
    /// Where to listen; keep it on this machine
    #[arg(long, default_value = "127.0.0.1:9100", value_name = "ADDRESS")]
    listen: String,
    /// Keeps what was sent and received over a restart
    #[arg(long, value_name = "FILE")]
    state_file: Option<PathBuf>,
    /// What chance is drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs until the process is asked to end.
pub async fn run(command: PlatformsCommand) -> Result<(), String> {
    let listener = TcpListener::bind(&command.listen).await;
    let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", command.listen))?;
    let stop = CancellationToken::new();
    super::serve::end_on_signal(stop.clone());
    let options = PlatformsOptions {
        state_file: command.state_file,
        seed: command.seed,
        stop: stop.clone(),
        ..PlatformsOptions::default()
    };
    let platforms = Platforms::start(listener, options).await.map_err(|error| error.to_string())?;
    say::result(format!("listening on http://{}", platforms.address()));
    stop.cancelled().await;
    platforms.stop().await;
    Ok(())
}
