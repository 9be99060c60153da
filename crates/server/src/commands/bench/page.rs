//! `gehoor bench page`: what a page weighs, how many requests the first visit takes, and how long the server takes for it,
//! over HTTP on this machine; beside the answer that knows nothing, over the same connection.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use clap::Args;
use drivers::Webhooks;
use http::header::{ACCEPT_ENCODING, COOKIE, HOST};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use usecases::conversations::{ConversationFilter, list_conversations};

use super::disk::syncs_per_second;
use super::inbox::reader;
use super::ingest::build_town;
use super::live::log_ins;
use super::search::{PER_CONVERSATION, fill, millis};
use crate::config::Config;
use crate::wiring::{self, Door};
use crate::{listen, say};

/// What a page weighs and how long the server takes for it, among so many messages.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor bench page\n  gehoor bench page --messages 1000000\n  gehoor bench page --database postgres://localhost/bench"
)]
pub struct PageBench {
    /// Messages, ten to a conversation
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// Looks at each page
    #[arg(long, default_value_t = 200)]
    looks: u32,
    /// Measure on this PostgreSQL database instead of files, in a schema of its own that is removed afterwards
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// No page or asset is near it.
const MOST_BYTES: usize = 10_000_000;

/// Measures and prints.
pub async fn run(bench: PageBench, config: &Config) -> Result<(), String> {
    let database = bench.database.clone();
    super::aside(config, database, async |config, directory| measure(&bench, config, directory).await).await
}

async fn measure(bench: &PageBench, config: &Config, directory: &Path) -> Result<(), String> {
    let stop = CancellationToken::new();
    let installation = wiring::open(config).await?;
    build_town(&installation, "http://127.0.0.1:9").await?;
    say::result(format!(
        "engine {}, {} messages in {} conversations, one in ten of them open",
        installation.store.engine_name(),
        bench.messages,
        bench.messages / PER_CONVERSATION
    ));
    say::result(format!("disk before: {:.0} fsync/s", syncs_per_second(directory)?));
    fill(bench.messages, &installation).await?;
    let ctx = installation.acting(reader()?);
    let found = list_conversations(&ctx, &ConversationFilter::default(), None, 1).await;
    let newest = found.map_err(|failure| failure.to_string())?.items.first().map(|one| one.conversation.id);
    let newest = newest.ok_or("the town is empty")?;
    let cookie = log_ins(&installation, 1).await?.pop().ok_or("nobody is logged in")?;
    let webhooks = Webhooks::new(std::sync::Arc::clone(&installation));
    let router = crate::http::router(&installation, Door::new(webhooks), config)?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let serving = tokio::spawn(listen::serve(listener, router, listen::Limits::default(), stop.clone()));

    let mut visitor = Visitor::connect(address, &cookie).await?;
    let pages = [
        ("the list", "/gesprekken".to_owned()),
        ("a conversation beside it", format!("/gesprekken/{newest}")),
        ("what was searched", "/zoeken?q=afval".to_owned()),
        ("the profile", "/profiel".to_owned()),
    ];
    for (what, path) in &pages {
        first_visit(&mut visitor, what, path).await?;
    }
    let mut slowest = 0.0_f64;
    for (what, path) in &pages {
        slowest = slowest.max(times(&mut visitor, bench.looks, what, path).await?);
    }
    let baseline =
        times(&mut visitor, bench.looks, "baseline: /healthz, which looks nothing up", "/healthz").await?;
    say::result(format!("slowest p99 to the baseline's: {:.1}", slowest / baseline.max(0.001)));
    say::result(format!("disk after: {:.0} fsync/s", syncs_per_second(directory)?));
    installation.live().end();
    stop.cancel();
    let _ = serving.await;
    installation.store.close().await;
    Ok(())
}

/// The bytes of the page and of everything it names, as they leave.
async fn first_visit(visitor: &mut Visitor, what: &str, path: &str) -> Result<(), String> {
    let page = visitor.look(path, "gzip").await?;
    let plain = visitor.look(path, "identity").await?;
    let text = String::from_utf8_lossy(&plain);
    let named = text.split(['"', '#']).filter(|one| one.starts_with("/assets/"));
    let named: BTreeSet<String> = named.map(str::to_owned).collect();
    let mut first = page.len();
    for asset in &named {
        first += visitor.look(asset, "gzip").await?.len();
    }
    say::result(format!(
        "page: {:>6.1} kB in {:>2} requests at first, {:>5.1} kB after ({:>5.1} kB as it is)   {what}",
        kilobytes(first),
        named.len() + 1,
        kilobytes(page.len()),
        kilobytes(plain.len()),
    ));
    Ok(())
}

fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1000.0
}

/// Looks so often, and returns the p99 in milliseconds.
async fn times(visitor: &mut Visitor, looks: u32, what: &str, path: &str) -> Result<f64, String> {
    let mut times = Vec::new();
    for _ in 0..looks.max(1) {
        let begun = Instant::now();
        visitor.look(path, "gzip").await?;
        times.push(millis(begun));
    }
    super::search::print("time", what, &mut times);
    // They are in order now.
    Ok(times.get(times.len() * 99 / 100).copied().unwrap_or_default())
}

/// Somebody who is logged in, with one connection that stays open.
struct Visitor {
    sender: SendRequest<Body>,
    host: String,
    cookie: String,
}

impl Visitor {
    async fn connect(address: SocketAddr, cookie: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: address.to_string(),
            cookie: format!("gehoor={cookie}"),
        })
    }

    /// The body as it leaves.
    async fn look(&mut self, path: &str, encoding: &str) -> Result<Vec<u8>, String> {
        let request = hyper::Request::get(path)
            .header(HOST, &self.host)
            .header(COOKIE, &self.cookie)
            .header(ACCEPT_ENCODING, encoding)
            .body(Body::empty())
            .map_err(|error| error.to_string())?;
        self.sender.ready().await.map_err(|error| error.to_string())?;
        let answer = self.sender.send_request(request).await.map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("{path} was answered {}", answer.status()));
        }
        let body = to_bytes(Body::new(answer.into_body()), MOST_BYTES).await;
        body.map(Vec::from).map_err(|error| error.to_string())
    }
}
