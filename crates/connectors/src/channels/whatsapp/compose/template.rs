//! A template, filled in.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/templates, read 2026-10-11.

use domain::channels::{Outbound, Unsendable};
use domain::messages::{Extra, FilledPlaceholder, FilledTemplate};
use domain::templates::Spot;
use serde_json::{Value, json};

use super::{Content, media};

/// The template of a reply, with the file above it if it has one. It goes alone.
pub(super) fn only(reply: &Outbound) -> Result<Option<Content>, Unsendable> {
    let refused = |what| Err(Unsendable::Extra { what });
    let found = reply.extras.iter().find_map(|extra| match extra {
        Extra::Template(template) => Some(template),
        _ => None,
    });
    let Some(template) = found else { return Ok(None) };
    if reply.extras.len() > 1 {
        return refused("template_with_more");
    }
    let mut components = Vec::new();
    let mut file = None;
    match (&template.header, reply.files.as_slice()) {
        (None, []) => (),
        (Some(kind), [only]) if media::kind(0, only)? == kind.as_str() => {
            let parameter = json!({ "type": kind.as_str(), (kind.as_str()): { "id": Value::Null } });
            components.push(json!({ "type": "header", "parameters": [parameter] }));
            let pointer = match media::kind(0, only)? {
                "image" => "/components/0/parameters/0/image/id",
                "video" => "/components/0/parameters/0/video/id",
                _ => "/components/0/parameters/0/document/id",
            };
            file = Some(media::inside(only, pointer));
        }
        (Some(_), _) => return refused("template_header"),
        (None, _) => return refused("template_with_more"),
    }
    for (name, spot) in [("header", Spot::Header), ("body", Spot::Body)] {
        let parameters = parameters(template, spot);
        if !parameters.is_empty() {
            components.push(json!({ "type": name, "parameters": parameters }));
        }
    }
    components.extend(buttons(template));
    let object = json!({
        "name": template.name,
        "language": { "code": template.language },
        "components": components,
    });
    Ok(Some(Content { kind: "template", object, file }))
}

fn parameters(template: &FilledTemplate, spot: Spot) -> Vec<Value> {
    template.filled.iter().filter(|filled| filled.spot == spot).map(parameter).collect()
}

/// A placeholder that has a name, and not a number, is told by it.
fn parameter(filled: &FilledPlaceholder) -> Value {
    let mut written = json!({ "type": "text", "text": filled.value });
    if filled.name.bytes().any(|byte| !byte.is_ascii_digit()) {
        written["parameter_name"] = json!(filled.name);
    }
    written
}

fn buttons(template: &FilledTemplate) -> Vec<Value> {
    let filled = template.filled.iter().filter_map(|filled| match filled.spot {
        Spot::Button(place) => Some(json!({
            "type": "button",
            "sub_type": "url",
            "index": place.to_string(),
            "parameters": [{ "type": "text", "text": filled.value }],
        })),
        Spot::Header | Spot::Body => None,
    });
    filled.collect()
}
