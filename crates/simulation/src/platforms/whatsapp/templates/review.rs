//! Meta reviews a template, and changes its mind later: paused, disabled, another quality, another category.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::{Problem, Shared};
use super::super::post_of_account;
use super::super::wire;
use super::variables::variables;
use super::write::due;
use super::{Status, Template};

/// A change that somebody orders over the control endpoint.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(in super::super) struct Change {
    status: Option<Status>,
    /// Why it is rejected, paused or disabled.
    reason: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    quality: Option<String>,
    category: Option<String>,
}

/// Takes up the reviews that were under way.
pub(in super::super) fn resume(shared: &Arc<Shared>) {
    let waiting: Vec<(String, String)> = shared.read(|state| {
        let accounts = state.whatsapp.accounts.iter();
        let all = accounts.flat_map(|(waba, account)| account.templates.values().map(move |one| (waba, one)));
        let pending = all.filter(|(_, template)| template.decides_at.is_some());
        pending.map(|(waba, template)| (waba.clone(), template.id.clone())).collect()
    });
    for (waba_id, id) in waiting {
        review(shared, &waba_id, &id);
    }
}

/// Decides when the time has come.
pub(super) fn review(shared: &Arc<Shared>, waba_id: &str, id: &str) {
    let (reviewer, waba_id, id) = (Arc::clone(shared), waba_id.to_owned(), id.to_owned());
    shared.spawn(async move {
        let decides_at = reviewer.read(|state| template(state, &waba_id, &id)?.decides_at);
        let Some(decides_at) = decides_at else { return };
        reviewer.clock.sleep_until(decides_at).await;
        let now = reviewer.clock.now();
        let decided = reviewer.change(|state| {
            let account = state.whatsapp.accounts.get_mut(&waba_id)?;
            let ordered = account.review.rejects_with.clone();
            let template = account.templates.get_mut(&id).filter(|template| due(template, now))?;
            decide(template, ordered);
            Some(template.clone())
        });
        if let Some(template) = decided {
            tell_status(&reviewer, &waba_id, &template);
        }
    });
}

fn template<'a>(
    state: &'a super::super::super::state::State,
    waba_id: &str,
    id: &str,
) -> Option<&'a Template> {
    state.whatsapp.accounts.get(waba_id)?.templates.get(id)
}

fn decide(template: &mut Template, ordered: Option<String>) {
    template.decides_at = None;
    let reason = ordered.or_else(|| neighbours(template).then(|| "INVALID_FORMAT".to_owned()));
    template.status = if reason.is_some() { Status::Rejected } else { Status::Approved };
    template.rejected_reason = reason.unwrap_or_else(|| "NONE".to_owned());
}

/// Variables right beside each other are what reviewers reject most.
fn neighbours(template: &Template) -> bool {
    let body = template.component("BODY").and_then(|body| body["text"].as_str()).unwrap_or_default();
    variables(body).len() > 1 && body.contains("}}{{")
}

fn tell_status(shared: &Arc<Shared>, waba_id: &str, template: &Template) {
    let mut value = named(template);
    value["event"] = json!(template.status.word());
    value["reason"] = json!(template.rejected_reason);
    value["message_template_category"] = json!(template.category);
    if template.status == Status::Rejected && template.rejected_reason == "INVALID_FORMAT" {
        value["rejection_info"] = json!({
            "reason": "Your template has parameters placed next to each other without text between them.",
            "recommendation": "Separate parameters with descriptive text.",
        });
    }
    if template.status == Status::Paused {
        value["other_info"] = json!({"title": "FIRST_PAUSE",
            "description": "Your message template has been paused for 3 hours until it can be sent again."});
    }
    tell(shared, waba_id, "message_template_status_update", value);
}

fn tell(shared: &Arc<Shared>, waba_id: &str, field: &'static str, value: Value) {
    let time = shared.clock.now().as_second();
    post_of_account(shared, waba_id, wire::event_body(waba_id, field, value, time));
}

/// Template ids are numbers in these webhooks, and texts in the API.
fn named(template: &Template) -> Value {
    json!({"message_template_id": template.id.parse::<u64>().unwrap_or(0), "message_template_name": template.name,
        "message_template_language": template.language})
}

/// Carries out what was ordered, and tells it.
pub(in super::super) fn changed_by_hand(
    shared: &Arc<Shared>,
    waba_id: &str,
    id: &str,
    change: Change,
) -> Result<Value, Problem> {
    let now = shared.clock.now();
    let found = shared.change(|state| {
        let account = state.whatsapp.accounts.get_mut(waba_id)?;
        let template = account.templates.get_mut(id)?;
        let before = template.clone();
        if let Some(status) = change.status {
            template.status = status;
            template.decides_at = None;
            template.rejected_reason = change.reason.unwrap_or_else(|| "NONE".to_owned());
        }
        if let Some(quality) = change.quality.filter(|quality| *quality != template.quality) {
            (template.quality, template.quality_at) = (quality, now);
        }
        template.category = change.category.unwrap_or_else(|| template.category.clone());
        Some((before, template.clone()))
    });
    let (before, after) =
        found.ok_or_else(|| Problem::not_found(format!("no template {id} in account {waba_id}")))?;
    if before.status != after.status {
        tell_status(shared, waba_id, &after);
    }
    if before.quality != after.quality {
        let mut value = named(&after);
        value["previous_quality_score"] = json!(before.quality);
        value["new_quality_score"] = json!(after.quality);
        tell(shared, waba_id, "message_template_quality_update", value);
    }
    if before.category != after.category {
        let mut value = named(&after);
        value["previous_category"] = json!(before.category);
        value["new_category"] = json!(after.category);
        tell(shared, waba_id, "template_category_update", value);
    }
    Ok(after.shown(Some("name,language,category,status,quality_score,rejected_reason")))
}
