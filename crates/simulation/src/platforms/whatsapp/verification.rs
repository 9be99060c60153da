//! The handshake by which the platform makes sure that a callback belongs to the one who registered it.

use serde::Serialize;

use super::super::Shared;
use super::ids;
use super::settings::NumberSettings;

/// A challenge is repeated within this many bytes, or it is not repeated.
const ECHO_MAX: usize = 1024;

/// How the callback answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// HTTP 200 with the bare challenge as its body.
    pub verified: bool,
    /// The HTTP status; absent when there was no answer.
    pub status: Option<u16>,
    /// What happened, in a sentence.
    pub detail: String,
}

/// Asks a number's callback to repeat a challenge.
pub(super) async fn perform(shared: &Shared, settings: &NumberSettings) -> Verification {
    challenge(shared, &settings.callback_url, &settings.verify_token).await
}

/// Asks the one at this address to repeat a challenge.
pub(super) async fn challenge(shared: &Shared, callback_url: &str, verify_token: &str) -> Verification {
    let challenge = ids::challenge(shared.run, shared.change(|state| state.whatsapp.next_id()));
    let refused = |detail: String| Verification { verified: false, status: None, detail };
    let mut url = match reqwest::Url::parse(callback_url) {
        Ok(url) => url,
        Err(error) => return refused(format!("The callback is no web address: {error}.")),
    };
    url.query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", &challenge)
        .append_pair("hub.verify_token", verify_token);
    let answer = match shared
        .client
        .get(url)
        .header(http::header::USER_AGENT, "facebookplatform/1.0")
        .send()
        .await
    {
        Ok(answer) => answer,
        // Without the address: it carries the verify token.
        Err(error) => return refused(format!("The callback did not answer: {}.", error.without_url())),
    };
    let status = answer.status();
    let body = answer.bytes().await.unwrap_or_default();
    let echoed = body.len() <= ECHO_MAX && body == challenge.as_bytes();
    let detail = match (status, echoed) {
        (http::StatusCode::OK, true) => "The callback repeated the challenge.".to_owned(),
        (http::StatusCode::OK, false) => {
            "The callback answered 200 with something else than the challenge.".to_owned()
        }
        (status, _) => format!("The callback answered {status}."),
    };
    Verification {
        verified: status == http::StatusCode::OK && echoed,
        status: Some(status.as_u16()),
        detail,
    }
}
