//! Which app hears of an account, where its webhooks go, and what a token may do.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::number::{MANAGEMENT, MESSAGING};
use super::super::sends::{Look, web_address};
use super::super::verification;

/// The one app of the simulation.
const APP: &str = "1040000000000001";
const OVERRIDE_MAX: usize = 200;

/// `GET /{waba_id}/subscribed_apps`.
pub(super) fn list(shared: &Shared, waba_id: &str) -> Value {
    let (subscribed, address) = shared.read(|state| match state.whatsapp.accounts.get(waba_id) {
        Some(account) => (account.subscribed, account.override_callback_url.clone()),
        None => (true, None),
    });
    let mut app = json!({"whatsapp_business_api_data": {"link": "https://www.facebook.com/games/?app_id=".to_owned() + APP,
        "name": "Gehoor", "id": APP}});
    if let Some(address) = address {
        app["override_callback_uri"] = json!(address);
    }
    let data = if subscribed { vec![app] } else { Vec::new() };
    json!({"data": data})
}

/// `POST /{waba_id}/subscribed_apps`, perhaps with another address for the webhooks, which must prove itself first.
pub(super) async fn subscribe(shared: &Arc<Shared>, waba_id: &str, body: &[u8]) -> Result<Value, GraphError> {
    let written: Value = if body.trim_ascii().is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(body).map_err(|error| {
            GraphError::whatsapp(100, "Invalid parameter", format!("The body cannot be read: {error}"))
        })?
    };
    let look = Look::at(&written, "subscription");
    let address = match look.get("override_callback_uri") {
        None => None,
        Some(address) => {
            address.text(OVERRIDE_MAX)?;
            let address = web_address(&address)?;
            let verify_token = look.need_text("verify_token", 1000)?;
            let proof = verification::challenge(shared, &address, verify_token).await;
            if !proof.verified {
                let message = format!(
                    "(#2200) Callback verification failed with the following errors: {}",
                    proof.detail
                );
                return Err(GraphError::graph(
                    http::StatusCode::BAD_REQUEST,
                    "OAuthException",
                    2200,
                    message,
                ));
            }
            Some(address)
        }
    };
    shared.change(|state| {
        let account = state.whatsapp.accounts.entry(waba_id.to_owned()).or_default();
        account.subscribed = true;
        account.override_callback_url = address;
    });
    Ok(json!({"success": true}))
}

/// `DELETE /{waba_id}/subscribed_apps`.
pub(super) fn unsubscribe(shared: &Shared, waba_id: &str) -> Value {
    shared.change(|state| {
        let account = state.whatsapp.accounts.entry(waba_id.to_owned()).or_default();
        account.subscribed = false;
        account.override_callback_url = None;
    });
    json!({"success": true})
}

/// `GET /debug_token?input_token=…`: is it valid, and what may it do?
pub(super) fn debug_token(shared: &Shared, input: Option<&str>) -> Result<Value, GraphError> {
    let input = input
        .ok_or_else(|| GraphError::whatsapp(100, "The parameter input_token is required", "input_token"))?;
    let found = shared.read(|state| {
        let mut numbers = state.whatsapp.numbers.values();
        let number = numbers.find(|number| number.settings.access_token.as_deref() == Some(input))?;
        let scopes: Vec<&str> =
            [MANAGEMENT, MESSAGING].into_iter().filter(|scope| number.may(scope)).collect();
        Some((scopes, number.settings.waba_id.clone()))
    });
    let Some((scopes, waba_id)) = found else {
        let error = json!({"code": 190, "message": "Invalid OAuth access token."});
        return Ok(json!({"data": {"error": error, "is_valid": false, "scopes": []}}));
    };
    let granular: Vec<Value> =
        scopes.iter().map(|scope| json!({"scope": scope, "target_ids": [waba_id]})).collect();
    Ok(
        json!({"data": {"app_id": APP, "type": "SYSTEM_USER", "application": "Gehoor", "expires_at": 0,
        "data_access_expires_at": 0, "is_valid": true, "issued_at": 1_767_225_600, "scopes": scopes,
        "granular_scopes": granular, "user_id": "122100000000000001"}}),
    )
}
