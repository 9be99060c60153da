//! `gehoor token`

use clap::{Args, Subcommand};
use usecases::access::{CreateToken, create_token};

use crate::config::Config;
use crate::{say, wiring};

/// Tokens of the API.
#[derive(Subcommand)]
pub enum Token {
    /// Make a token; it is printed once and alone
    Create(Create),
    /// End a token
    Revoke(Revoke),
}

/// Make a token; it is printed once and alone.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor token create --user noor@zwanendam.example --scope read,write")]
pub struct Create {
    /// The user for whom it acts: it can do what that user can do at that moment, and no more
    #[arg(long, value_name = "EMAIL")]
    user: String,
    /// What it is limited to: read, write
    #[arg(long, value_delimiter = ',', required = true)]
    scope: Vec<String>,
}

/// End a token.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor token revoke --municipality zwanendam 0193b5b0-7c00-7000-8000-000000000001"
)]
pub struct Revoke {
    /// In which municipality; may be left out when there is one
    #[arg(long, value_name = "ID")]
    municipality: Option<String>,
    /// The token's id, as it was named when the token was made
    id: String,
}

/// Makes or ends a token.
pub async fn run(command: Token, config: &Config) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    match command {
        Token::Create(create) => {
            let scopes = create
                .scope
                .iter()
                .map(|scope| scope.trim().parse())
                .collect::<Result<Vec<_>, String>>()?;
            let create = CreateToken { email: create.user, scopes };
            let token = create_token(&installation, create).await.map_err(|error| error.to_string())?;
            say::remark(format!("token {} (to end it: gehoor token revoke)", token.id));
            say::result(token.secret);
            Ok(())
        }
        Token::Revoke(revoke) => {
            let municipality =
                super::user::municipality(&installation, revoke.municipality.as_deref()).await?;
            let id = revoke.id.parse().map_err(|error| format!("{error}"))?;
            let ended = usecases::access::revoke_token(&installation, &municipality, id).await;
            if ended.map_err(|error| error.to_string())? {
                say::result(format!("token {id} has ended"));
                return Ok(());
            }
            Err(format!("there is no living token {id}"))
        }
    }
}
