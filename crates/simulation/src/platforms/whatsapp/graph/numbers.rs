//! What the API shows of numbers, accounts and profiles.

use serde_json::{Map, Value, json};

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::codes::meaning;
use super::super::number::Number;
use super::super::sends::{Look, web_address};
use super::super::templates::picked;
use super::apps;

/// What a number shows unasked.
const UNASKED: &str = "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,throughput,\
     webhook_configuration";
/// Fields that a number has and that are empty here: known, and shown to nobody.
const NUMBER_EMPTY: [&str; 6] = [
    "certificate",
    "conversational_automation",
    "eligibility_for_api_business_global_search",
    "new_certificate",
    "new_name_status",
    "username",
];
/// The same of an account.
const ACCOUNT_EMPTY: [&str; 8] = [
    "auth_international_rate_eligibility",
    "disable_marketing_messages_on_cloud_api",
    "is_enabled_for_insights",
    "marketing_messages_lite_api_status",
    "marketing_messages_onboarding_status",
    "on_behalf_of_business_info",
    "owner_business_info",
    "primary_funding_id",
];
/// Field of the profile and its length.
const PROFILE: [(&str, usize); 5] =
    [("about", 139), ("address", 256), ("description", 512), ("email", 128), ("vertical", 50)];
const WEBSITES_MAX: usize = 2;

/// `GET /{phone_number_id}`.
pub(super) fn show(shared: &Shared, id: &str, fields: Option<&str>) -> Result<Value, GraphError> {
    let shown = shared.read(|state| {
        let found = state.whatsapp.numbers.get(id)?;
        Some(number(found, state.whatsapp.locked_with(&found.settings.waba_id)))
    });
    let shown = shown.ok_or_else(|| GraphError::no_such_object("get", id))?;
    known(&shown, &NUMBER_EMPTY, fields, "WhatsAppBusinessPhoneNumber")?;
    Ok(picked(shown, fields.unwrap_or(UNASKED)))
}

/// `GET /{waba_id}/phone_numbers`.
pub(super) fn list(shared: &Shared, waba_id: &str, fields: Option<&str>) -> Result<Value, GraphError> {
    let shown: Vec<Value> = shared.read(|state| {
        let locked = state.whatsapp.locked_with(waba_id);
        let numbers = state.whatsapp.numbers.values();
        numbers
            .filter(|one| one.settings.waba_id == waba_id)
            .map(|one| number(one, locked))
            .collect()
    });
    if let Some(first) = shown.first() {
        known(first, &NUMBER_EMPTY, fields, "WhatsAppBusinessPhoneNumber")?;
    }
    let data: Vec<Value> = shown.into_iter().map(|one| picked(one, fields.unwrap_or(UNASKED))).collect();
    let id = |one: Option<&Value>| one.map(|one| one["id"].clone()).unwrap_or_default();
    let cursors = json!({"before": id(data.first()), "after": id(data.last())});
    Ok(json!({"data": data, "paging": {"cursors": cursors}}))
}

/// `GET /{waba_id}`.
pub(super) fn show_account(
    shared: &Shared,
    waba_id: &str,
    fields: Option<&str>,
) -> Result<Value, GraphError> {
    let (name, locked) = shared.read(|state| {
        let mut numbers = state.whatsapp.numbers.values();
        let first = numbers.find(|one| one.settings.waba_id == waba_id);
        let name = first.map(|one| one.settings.verified_name.clone()).unwrap_or_default();
        (name, state.whatsapp.locked_with(waba_id))
    });
    let status = if locked.is_some() { "REJECTED" } else { "APPROVED" };
    let all = json!({"id": waba_id, "name": name, "currency": "EUR", "timezone_id": "89",
        "message_template_namespace": format!("ns_{waba_id}"), "account_review_status": status,
        "ownership_type": "SELF", "country": "NL", "status": if locked.is_some() { "DISABLED" } else { "ACTIVE" },
        "business_verification_status": "verified", "health_status": health("WABA", waba_id, locked), "subscribed_apps": apps::list(shared, waba_id)});
    known(&all, &ACCOUNT_EMPTY, fields, "WhatsAppBusinessAccount")?;
    Ok(picked(all, fields.unwrap_or("name,currency,timezone_id,message_template_namespace")))
}

/// Whether messages can be sent, and who stands in the way.
fn health(kind: &str, id: &str, locked_with: Option<u32>) -> Value {
    let mut entity = json!({"entity_type": kind, "id": id, "can_send_message": "AVAILABLE"});
    if let Some(code) = locked_with {
        entity["can_send_message"] = json!("BLOCKED");
        entity["errors"] = json!([{"error_code": code, "error_description": meaning(code).title,
            "possible_solution": "See the policy enforcement page."}]);
    }
    json!({"can_send_message": entity["can_send_message"], "entities": [entity]})
}

fn number(number: &Number, locked_with: Option<u32>) -> Value {
    let (settings, standing) = (&number.settings, &number.standing);
    json!({
        "id": settings.phone_number_id,
        "verified_name": settings.verified_name,
        "code_verification_status": "VERIFIED",
        "display_phone_number": settings.display_phone_number,
        "quality_rating": standing.quality,
        "quality_score": {"score": standing.quality},
        "platform_type": "CLOUD_API",
        "throughput": {"level": standing.throughput},
        "status": standing.status,
        "name_status": standing.name_status,
        "messaging_limit_tier": standing.messaging_limit,
        "whatsapp_business_manager_messaging_limit": standing.messaging_limit,
        "account_mode": "LIVE",
        "country_code": "NL",
        "country_dial_code": "31",
        "health_status": health("PHONE_NUMBER", &settings.phone_number_id, locked_with),
        "is_preverified_number": false,
        "search_visibility": "NON_VISIBLE",
        "is_on_biz_app": settings.coexistence,
        "is_official_business_account": false,
        "is_pin_enabled": true,
        "webhook_configuration": {"application": settings.callback_url},
        "last_onboarded_time": "2026-01-05T09:00:00+0000",
    })
}

/// Meta refuses a field that it does not have, by name.
fn known(all: &Value, empty: &[&str], fields: Option<&str>, node: &str) -> Result<(), GraphError> {
    let unknown = fields
        .into_iter()
        .flat_map(|fields| fields.split(','))
        .map(str::trim)
        .find(|field| !field.is_empty() && !empty.contains(field) && all.get(field).is_none());
    match unknown {
        None => Ok(()),
        Some(field) => {
            let message = format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node})");
            Err(GraphError::graph(http::StatusCode::BAD_REQUEST, "OAuthException", 100, message))
        }
    }
}

/// `GET /{phone_number_id}/whatsapp_business_profile`: without `fields` Meta shows next to nothing.
pub(super) fn profile(shared: &Shared, id: &str, fields: Option<&str>) -> Result<Value, GraphError> {
    let kept = shared.read(|state| Some(state.whatsapp.numbers.get(id)?.profile.clone()));
    let mut kept = kept.ok_or_else(|| GraphError::no_such_object("get", id))?;
    kept.entry("vertical").or_insert_with(|| json!("UNDEFINED"));
    kept.retain(|name, _| fields.is_some_and(|fields| fields.split(',').any(|field| field.trim() == name)));
    kept.insert("messaging_product".to_owned(), json!("whatsapp"));
    Ok(json!({"data": [kept]}))
}

/// `POST /{phone_number_id}/whatsapp_business_profile`.
pub(super) fn change_profile(shared: &Shared, id: &str, body: &[u8]) -> Result<Value, GraphError> {
    let written: Value = serde_json::from_slice(body).map_err(|error| {
        GraphError::whatsapp(100, "Invalid parameter", format!("The body cannot be read: {error}"))
    })?;
    let look = Look::at(&written, "profile");
    look.need("messaging_product")?.one_of(&["whatsapp"])?;
    let mut changes = Map::new();
    for (field, most) in PROFILE {
        if let Some(text) = look.get_text(field, most)? {
            changes.insert(field.to_owned(), json!(text));
        }
    }
    if let Some(websites) = look.get("websites") {
        let addresses =
            websites.list(0, WEBSITES_MAX)?.iter().map(web_address).collect::<Result<Vec<_>, _>>()?;
        changes.insert("websites".to_owned(), json!(addresses));
    }
    shared.change(|state| {
        if let Some(number) = state.whatsapp.numbers.get_mut(id) {
            number.profile.extend(changes);
        }
    });
    Ok(json!({"success": true}))
}
