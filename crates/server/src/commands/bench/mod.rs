//! `gehoor bench`: figures, each beside a baseline in the same run. The disk decides much of them and is never the same
//! twice, so its fsyncs per second stand beside them, and the ratio is what counts.

mod disk;
mod ingest;
mod load;

use clap::Subcommand;

use crate::config::Config;

/// Measure, beside a baseline in the same run.
#[derive(Subcommand)]
pub enum Bench {
    /// How many webhooks a second are on disk before they are acknowledged
    Ingest(ingest::Ingest),
    /// The other side of a measurement; started by it
    #[command(hide = true)]
    Load(load::Load),
}

/// Runs one.
pub async fn run(command: Bench, config: &Config) -> Result<(), String> {
    match command {
        Bench::Ingest(ingest) => ingest::run(ingest, config).await,
        Bench::Load(load) => load::run(load).await,
    }
}
