//! `gehoor export-config`

use clap::Args;

use crate::config::Config;
use crate::{declaration, say, wiring};

/// Write the configuration of a municipality in the form that apply reads, without the values of secrets.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor export-config --municipality zwanendam > zwanendam.toml")]
pub struct ExportConfig {
    /// Which municipality; may be left out when there is one
    #[arg(long, value_name = "ID")]
    municipality: Option<String>,
}

/// Prints the file.
pub async fn run(command: ExportConfig, config: &Config) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    let id = super::user::municipality(&installation, command.municipality.as_deref()).await?;
    let exported = usecases::configuration::export_configuration(&installation, &id).await;
    let exported = exported
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("there is no municipality {id}"))?;
    say::result(declaration::write(&exported)?.trim_end());
    Ok(())
}
