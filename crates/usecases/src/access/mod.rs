//! Logging in, sessions, tokens.

mod brake;
mod change_password;
mod links;
mod log_in;
pub(crate) mod password;
mod proof;
mod second_factor;
mod sessions;
mod tokens;
mod totp;

pub(crate) use brake::FORGET_AFTER;
pub use change_password::{ChangePassword, ChangeRefused, change_password};
pub(crate) use links::NewLink;
pub use links::{
    AskRefused, ChooseRefused, LinkGiven, LinkPurpose, OpenLink, answer_resets, ask_reset, choose_password,
    open_link,
};
pub use log_in::{
    BUSY_SECONDS, CODE_SECONDS, ConfirmLogIn, LogIn, LogInRefused, LogInStep, LoggedIn, confirm_log_in,
    log_in, waits_for_code,
};
pub use password::{PasswordRefused, check_new_password, hash_password};
pub use second_factor::{
    Enrolling, FactorRefused, FactorSet, Proof, SecondFactorState, Stage, begin_second_factor,
    confirm_second_factor, read_second_factor, remove_second_factor, renew_recovery_codes,
};
pub(crate) use sessions::is_over;
pub use sessions::{
    OwnSession, SessionUser, authenticate_session, end_other_sessions, end_own_session, list_own_sessions,
    log_out, log_out_everywhere,
};
pub use tokens::{CreateToken, NewToken, TokenRefused, authenticate_token, create_token, revoke_token};
pub use totp::code_at;

use sha2::{Digest, Sha256};

/// How a cookie's or token's secret stands in the database: who reads the database cannot use it.
pub(crate) fn hash_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
