//! Looks whether a template may be written as it is, before anybody reviews it.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::super::super::meta::GraphError;
use super::super::sends::Look;
use super::variables::variables;

const BODY_MAX: usize = 1024;
const HEADER_MAX: usize = 60;
const FOOTER_MAX: usize = 60;
const BUTTON_MAX: usize = 25;
const BUTTONS_MAX: usize = 10;

/// What Meta says of a template that cannot be: 100 with a subcode and words for whoever filled in the form.
pub(super) fn faulty(subcode: u32, title: &'static str, text: impl Into<String>) -> GraphError {
    GraphError::graph(StatusCode::BAD_REQUEST, "OAuthException", 100, "Invalid parameter")
        .with_subcode(subcode)
        .with_words_for_user(title, text)
}

/// Lower-case letters, digits and underscores, at most 512.
pub(super) fn name(name: &str) -> Result<(), GraphError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=512).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    let text = "Message template name can only have lowercase letters, digits and underscores.";
    Err(faulty(2_388_020, "Invalid template name", text))
}

/// `nl`, `nl_NL` or `fil`.
pub(super) fn language(code: &str) -> Result<(), GraphError> {
    let (short, country) = code.split_once('_').unwrap_or((code, "NL"));
    let known = (2..=3).contains(&short.len())
        && short.bytes().all(|byte| byte.is_ascii_lowercase())
        && country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if known {
        Ok(())
    } else {
        Err(faulty(2_388_021, "Invalid language", "This language is not supported."))
    }
}

/// The components, each within its limits.
pub(super) fn components(components: &Value, named: bool) -> Result<Vec<Value>, GraphError> {
    let look = Look::at(components, "components");
    let mut seen = BTreeSet::new();
    for component in look.list(1, 10)? {
        let kinds = ["HEADER", "BODY", "FOOTER", "BUTTONS"];
        let kind = component.need("type")?.one_of(&kinds)?;
        if !seen.insert(kind) {
            return Err(component.wrong("stands there twice"));
        }
        match kind {
            "HEADER" => header(&component, named)?,
            "BODY" => text(&component, "BODY", BODY_MAX, named)?,
            "FOOTER" => footer(&component)?,
            _ => buttons(&component)?,
        }
    }
    if !seen.contains("BODY") {
        return Err(faulty(
            2_388_043,
            "Template is missing a component",
            "Every template has a component of type BODY.",
        ));
    }
    let list = components.as_array().cloned().unwrap_or_default();
    Ok(list.into_iter().map(in_capitals).collect())
}

/// Types are accepted in any case and shown in capitals.
fn in_capitals(mut component: Value) -> Value {
    for key in ["type", "format"] {
        if let Some(word) = component.get(key).and_then(Value::as_str).map(str::to_uppercase) {
            component[key] = Value::String(word);
        }
    }
    for button in component.get_mut("buttons").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(word) = button["type"].as_str().map(str::to_uppercase) {
            button["type"] = Value::String(word);
        }
    }
    component
}

fn header(header: &Look<'_>, named: bool) -> Result<(), GraphError> {
    match header.need("format")?.one_of(&["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"])? {
        "TEXT" => {
            text(header, "HEADER", HEADER_MAX, named)?;
            let count = variables(header.need_text("text", HEADER_MAX)?).len();
            if count > 1 {
                Err(header.wrong("can have one variable at most"))
            } else {
                Ok(())
            }
        }
        "LOCATION" => Ok(()),
        // What a picture of the header looks like, uploaded before.
        _ => header.get("example").map(drop).ok_or_else(|| no_example("HEADER")),
    }
}

fn footer(footer: &Look<'_>) -> Result<(), GraphError> {
    let text = footer.need_text("text", FOOTER_MAX)?;
    if variables(text).is_empty() {
        Ok(())
    } else {
        Err(footer.wrong("cannot have variables"))
    }
}

fn text(component: &Look<'_>, kind: &str, most: usize, named: bool) -> Result<(), GraphError> {
    let written = component.need_text("text", usize::MAX)?;
    if written.chars().count() > most {
        let text = format!("The {kind} component can have {most} characters at most.");
        return Err(faulty(2_388_040, "Character limit exceeded", text));
    }
    let found = variables(written);
    if found.is_empty() {
        return Ok(());
    }
    let trimmed = written.trim();
    if kind == "BODY" && (trimmed.starts_with("{{") || trimmed.ends_with("}}")) {
        let text = "Variables can't be at the start or end of the template.";
        return Err(faulty(2_388_299, "Leading or trailing params are not allowed", text));
    }
    in_order(&found, named).ok_or_else(|| {
        let text =
            "Variables are {{1}}, {{2}} and so on, or names of lower-case letters, digits and underscores.";
        faulty(2_388_293, "Parameter format is wrong", text)
    })?;
    component.get("example").map(drop).ok_or_else(|| no_example(kind))
}

/// Numbers without gaps, or plain names.
fn in_order(found: &[&str], named: bool) -> Option<()> {
    if named {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        return found.iter().all(|name| !name.is_empty() && name.bytes().all(plain)).then_some(());
    }
    let numbers: Option<BTreeSet<usize>> = found.iter().map(|name| name.parse().ok()).collect();
    let numbers = numbers?;
    (1..=numbers.len()).all(|number| numbers.contains(&number)).then_some(())
}

fn buttons(component: &Look<'_>) -> Result<(), GraphError> {
    for button in component.need("buttons")?.list(1, BUTTONS_MAX)? {
        let kinds = ["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "FLOW", "OTP"];
        let kind = button.need("type")?.one_of(&kinds)?;
        if kind != "COPY_CODE" && kind != "OTP" {
            button.need_text("text", BUTTON_MAX)?;
        }
        match kind {
            "URL" => {
                let url = button.need_text("url", 2000)?;
                if !variables(url).is_empty() && button.get("example").is_none() {
                    return Err(no_example("BUTTONS"));
                }
            }
            "PHONE_NUMBER" => drop(button.need_text("phone_number", 20)?),
            _ => {}
        }
    }
    Ok(())
}

fn no_example(kind: &str) -> GraphError {
    let text = format!("component of type {kind} is missing expected field(s) (example)");
    faulty(2_388_043, "Message template \"components\" param is missing expected field(s)", text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(written: &Value, expected: &str) {
        let said = format!("{:?}", components(written, false));
        assert!(said.contains(expected), "{written}: {said}");
    }

    #[test]
    fn a_template_without_an_example_or_with_loose_variables_is_not_taken() {
        let example = json!({"body_text": [["4711"]]});
        check(
            &json!([{"type": "body", "text": "Uw melding {{1}} is af.", "example": example}]),
            "\"BODY\"",
        );
        check(&json!([{"type": "BODY", "text": "Uw melding {{1}} is af."}]), "2388043");
        check(&json!([{"type": "BODY", "text": "{{1}} is af.", "example": example}]), "2388299");
        check(
            &json!([{"type": "BODY", "text": "Uw melding {{2}} is af.", "example": example}]),
            "2388293",
        );
        check(&json!([{"type": "BODY", "text": "x".repeat(1025)}]), "2388040");
        check(&json!([{"type": "FOOTER", "text": "Gemeente"}]), "2388043");
        check(&json!([{"type": "BODY", "text": "a"}, {"type": "BODY", "text": "b"}]), "131009");
        check(&json!([]), "131009");
    }

    #[test]
    fn headers_footers_and_buttons_have_limits_of_their_own() {
        let with = |other: Value| json!([{"type": "BODY", "text": "Dag"}, other]);
        check(&with(json!({"type": "HEADER", "format": "TEXT", "text": "Uw melding"})), "Ok");
        check(&with(json!({"type": "HEADER", "format": "TEXT", "text": "x".repeat(61)})), "2388040");
        check(&with(json!({"type": "HEADER", "format": "IMAGE"})), "2388043");
        check(&with(json!({"type": "FOOTER", "text": "Nr {{1}}"})), "131009");
        let button = json!({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Ja"}]});
        check(&with(button), "Ok");
        let link = json!({"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Zie", "url": "https://a.example/{{1}}"}]});
        check(&with(link), "2388043");
    }

    #[test]
    fn names_and_languages_have_one_form() {
        assert!(name("melding_af_2").is_ok() && name("Melding").is_err() && name("").is_err());
        assert!(language("nl").is_ok() && language("nl_NL").is_ok() && language("Dutch").is_err());
    }
}
