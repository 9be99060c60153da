//! `gehoor apply`

use std::path::PathBuf;

use clap::Args;

use crate::config::Config;
use crate::{declaration, say, wiring};

/// Apply a configuration file. Idempotent; merges by id; works beside a running server.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor apply zwanendam.toml\n  gehoor apply --prune zwanendam.toml lindeveld.toml"
)]
pub struct Apply {
    /// The files; several files are several municipalities
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Also remove or disable what the file does not name
    #[arg(long)]
    prune: bool,
}

/// Reads all files before anything is applied.
pub async fn run(command: Apply, config: &Config) -> Result<(), String> {
    let mut declarations = Vec::new();
    for path in &command.files {
        declarations.push((path, declaration::read(path)?));
    }
    let installation = wiring::open(config).await?;
    for (path, declared) in declarations {
        let (id, name) = (declared.municipality.id.clone(), declared.municipality.name.clone());
        let counts = format!(
            "{} teams, {} users, {} channel accounts",
            declared.teams.len(),
            declared.users.len(),
            declared.channel_accounts.len()
        );
        let applied =
            usecases::configuration::apply_declaration(&installation, declared, command.prune).await;
        let applied = applied.map_err(|error| format!("{}: {error}", path.display()))?;
        for remark in applied.remarks {
            say::remark(remark);
        }
        say::result(format!("{id}: {name} applied ({counts})"));
    }
    Ok(())
}
