//! `gehoor eval`: scores a capability on files that anybody may bring, and prints one JSON line of figures.

mod payloads;

use clap::Subcommand;

use crate::config::Config;

/// Score a capability on files, as one JSON line of figures.
#[derive(Subcommand)]
pub enum Eval {
    /// What platforms really send, through the real doors of a fresh town
    Payloads(payloads::Payloads),
}

/// Runs one.
pub async fn run(command: Eval, config: &Config) -> Result<(), String> {
    match command {
        Eval::Payloads(payloads) => payloads::run(payloads, config).await,
    }
}
