//! `gehoor demo`

use std::path::PathBuf;

use clap::Args;
use simulation::platforms::{Platforms, PlatformsOptions};
use simulation::residents::{Crowd, CrowdOptions};
use simulation::town;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use usecases::configuration::{apply_declaration, list_municipalities};

use super::serve::{Serving, end_on_signal, hold};
use crate::config::Config;
use crate::{say, wiring};

/// Start a running town: residents who write, the platforms they write on, and a municipality to answer them.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor demo\n  gehoor demo --listen 127.0.0.1:8081 --seed 7")]
pub struct Demo {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// What chance is drawn from: the same seed is the same town
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// New talks a minute
    #[arg(long, default_value_t = 3.0, value_name = "NUMBER")]
    arrivals: f64,
    /// Where the simulated platforms listen; any free port by default
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    platforms: String,
}

/// Runs the town until the process is asked to end. What happened is still there at the next start.
pub async fn run(command: Demo, mut config: Config) -> Result<(), String> {
    if config.database_url.is_some() {
        say::remark("The town is built in the database that is configured.");
    }
    let _held = hold(&config)?;
    let stop = CancellationToken::new();
    end_on_signal(stop.clone());
    let platforms = start_platforms(&command, &config, &stop).await?;
    let base_url = format!("http://{}", platforms.address());
    // Nobody in town has a mailbox: links are shown instead of sent.
    config.mail = None;
    config.egress_allow = format!("{},{}", config.egress_allow, platforms.address());

    let installation = wiring::open(&config).await?;
    is_a_town(&installation).await?;
    for declaration in town::municipalities(&base_url) {
        let applied = apply_declaration(&installation, declaration, false).await;
        applied.map_err(|error| format!("building the town: {error}"))?;
    }
    let serving = Serving::start(installation, &config, &stop).await?;
    let crowd = move_in(&command, &platforms, serving.address, &stop)?;
    greet(serving.address);
    serving.until_stopped(stop).await;
    crowd.stop().await;
    platforms.stop().await;
    Ok(())
}

/// A municipality that is not of the town is a real one: its data is not a stage, and its residents are no actors.
async fn is_a_town(installation: &std::sync::Arc<usecases::Installation>) -> Result<(), String> {
    let ours = town::municipalities("");
    let present = list_municipalities(installation).await.map_err(|error| error.to_string())?;
    match present.iter().find(|one| !ours.iter().any(|our| our.municipality.id == one.id)) {
        Some(real) => Err(format!(
            "the data here is that of {} ({}), which is not of the made-up town; name another place with --data-dir",
            real.name, real.id
        )),
        None => Ok(()),
    }
}

async fn start_platforms(
    command: &Demo,
    config: &Config,
    stop: &CancellationToken,
) -> Result<Platforms, String> {
    let listener = TcpListener::bind(&command.platforms).await;
    let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", command.platforms))?;
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| format!("{}: {error}", config.data_dir.display()))?;
    let state_file: PathBuf = config.data_dir.join("platforms.json");
    let options = PlatformsOptions {
        state_file: Some(state_file),
        seed: command.seed,
        stop: stop.child_token(),
        ..PlatformsOptions::default()
    };
    Platforms::start(listener, options)
        .await
        .map_err(|error| format!("starting the platforms: {error}"))
}

/// The numbers of the town get their webhooks' addresses, and the residents their phones.
fn move_in(
    command: &Demo,
    platforms: &Platforms,
    address: std::net::SocketAddr,
    stop: &CancellationToken,
) -> Result<Crowd, String> {
    let whatsapp = platforms.whatsapp();
    let mut number_ids = Vec::new();
    for number in town::numbers() {
        let settings = number.calling_back_to(&format!("http://{address}"));
        number_ids.push(settings.phone_number_id.clone());
        whatsapp
            .register(settings)
            .map_err(|problem| format!("a number of the town was refused: {problem:?}"))?;
    }
    let options = CrowdOptions {
        seed: command.seed,
        arrivals_per_minute: command.arrivals,
        number_ids,
        stop: stop.child_token(),
        ..CrowdOptions::default()
    };
    Crowd::start(platforms, options).map_err(|error| format!("the residents stay at home: {error}"))
}

fn greet(address: std::net::SocketAddr) {
    say::result(format!("listening on http://{address}"));
    say::result("");
    say::result("Log in as one of these; residents write within ten seconds.");
    for user in town::log_ins() {
        let line = format!(
            "  {:<34} {:<28} {:<17} {}",
            user.email,
            user.password,
            user.role.as_str(),
            user.municipality
        );
        say::result(line.trim_end());
    }
    say::result("");
    say::result("Ctrl-C ends it; the next start goes on where this one stopped.");
}
