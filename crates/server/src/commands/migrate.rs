//! `gehoor migrate`

use clap::Args;

use crate::config::Config;
use crate::{say, wiring};

/// Bring the tables up to date. Serving does so by itself; this is for who wants it done before.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor migrate --data-dir /var/lib/gehoor")]
pub struct Migrate {}

/// Opens the store, which brings it up to date.
pub async fn run(config: &Config) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    say::result(format!("the tables are up to date ({})", installation.store.engine_name()));
    Ok(())
}
