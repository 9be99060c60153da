//! Lists templates page by page.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::account::TEMPLATES_MAX;
use super::super::codes::refusal_because;
use super::{Template, picked};

const PAGE: usize = 25;
const PAGE_MAX: usize = 1000;

/// `GET /{waba_id}/message_templates`, with `fields`, `limit`, `after`, and filters by `name`, `language`,
/// `status` and `category`. Pages go forward only.
pub(in super::super) fn list(
    shared: &Shared,
    waba_id: &str,
    query: &BTreeMap<String, String>,
) -> Result<Value, GraphError> {
    let asked = |name: &str| query.get(name).map(String::as_str);
    let limit = asked("limit").and_then(|limit| limit.parse().ok()).unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let after = asked("after").map(read_cursor).transpose()?;
    let fits = |template: &&Template| {
        let is =
            |name: &str, value: &str| asked(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
        let named = asked("name").is_none_or(|part| template.name.contains(part));
        let newer = after.as_deref().is_none_or(|after| template.id.as_str() > after);
        named
            && newer
            && is("language", &template.language)
            && is("status", template.status.word())
            && is("category", &template.category)
    };
    let (page, more, total) = shared.read(|state| {
        let account = state.whatsapp.accounts.get(waba_id);
        let total = account.map_or(0, |account| account.templates.len());
        let templates = account.into_iter().flat_map(|account| account.templates.values());
        let mut found = templates.filter(fits);
        let page: Vec<Template> = found.by_ref().take(limit).cloned().collect();
        (page, found.next().is_some(), total)
    });
    let data: Vec<Value> = page.iter().map(|template| template.shown(asked("fields"))).collect();
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        return Ok(summed(json!({"data": []}), asked("summary"), total));
    };
    let mut paging = json!({"cursors": {"before": cursor(&first.id), "after": cursor(&last.id)}});
    if more {
        let base = &shared.base_url;
        let (id, fields) = (cursor(&last.id), asked("fields").map(|fields| format!("&fields={fields}")));
        let next = format!("{base}/v26.0/{waba_id}/message_templates?limit={limit}&after={id}");
        paging["next"] = json!(next + &fields.unwrap_or_default());
    }
    Ok(summed(json!({"data": data, "paging": paging}), asked("summary"), total))
}

/// With the sums that were asked, over all templates of the account.
fn summed(mut list: Value, asked: Option<&str>, total: usize) -> Value {
    if let Some(fields) = asked {
        let all = json!({"total_count": total, "message_template_count": total, "message_template_limit": TEMPLATES_MAX,
            "are_translations_complete": true});
        list["summary"] = picked(all, fields);
    }
    list
}

fn cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

fn read_cursor(cursor: &str) -> Result<String, GraphError> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let id = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    id.ok_or_else(|| refusal_because(131_009, "Invalid cursor"))
}
