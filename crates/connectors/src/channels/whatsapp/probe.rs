//! A harmless look at the number, which shows whether the token is accepted.

use domain::channels::{AccountAccess, HttpRequest, HttpResponse, Outgoing};
use serde_json::Value;

use super::settings;

/// A look at the number itself: harmless, and refused when the token is.
pub(super) fn question(account: &AccountAccess) -> Outgoing {
    let fields = "display_phone_number,verified_name,quality_rating";
    Outgoing::Http(HttpRequest {
        method: "GET",
        url: format!("{}?fields={fields}", settings::number_address(account)),
        headers: Vec::new(),
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: Vec::new(),
        form: None,
    })
}

/// What the platform says about the number.
pub(super) fn answer(response: &HttpResponse) -> Result<String, String> {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status == 200 {
        let said = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or("?").to_owned();
        return Ok(format!("{}, quality {}", said("verified_name"), said("quality_rating")));
    }
    let code = body.pointer("/error/code").and_then(Value::as_i64);
    Err(match code {
        Some(190) => "the access token is not accepted (190)".to_owned(),
        Some(code) => format!("the platform answers with error {code}"),
        None => format!("status {}", response.status),
    })
}
