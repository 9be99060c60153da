//! How the channel accounts are doing, whether they work, and setting them up.

pub(crate) mod account;
pub(crate) mod check;
pub(crate) mod list;
pub(crate) mod settings;
pub(crate) mod test_message;

use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::ChannelAccountId;
use domain::municipality::ChannelAccount;

use crate::words::Words;

/// An account as people call it: its channel, and its short name.
fn name(w: Words, account: &ChannelAccount) -> String {
    format!("{} ({})", w.channel(account.channel.as_str()), account.id)
}

/// The address of an account's page, or of one below it.
fn address(id: &ChannelAccountId, below: &str) -> String {
    format!("/beheer/kanalen/{id}{below}")
}

/// To a page that says what was done.
fn done(id: &ChannelAccountId, below: &str, what: &str) -> Response {
    Redirect::to(&format!("{}?gedaan={what}", address(id, below))).into_response()
}
