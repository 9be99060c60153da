//! `gehoor bench ingest`: the door as it stands, beside a bare loop that verifies, parses and inserts the same bytes
//! with the same driver on the same disk.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use clap::Args;
use connectors::Registry;
use domain::channels::{ChannelName, Connectors, Headers, RawRequest, SecretValue, Secrets};
use drivers::Webhooks;
use simulation::town;
use store::bare::Bare;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use usecases::configuration::apply_declaration;

use super::disk::{cpu_micros, syncs_per_second};
use crate::config::Config;
use crate::wiring::{self, Door};
use crate::{listen, say};

/// How many webhooks a second are on disk before they are acknowledged.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor bench ingest\n  gehoor bench ingest --database postgres://localhost/bench"
)]
pub struct Ingest {
    /// Connections, each with one webhook under way
    #[arg(long, default_value_t = 64)]
    connections: u32,
    /// Seconds of each round
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Rounds; the door and the bare loop take turns
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Only the bare loop
    #[arg(long)]
    bare: bool,
    /// Measure on this PostgreSQL database instead of files, in a schema of its own that is removed afterwards
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

pub(super) const SECRET: &str = "bench-secret-0123456789abcdef";

/// One round's figures.
struct Round {
    per_second: f64,
    p50: f64,
    p99: f64,
    cpu_micros: f64,
    not_ok: u64,
}

/// Measures and prints.
pub async fn run(ingest: Ingest, config: &Config) -> Result<(), String> {
    let database = ingest.database.clone();
    super::aside(config, database, async |config, directory| measure(&ingest, config, directory).await).await
}

async fn measure(ingest: &Ingest, config: &Config, directory: &Path) -> Result<(), String> {
    let engine = config.engine();
    let stop = CancellationToken::new();
    let installation = wiring::open(config).await?;
    let number = build_town(&installation, "http://127.0.0.1:9").await?;
    let webhooks = Webhooks::new(Arc::clone(&installation));
    let door = serve(api::hooks::router(Door::new(webhooks)), &stop).await?;
    let bare =
        serve(bare_router(Bare::open(&engine).await.map_err(|error| error.to_string())?), &stop).await?;

    let before = syncs_per_second(directory)?;
    say::result(format!("engine {}, {} connections", installation.store.engine_name(), ingest.connections));
    say::result(format!("disk before: {before:.0} fsync/s"));
    let (mut doors, mut bares) = (Vec::new(), Vec::new());
    for _ in 0..ingest.rounds.max(1) {
        if !ingest.bare {
            doors.push(round(ingest, door, &number, None).await?);
            print("door", doors.last());
        }
        bares.push(round(ingest, bare, &number, None).await?);
        print("bare", bares.last());
    }
    if !ingest.bare {
        let ratio = middle(&doors) / middle(&bares).max(1.0);
        say::result(format!("door / bare: {ratio:.2} (to reach: 0.70)"));
        say::result("at 400 a second:");
        print("door", Some(&round(ingest, door, &number, Some(400)).await?));
    }
    let after = syncs_per_second(directory)?;
    say::result(format!("disk after: {after:.0} fsync/s"));
    stop.cancel();
    Ok(())
}

/// Zwanendam with one number, whose secret the load knows; returns the number's id on the platform.
pub(super) async fn build_town(
    installation: &Arc<usecases::Installation>,
    platform: &str,
) -> Result<String, String> {
    let mut declarations = town::municipalities(platform);
    let declared = declarations
        .iter_mut()
        .flat_map(|one| &mut one.channel_accounts)
        .find(|one| one.id.as_str() == "wa-main");
    let declared = declared.ok_or("the town has no account wa-main")?;
    let number = declared.settings.get("phone_number_id").cloned().ok_or("wa-main has no number")?;
    for (name, value) in &mut declared.secrets {
        if name == "app_secret" {
            *value = SecretValue::new(SECRET.to_owned());
        }
    }
    for mut declaration in declarations {
        // Hashing passwords is not what is measured.
        declaration.users.clear();
        apply_declaration(installation, declaration, false)
            .await
            .map_err(|error| error.to_string())?;
    }
    Ok(number)
}

async fn serve(router: Router, stop: &CancellationToken) -> Result<SocketAddr, String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(listen::serve(listener, router, listen::Limits::default(), stop.clone()));
    Ok(address)
}

/// Verify, parse, insert: the least that a durable webhook can be.
fn bare_router(bare: Bare) -> Router {
    let mut secrets = Secrets::none();
    secrets.add("app_secret", SecretValue::new(SECRET.to_owned()));
    let (secrets, registry) = (Arc::new(secrets), Arc::new(Registry::standard()));
    let answer = async move |headers: HeaderMap, body: Bytes| {
        let lines = headers.iter().filter_map(|(name, value)| {
            value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
        });
        let headers = Headers::new(lines);
        let request = RawRequest { query: String::new(), headers, body: body.to_vec() };
        let connector = ChannelName::new("whatsapp").and_then(|name| registry.get(&name));
        let verified = connector.is_some_and(|connector| connector.verify(&request, &secrets).is_ok());
        let parsed = serde_json::from_slice::<serde_json::Value>(&request.body).is_ok();
        if verified && parsed && bare.put(request.body).await {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        }
    };
    Router::new().route("/hooks/{account}", post(answer))
}

async fn round(
    ingest: &Ingest,
    target: SocketAddr,
    number: &str,
    rate: Option<u32>,
) -> Result<Round, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut load = tokio::process::Command::new(program);
    load.args(["bench", "load", "--path", "/hooks/wa-main", "--secret", SECRET, "--number", number])
        .args(["--target", &target.to_string(), "--connections", &ingest.connections.to_string()])
        .args(["--seconds", &ingest.seconds.to_string()]);
    if let Some(rate) = rate {
        load.args(["--rate", &rate.to_string()]);
    }
    let cpu_before = cpu_micros()?;
    let output = load.output().await.map_err(|error| format!("the load did not start: {error}"))?;
    let cpu = cpu_micros()? - cpu_before;
    if !output.status.success() {
        return Err(format!("the load failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let seen: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let figure = |name: &str| seen.get(name).and_then(serde_json::Value::as_f64).unwrap_or_default();
    let requests = figure("requests").max(1.0);
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a minute are far below 2^52")]
    let cpu = cpu as f64;
    Ok(Round {
        per_second: requests / figure("seconds").max(0.001),
        p50: figure("p50") / 1000.0,
        p99: figure("p99") / 1000.0,
        cpu_micros: cpu / requests,
        not_ok: seen.get("notOk").and_then(serde_json::Value::as_u64).unwrap_or_default(),
    })
}

fn print(what: &str, round: Option<&Round>) {
    let Some(round) = round else { return };
    say::result(format!(
        "{what}: {:>7.0}/s  p50 {:>6.1} ms  p99 {:>6.1} ms  {:>5.0} µs CPU per webhook  {} not 200",
        round.per_second, round.p50, round.p99, round.cpu_micros, round.not_ok
    ));
}

/// The middle of the rounds' rates.
fn middle(rounds: &[Round]) -> f64 {
    let mut rates: Vec<f64> = rounds.iter().map(|round| round.per_second).collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
