//! `gehoor bench`: figures, each beside a baseline in the same run. The disk decides much of them and is never the same
//! twice, so its fsyncs per second stand beside them, and the ratio is what counts.

mod disk;
mod inbox;
mod ingest;
mod live;
mod load;
mod media;
mod page;
mod pages;
mod search;
mod shelf;

use std::path::Path;

use clap::Subcommand;

use crate::commands::scratch::{Scratch, until_interrupted};
use crate::config::Config;

/// Measure, beside a baseline in the same run.
#[derive(Subcommand)]
pub enum Bench {
    /// How long the lists take among so many conversations, beside the least that they could cost
    Inbox(inbox::InboxBench),
    /// How many webhooks a second are on disk before they are acknowledged
    Ingest(ingest::Ingest),
    /// How long it takes from a webhook to the event in two hundred open pages
    Live(live::Live),
    /// How much memory fifty documents of 90 MB take that arrive at once, and how fast they come
    Media(media::MediaBench),
    /// What a page weighs and how long the server takes for it, beside an answer that looks nothing up
    Page(page::PageBench),
    /// How long a search takes among so many messages, beside a scan over all of them
    Search(search::SearchBench),
    /// The other side of a measurement; started by it
    #[command(hide = true)]
    Load(load::Load),
    /// The other side of a measurement; started by it
    #[command(hide = true)]
    Pages(pages::Pages),
    /// The other side of a measurement; started by it
    #[command(hide = true)]
    Shelf(shelf::ShelfCommand),
}

/// Runs one.
pub async fn run(command: Bench, config: &Config) -> Result<(), String> {
    match command {
        Bench::Inbox(inbox) => inbox::run(inbox, config).await,
        Bench::Ingest(ingest) => ingest::run(ingest, config).await,
        Bench::Live(live) => live::run(live, config).await,
        Bench::Media(media) => media::run(media, config).await,
        Bench::Page(page) => page::run(page, config).await,
        Bench::Search(search) => search::run(search, config).await,
        Bench::Load(load) => load::run(load).await,
        Bench::Pages(pages) => pages::run(pages).await,
        Bench::Shelf(shelf) => shelf::run(shelf).await,
    }
}

/// Measures in a directory and a schema of its own, which are removed afterwards.
async fn aside(
    config: &Config,
    database: Option<String>,
    measure: impl AsyncFnOnce(&Config, &Path) -> Result<(), String>,
) -> Result<(), String> {
    let directory = Scratch::new("bench")?;
    let mut config = config.clone();
    config.data_dir = directory.path().join("data");
    config.key_file = directory.path().join("key");
    config.database_url = database;
    config.database_schema = format!("{}bench_{}", store::scratch::PREFIX, std::process::id());
    let measured = until_interrupted(measure(&config, directory.path())).await;
    let forgotten = match &config.database_url {
        Some(url) => store::scratch::remove_schema(url, &config.database_schema).await,
        None => Ok(()),
    };
    let removed = directory.remove();
    measured?;
    forgotten.map_err(|error| error.to_string())?;
    removed
}
