//! `gehoor routes` and `gehoor openapi`

use clap::Args;

use crate::{http, say};

/// List every route with what somebody needs to get through.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor routes --json")]
pub struct Routes {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Print the description of the API (OpenAPI).
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor openapi > openapi.json")]
pub struct Openapi {}

/// Prints the register.
pub fn run(command: &Routes) -> Result<(), String> {
    let routes = http::routes();
    if command.json {
        let lines: Vec<serde_json::Value> = routes
            .iter()
            .map(|route| {
                serde_json::json!({ "method": route.method, "path": route.path, "permission": route.needs.as_str() })
            })
            .collect();
        say::result(serde_json::to_string_pretty(&lines).map_err(|error| error.to_string())?);
    } else {
        for route in routes {
            say::result(format!("{:<5} {:<70} {}", route.method, route.path, route.needs.as_str()));
        }
    }
    Ok(())
}

/// Prints the description.
pub fn openapi() -> Result<(), String> {
    say::result(api::openapi());
    Ok(())
}
