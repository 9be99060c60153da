//! Logging in, sessions, tokens.

mod brake;
mod log_in;
pub(crate) mod password;
mod sessions;
mod tokens;

pub(crate) use brake::FORGET_AFTER;
pub use log_in::{BUSY_SECONDS, LogIn, LogInRefused, LoggedIn, log_in};
pub use password::{PasswordRefused, check_new_password, hash_password};
pub(crate) use sessions::is_over;
pub use sessions::{SessionUser, authenticate_session, log_out, log_out_everywhere};
pub use tokens::{CreateToken, NewToken, TokenRefused, authenticate_token, create_token, revoke_token};

use sha2::{Digest, Sha256};

/// How a cookie's or token's secret stands in the database: who reads the database cannot use it.
fn hash_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
