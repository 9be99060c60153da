//! `gehoor bench media`: many large documents that arrive at once. What counts is the memory while they come; their speed
//! stands beside a bare loop that copies the same bytes from the same place to the same disk, and nothing else.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use domain::attachments::AttachmentState;
use drivers::egress::{Allowed, Egress};
use drivers::{Delivered, Media, Reader, Webhooks};
use simulation::town;
use simulation::world::webhook::Webhook;
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;
use usecases::Installation;
use usecases::conversations::{Page, read_messages};

use super::disk::syncs_per_second;
use super::ingest::{SECRET, build_town};
use super::shelf::Shelf;
use crate::config::Config;
use crate::{say, wiring};

/// The most memory that is in order, in MB: of the server and its judges together.
const MOST_MB: u64 = 250;
/// Files that the bare loop copies at once, as many as the driver fetches.
const AT_ONCE: usize = 2;
/// Where they are sent to.
const ACCOUNT: &str = "wa-main";

/// Many large documents that arrive at once.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor bench media\n  gehoor bench media --database postgres://localhost/bench"
)]
pub struct MediaBench {
    /// Documents
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
    documents: u32,
    /// Megabytes of each
    #[arg(long, default_value_t = 90)]
    megabytes: u64,
    /// Measure on this PostgreSQL database instead of files, in a schema of its own that is removed afterwards
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Measures and prints; fails when it took more memory than is in order.
pub async fn run(bench: MediaBench, config: &Config) -> Result<(), String> {
    let database = bench.database.clone();
    super::aside(config, database, async |config, directory| measure(&bench, config, directory).await).await
}

async fn measure(bench: &MediaBench, config: &Config, directory: &Path) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    let shelf = Shelf::start(bench.megabytes).await?;
    build_town(&installation, &shelf.address).await?;
    let before = syncs_per_second(directory)?;
    say::result(format!(
        "engine {}, {} documents of {} MB",
        installation.store.engine_name(),
        bench.documents,
        bench.megabytes
    ));
    say::result(format!("disk before: {before:.0} fsync/s"));
    let bare = bare_copy(bench, &shelf, directory).await?;
    say::result(format!("bare copy: {bare:>7.0} MB/s, {AT_ONCE} at once, synced"));
    let idle = memory_mb("VmRSS")?;
    let watching = Judges::watch();
    let begun = Instant::now();
    deliver(bench, &installation).await?;
    fetch_all(bench, &installation, config, &shelf).await?;
    let fetched = rate(bench, begun.elapsed());
    let judges = watching.most_mb();
    let server = memory_mb("VmHWM")?;
    let peak = server + judges;
    say::result(format!("fetched:   {fetched:>7.0} MB/s, scanned for its kind, sealed, kept"));
    say::result(format!("fetched / bare: {:.2}", fetched / bare.max(1.0)));
    say::result(format!(
        "memory: {idle} MB before, {server} MB at most, its judges {judges} MB: {peak} MB (to stay below: {MOST_MB} MB)"
    ));
    say::result(format!("disk after: {:.0} fsync/s", syncs_per_second(directory)?));
    if peak < MOST_MB {
        Ok(())
    } else {
        Err(format!("{peak} MB of memory are more than {MOST_MB} MB"))
    }
}

/// The same bytes by the same number of connections into files, each synced: the least that keeping them can cost.
async fn bare_copy(bench: &MediaBench, shelf: &Shelf, directory: &Path) -> Result<f64, String> {
    let client = reqwest::Client::builder().no_proxy().build().map_err(|error| error.to_string())?;
    let (begun, each) = (Instant::now(), bench.documents.div_ceil(u32::try_from(AT_ONCE).unwrap_or(1)));
    let mut copying = tokio::task::JoinSet::new();
    for number in 0..AT_ONCE {
        let (client, url) = (client.clone(), format!("{}/file", shelf.address));
        let file = directory.join(format!("bare-{number}"));
        copying.spawn(async move {
            for _ in 0..each {
                copy(&client, &url, &file).await?;
            }
            Ok::<_, String>(())
        });
    }
    while let Some(copied) = copying.join_next().await {
        copied.map_err(|error| error.to_string())??;
    }
    Ok(rate(bench, begun.elapsed()))
}

async fn copy(client: &reqwest::Client, url: &str, file: &Path) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("copying: {error}");
    let mut answer = client.get(url).send().await.map_err(|error| failed(&error))?;
    let mut out = tokio::fs::File::create(file).await.map_err(|error| failed(&error))?;
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
        out.write_all(&chunk).await.map_err(|error| failed(&error))?;
    }
    out.sync_all().await.map_err(|error| failed(&error))
}

/// A resident sends all documents at once, over the door that platforms use.
async fn deliver(bench: &MediaBench, installation: &Arc<Installation>) -> Result<(), String> {
    let webhooks = Webhooks::new(Arc::clone(installation));
    let reader = Reader::new(Arc::clone(installation), webhooks.arrived());
    let number = town::numbers().into_iter().find(|number| number.account == ACCOUNT);
    let mut number = number.ok_or("the town has no number")?.settings;
    number.app_secret = SECRET.to_owned();
    let account = ACCOUNT.parse().map_err(|_| "the account has no name")?;
    let at = installation.now();
    let mut webhook = Webhook::about(&number);
    for document in 0..bench.documents {
        let file = serde_json::json!({"id": document.to_string(), "mime_type": "application/pdf", "filename": "plan.pdf"});
        let message = serde_json::json!({"id": format!("wamid.{document}"), "type": "document",
            "timestamp": at.as_second().to_string(), "document": file});
        webhook = webhook.message(("31612345678", "Yusuf"), message);
    }
    match webhooks.deliver(&account, &webhook.request()).await {
        Delivered::Stored => (),
        other => return Err(format!("the delivery was not taken: {other:?}")),
    }
    reader.read_once().await.map(|_| ()).map_err(|error| error.to_string())
}

/// Lets the driver work as it does in a server, until every document is kept.
async fn fetch_all(
    bench: &MediaBench,
    installation: &Arc<Installation>,
    config: &Config,
    shelf: &Shelf,
) -> Result<(), String> {
    let allowed = Allowed::parse(shelf.address.trim_start_matches("http://"));
    let options = wiring::media_options(installation, config)?;
    let media = Media::new(Arc::clone(installation), Egress::new(allowed)?, options);
    let stop = CancellationToken::new();
    let running = tokio::spawn(media.run(stop.clone()));
    let wanted = usize::try_from(bench.documents).unwrap_or(usize::MAX);
    loop {
        let files = states(installation).await?;
        if let Some(state) = files.iter().find(|state| {
            !matches!(state, AttachmentState::Waiting | AttachmentState::Fetching | AttachmentState::Kept)
        }) {
            return Err(format!("a document is {state}"));
        }
        if files.iter().filter(|state| **state == AttachmentState::Kept).count() == wanted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.cancel();
    running.await.map_err(|error| error.to_string())
}

async fn states(installation: &Arc<Installation>) -> Result<Vec<AttachmentState>, String> {
    use usecases::conversations::{ConversationFilter, list_conversations};
    let municipality = "zwanendam".parse().map_err(|_| "the town has no name")?;
    let ctx = installation.system(&municipality, "bench");
    let failed = |error: usecases::Failure| error.to_string();
    let listed = list_conversations(&ctx, &ConversationFilter::default(), None, 1).await.map_err(failed)?;
    let Some(first) = listed.items.first() else { return Ok(Vec::new()) };
    let page = read_messages(&ctx, first.conversation.id, Page::After(None), 100).await.map_err(failed)?;
    Ok(page.items.iter().flat_map(|view| &view.attachments).map(|file| file.state).collect())
}

/// MB a second.
fn rate(bench: &MediaBench, took: Duration) -> f64 {
    let megabytes = u64::from(bench.documents) * bench.megabytes;
    f64::from(u32::try_from(megabytes).unwrap_or(u32::MAX)) / took.as_secs_f64().max(0.001)
}

/// Watches the processes that this one starts: the most memory that those running at one moment have had.
struct Judges {
    most_kb: Arc<AtomicU64>,
    watching: tokio::task::JoinHandle<()>,
}

impl Judges {
    fn watch() -> Self {
        let most_kb = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&most_kb);
        let watching = tokio::spawn(async move {
            loop {
                seen.fetch_max(children_kb(), Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        Self { most_kb, watching }
    }

    fn most_mb(self) -> u64 {
        self.watching.abort();
        self.most_kb.load(Ordering::Relaxed).div_ceil(1024)
    }
}

/// The peaks of the processes that this one has started and that still run, added up.
fn children_kb() -> u64 {
    let parent = std::process::id().to_string();
    let Ok(processes) = std::fs::read_dir("/proc") else { return 0 };
    processes
        .flatten()
        .filter_map(|process| std::fs::read_to_string(process.path().join("status")).ok())
        .filter(|status| line_of(status, "PPid") == Some(&parent))
        .filter_map(|status| line_of(&status, "VmHWM")?.trim_end_matches(" kB").parse::<u64>().ok())
        .sum()
}

fn line_of<'s>(status: &'s str, name: &str) -> Option<&'s str> {
    status.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
}

/// A line of `/proc/self/status`, in MB.
fn memory_mb(name: &str) -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let kilobytes = line_of(&status, name).and_then(|line| line.trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes
        .map(|kilobytes| kilobytes / 1024)
        .ok_or_else(|| format!("the system does not tell {name}"))
}
