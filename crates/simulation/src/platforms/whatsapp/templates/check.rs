//! Compares a template message with the template as it was approved.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::accepted::QuickReply;
use super::super::codes::{refusal, refusal_because};
use super::super::sends::{Kind, Look, MediaRef, missing, wrong_format};
use super::variables::{filled, variables};
use super::{Status, Template};

const BODY_MAX: usize = 1024;

/// A template as the resident sees it.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Rendered {
    /// The body with its variables filled in.
    pub(in super::super) text: String,
    /// In lower case, as prices are told.
    pub(in super::super) category: String,
    /// A picture, video or document above it.
    pub(in super::super) media: Vec<(Kind, MediaRef)>,
    /// The buttons that answer by themselves.
    pub(in super::super) quick_replies: Vec<QuickReply>,
}

/// Looks the template up and fills it in.
///
/// # Errors
/// 132001 when it does not exist in this language or was never approved, 132015 and 132016 when it is paused or
/// disabled, 132000, 132012 and 131008 when the parameters are not those of the template.
pub(in super::super) fn checked(
    shared: &Shared,
    waba_id: &str,
    object: &Value,
) -> Result<Rendered, GraphError> {
    let look = Look::at(object, "template");
    let name = look.need_text("name", 512)?;
    let language = look.need("language")?.need_text("code", 10)?;
    let found = shared.read(|state| {
        let account = state.whatsapp.accounts.get(waba_id)?;
        let meant = |one: &&Template| one.name == name && one.language == language;
        account.templates.values().find(meant).cloned()
    });
    let absent = || refusal_because(132_001, format!("template name ({name}) does not exist in {language}"));
    let template = found.ok_or_else(absent)?;
    match template.status {
        Status::Approved => rendered(&template, &look),
        Status::Paused => Err(refusal(132_015)),
        Status::Disabled => Err(refusal(132_016)),
        Status::Pending | Status::Rejected => Err(absent()),
    }
}

fn rendered(template: &Template, look: &Look<'_>) -> Result<Rendered, GraphError> {
    let given = match look.get("components") {
        Some(components) => components.list(0, 20)?,
        None => Vec::new(),
    };
    let of_kind = |kind: &str| {
        given
            .iter()
            .find(|one| one.value()["type"].as_str().is_some_and(|said| said.eq_ignore_ascii_case(kind)))
    };
    let text = text_of(template, "BODY", of_kind("body"))?;
    if text.chars().count() > BODY_MAX {
        return Err(refusal(132_005));
    }
    let media = header(template, of_kind("header"))?;
    buttons(template, &given)?;
    Ok(Rendered {
        text,
        category: template.category.to_lowercase(),
        media,
        quick_replies: quick_replies(template, &given),
    })
}

/// The text of a component with its variables filled in.
fn text_of(template: &Template, kind: &str, given: Option<&Look<'_>>) -> Result<String, GraphError> {
    let written = template
        .component(kind)
        .and_then(|component| component["text"].as_str())
        .unwrap_or_default();
    let mut wanted = variables(written);
    wanted.sort_unstable();
    wanted.dedup();
    let parameters = match given.and_then(|given| given.get("parameters")) {
        Some(parameters) => parameters.list(0, 100)?,
        None => Vec::new(),
    };
    if parameters.len() != wanted.len() {
        let (count, expected, kind) = (parameters.len(), wanted.len(), kind.to_lowercase());
        let details = format!(
            "{kind}: number of localizable_params ({count}) does not match the expected number of params ({expected})"
        );
        return Err(refusal_because(132_000, details));
    }
    let named = template.parameter_format == "NAMED";
    let mut values = BTreeMap::new();
    for (place, parameter) in parameters.iter().enumerate() {
        let name = if named { named_in(parameter, &wanted)? } else { (place + 1).to_string() };
        values.insert(name, value(parameter)?);
    }
    Ok(filled(written, |name| values.get(name).cloned()))
}

fn named_in(parameter: &Look<'_>, wanted: &[&str]) -> Result<String, GraphError> {
    let name = parameter.get_text("parameter_name", 100)?;
    let known = name.filter(|name| wanted.contains(name));
    known
        .map(str::to_owned)
        .ok_or_else(|| GraphError::whatsapp(100, "Invalid parameter", "Parameter name is missing or empty"))
}

/// What a parameter becomes. Line breaks, tabs and five spaces in a row are not taken.
fn value(parameter: &Look<'_>) -> Result<String, GraphError> {
    let kind = parameter.need("type")?.one_of(&["text", "currency", "date_time"])?;
    if kind != "text" {
        return Ok(parameter.need(kind)?.need_text("fallback_value", 1000)?.to_owned());
    }
    let text = parameter
        .need("text")
        .map_err(|_| missing("text of a parameter of type text"))?
        .text(32_768)?;
    if text.contains(['\n', '\r', '\t']) || text.contains("     ") {
        let details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
        return Err(refusal_because(132_018, details));
    }
    Ok(text.to_owned())
}

fn header(template: &Template, given: Option<&Look<'_>>) -> Result<Vec<(Kind, MediaRef)>, GraphError> {
    let format = template
        .component("HEADER")
        .and_then(|header| header["format"].as_str())
        .unwrap_or("NONE");
    let kind = match format {
        "NONE" if given.is_some() => return Err(wrong_format("header: the template has no header")),
        "NONE" => return Ok(Vec::new()),
        "TEXT" => return text_of(template, "HEADER", given).map(|_| Vec::new()),
        "IMAGE" => Some(Kind::Image),
        "VIDEO" => Some(Kind::Video),
        "DOCUMENT" => Some(Kind::Document),
        _ => None,
    };
    let parameters = given.and_then(|given| given.get("parameters"));
    let received = parameters.as_ref().and_then(|list| list.value()[0]["type"].as_str()).unwrap_or("unknown");
    let mismatch = || {
        let received = received.to_uppercase();
        wrong_format(format!("header: Format mismatch, expected {format}, received {received}"))
    };
    let expected = kind.map_or("location", Kind::word);
    if received != expected {
        return Err(mismatch());
    }
    let first = parameters.ok_or_else(mismatch)?.list(1, 1)?.remove(0).need(expected)?;
    let Some(kind) = kind else { return Ok(Vec::new()) };
    let file = match (first.get_text("id", 256)?, first.get_text("link", 2048)?) {
        (Some(id), None) => MediaRef::Id(id.to_owned()),
        (None, Some(link)) => MediaRef::Link(link.to_owned()),
        _ => return Err(mismatch()),
    };
    Ok(vec![(kind, file)])
}

fn buttons(template: &Template, given: &[Look<'_>]) -> Result<(), GraphError> {
    let written = written_buttons(template);
    for look in given.iter().filter(is_button) {
        if index_of(look).is_none_or(|index| index >= written.len()) {
            return Err(wrong_format("buttons: Button index is not one of the template's"));
        }
    }
    for (place, button) in written.iter().enumerate() {
        let kind = button["type"].as_str().unwrap_or_default();
        let filled = given.iter().filter(is_button).find(|look| index_of(look) == Some(place));
        let needs = match kind {
            "URL" => !variables(button["url"].as_str().unwrap_or_default()).is_empty(),
            "COPY_CODE" | "OTP" => true,
            _ => false,
        };
        if needs && filled.is_none() {
            return Err(missing(&format!("buttons: Button at index {place} of type {kind}: a parameter")));
        }
        if let Some(filled) = filled.filter(|_| needs) {
            filled.need("parameters")?.list(1, 1)?;
        }
    }
    Ok(())
}

/// Each quick reply with the payload that the message gives it by its place; without one its text comes back.
fn quick_replies(template: &Template, given: &[Look<'_>]) -> Vec<QuickReply> {
    let payload_at = |place: usize| {
        let filled = given.iter().filter(is_button).find(|look| index_of(look) == Some(place))?;
        filled.value()["parameters"][0]["payload"].as_str()
    };
    let places = written_buttons(template).iter().enumerate();
    let replies = places.filter(|(_, button)| button["type"] == "QUICK_REPLY");
    let offered = replies.filter_map(|(place, button)| {
        let text = button["text"].as_str()?;
        let payload = payload_at(place).unwrap_or(text);
        Some(QuickReply { text: text.to_owned(), payload: payload.to_owned() })
    });
    offered.collect()
}

fn written_buttons(template: &Template) -> &[Value] {
    let component = template.component("BUTTONS");
    let buttons = component.and_then(|component| component["buttons"].as_array());
    buttons.map(Vec::as_slice).unwrap_or_default()
}

fn is_button(given: &&Look<'_>) -> bool {
    given.value()["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("button"))
}

/// The place of a button that the message fills in; it comes as a number or as text.
fn index_of(given: &Look<'_>) -> Option<usize> {
    let index = &given.value()["index"];
    let number = index.as_u64().or_else(|| index.as_str()?.parse().ok())?;
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(change: &Value) -> Template {
        let components = json!([{"type": "BODY", "text": "Beste {{1}}, melding {{2}} is af."}]);
        let components = change.get("components").cloned().unwrap_or(components);
        Template {
            id: "1".to_owned(),
            name: "melding_af".to_owned(),
            language: "nl".to_owned(),
            category: "UTILITY".to_owned(),
            status: Status::Approved,
            parameter_format: change["format"].as_str().unwrap_or("POSITIONAL").to_owned(),
            components: components.as_array().cloned().expect("a list"),
            quality: "GREEN".to_owned(),
            quality_at: jiff::Timestamp::UNIX_EPOCH,
            rejected_reason: "NONE".to_owned(),
            decides_at: None,
        }
    }

    fn check(change: &Value, components: &Value, expected: &str) {
        let object = json!({"components": components});
        let said = format!("{:?}", rendered(&template(change), &Look::at(&object, "template")));
        assert!(said.contains(expected), "{components}: {said}");
    }

    fn body(texts: &[&str]) -> Value {
        let parameters: Vec<Value> = texts.iter().map(|text| json!({"type": "text", "text": text})).collect();
        json!({"type": "body", "parameters": parameters})
    }

    #[test]
    fn the_parameters_are_those_of_the_template() {
        let plain = json!({});
        check(&plain, &json!([body(&["Yusuf", "4711"])]), "Beste Yusuf, melding 4711 is af.");
        check(
            &plain,
            &json!([body(&["Yusuf"])]),
            "localizable_params (1) does not match the expected number of params (2)",
        );
        check(&plain, &json!([]), "code: 132000");
        check(&plain, &json!([body(&["Yusuf", "47\n11"])]), "code: 132018");
        check(&plain, &json!([body(&["Yusuf", &"x".repeat(1024)])]), "code: 132005");
        check(
            &plain,
            &json!([body(&["Yusuf", "4"]), {"type": "header", "parameters": []}]),
            "code: 132012",
        );
        let named =
            json!({"format": "NAMED", "components": [{"type": "BODY", "text": "Beste {{naam}}, dag."}]});
        let given = |name: &str| json!([{"type": "body", "parameters": [{"type": "text", "text": "Noor", "parameter_name": name}]}]);
        check(&named, &given("naam"), "Beste Noor, dag.");
        check(&named, &given("straat"), "code: 100");
    }

    #[test]
    fn headers_and_buttons_want_what_they_were_approved_with() {
        let picture =
            json!({"components": [{"type": "BODY", "text": "Dag"}, {"type": "HEADER", "format": "IMAGE"}]});
        let header =
            |kind: &str| json!([{"type": "header", "parameters": [{"type": kind, kind: {"id": "17"}}]}]);
        check(&picture, &header("image"), "Id(\"17\")");
        check(&picture, &header("video"), "expected IMAGE, received VIDEO");
        check(&picture, &json!([]), "expected IMAGE, received UNKNOWN");
        let link = json!({"components": [{"type": "BODY", "text": "Dag"}, {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Ja"}, {"type": "URL", "text": "Zie", "url": "https://a.example/{{1}}"}]}]});
        let button = |index: &str| json!([{"type": "button", "sub_type": "url", "index": index, "parameters": [{"type": "text", "text": "x"}]}]);
        check(&link, &button("1"), "Ok");
        check(&link, &json!([]), "code: 131008");
        check(&link, &button("2"), "code: 132012");
    }
}
