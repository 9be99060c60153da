//! `gehoor eval`: scores a capability on files that anybody may bring, and prints one JSON line of figures.

mod payloads;
mod search;

use std::io::Write as _;
use std::path::Path;

use clap::Subcommand;
use serde_json::Value;

use crate::config::Config;

/// Score a capability on files, as one JSON line of figures.
#[derive(Subcommand)]
pub enum Eval {
    /// What platforms really send, through the real doors of a fresh town
    Payloads(payloads::Payloads),
    /// Questions whose answer is known, asked of the search
    Search(search::SearchEval),
}

/// Runs one.
pub async fn run(command: Eval, config: &Config) -> Result<(), String> {
    match command {
        Eval::Payloads(payloads) => payloads::run(payloads, config).await,
        Eval::Search(search) => search::run(&search),
    }
}

/// Writes what was decided, a JSON line each.
fn write_lines(file: &Path, lines: &[Value]) -> Result<(), String> {
    let doing = |error| format!("{}: {error}", file.display());
    let mut out = std::io::BufWriter::new(std::fs::File::create(file).map_err(doing)?);
    lines.iter().try_for_each(|line| writeln!(out, "{line}")).map_err(doing)?;
    out.flush().map_err(doing)
}
