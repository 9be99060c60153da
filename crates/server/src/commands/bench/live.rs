//! `gehoor bench live`: from a webhook of a platform to the event in two hundred open pages, beside the time that the same
//! webhook's 200 took: the least that anything shown can take.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use domain::access::{ClientAddress, Role};
use domain::channels::SecretValue;
use drivers::Webhooks;
use simulation::town;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use usecases::Installation;
use usecases::access::{LogIn, LogInStep, log_in};
use usecases::configuration::{DeclaredUser, apply_declaration};

use super::disk::{cpu_micros, syncs_per_second};
use super::ingest::{SECRET, build_town};
use crate::config::Config;
use crate::wiring::{self, Door};
use crate::{http, listen, say};

/// How long it takes from a webhook to the event in many open pages
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor bench live\n  gehoor bench live --database postgres://localhost/bench"
)]
pub struct Live {
    /// Open pages
    #[arg(long, default_value_t = 200)]
    pages: u32,
    /// Webhooks a second
    #[arg(long, default_value_t = 50)]
    rate: u32,
    /// Seconds; 60 at most
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Measure on this PostgreSQL database instead of files, in a schema of its own that is removed afterwards
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Pages of one colleague; fewer than one can have.
const PAGES_EACH: u32 = 15;
const PASSWORD: &str = "tien-pagina-s-open-op-de-bank";

/// Measures and prints.
pub async fn run(live: Live, config: &Config) -> Result<(), String> {
    let database = live.database.clone();
    super::aside(config, database, async |config, directory| measure(&live, config, directory).await).await
}

async fn measure(live: &Live, config: &Config, directory: &Path) -> Result<(), String> {
    let stop = CancellationToken::new();
    let installation = wiring::open(config).await?;
    let number = build_town(&installation, "http://127.0.0.1:9").await?;
    let cookies = log_ins(&installation, live.pages.div_ceil(PAGES_EACH).max(1)).await?;
    let webhooks = Webhooks::new(Arc::clone(&installation));
    let router = http::router(&installation, Door::new(webhooks.clone()), config)?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    // All pages come from one address here.
    let limits = listen::Limits { per_address: 10_000, ..listen::Limits::default() };
    let listener = tokio::spawn(listen::serve(listener, router, limits, stop.clone()));
    let workers = wiring::start_workers(&installation, &webhooks, config, stop.child_token()).await?;

    let before = syncs_per_second(directory)?;
    say::result(format!(
        "engine {}, {} pages, {} webhooks a second for {} s",
        installation.store.engine_name(),
        live.pages,
        live.rate,
        live.seconds
    ));
    say::result(format!("disk before: {before:.0} fsync/s"));
    let cpu = cpu_micros()?;
    let seen = watch(live, address, &number, &cookies).await?;
    let cpu = cpu_micros()? - cpu;
    let after = syncs_per_second(directory)?;
    print(&seen);
    say::result(format!("CPU of the server: {} ms", cpu / 1000));
    say::result(format!("disk after: {after:.0} fsync/s"));
    installation.live().end();
    stop.cancel();
    let _ = listener.await;
    workers.stop().await;
    Ok(())
}

/// So many colleagues of the team that answers the number, each logged in; returns the secrets of their cookies.
pub(super) async fn log_ins(installation: &Arc<Installation>, count: u32) -> Result<Vec<String>, String> {
    let mut declarations = town::municipalities("http://127.0.0.1:9");
    let zwanendam = declarations.iter_mut().find(|one| one.municipality.id.as_str() == "zwanendam");
    let zwanendam = zwanendam.ok_or("there is no Zwanendam")?;
    let team = zwanendam.users.first().map(|user| user.teams.clone()).unwrap_or_default();
    let email = |number| format!("collega-{number}@zwanendam.example");
    zwanendam.channel_accounts.clear();
    zwanendam.users = (0..count)
        .map(|number| DeclaredUser {
            email: email(number),
            name: format!("Collega {number}"),
            role: Role::Agent,
            teams: team.clone(),
            password: Some(SecretValue::new(PASSWORD.to_owned())),
        })
        .collect();
    apply_declaration(installation, zwanendam.clone(), false)
        .await
        .map_err(|error| error.to_string())?;
    let mut cookies = Vec::new();
    for number in 0..count {
        let try_ = LogIn {
            email: email(number),
            password: PASSWORD.to_owned(),
            from: ClientAddress::Unknown,
            device: domain::access::Device::UNKNOWN,
        };
        let logged_in = log_in(installation, try_).await.map_err(|error| error.to_string())?;
        let LogInStep::Done(logged_in) = logged_in else {
            return Err("nobody of the town has a second step".to_owned());
        };
        cookies.push(logged_in.token);
    }
    Ok(cookies)
}

/// Has another process open the pages and send the webhooks.
async fn watch(
    live: &Live,
    target: std::net::SocketAddr,
    number: &str,
    cookies: &[String],
) -> Result<serde_json::Value, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut other = tokio::process::Command::new(program)
        .args(["bench", "pages", "--target", &target.to_string(), "--number", number, "--secret", SECRET])
        .args(["--pages", &live.pages.to_string(), "--rate", &live.rate.to_string()])
        .args(["--seconds", &live.seconds.to_string()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the pages did not start: {error}"))?;
    if let Some(mut stdin) = other.stdin.take() {
        stdin.write_all(cookies.join("\n").as_bytes()).await.map_err(|error| error.to_string())?;
    }
    let output = other.wait_with_output().await.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("the pages failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

fn print(seen: &serde_json::Value) {
    let millis = |of: &str, at: &str| seen[of][at].as_f64().unwrap_or_default() / 1000.0;
    for (of, words) in [("answered", "webhook -> 200"), ("shown", "webhook -> event in a page")] {
        say::result(format!(
            "{words:<27} p50 {:>6.1} ms  p99 {:>6.1} ms  most {:>6.1} ms  of {}",
            millis(of, "p50"),
            millis(of, "p99"),
            millis(of, "max"),
            seen[of]["count"]
        ));
    }
    say::result(format!(
        "to reach: p50 40 ms, p99 150 ms to the event; {} webhooks not 200, {} events missing",
        seen["notOk"], seen["missing"]
    ));
}
