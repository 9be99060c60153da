//! The account's templates, as the platform lists them.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/templates, and the reference of
//! `/{waba_id}/message_templates`, read 2026-10-11.

use domain::channels::{AccountAccess, HttpRequest, HttpResponse, TemplateList};
use domain::messages::MessageKind;
use domain::templates::{Header, Template, TemplateButton, TemplateCategory, TemplateStatus};
use serde::Deserialize;
use serde_json::Value;

use super::settings;
use crate::{json, text};

const FIELDS: &str = "name,language,status,category,components,rejected_reason";
/// Templates on a page.
const PAGE: u32 = 100;
/// Characters of a text of a template; the platform takes fewer.
const TEXT_CHARACTERS: usize = 2_000;
const WORD_CHARACTERS: usize = 512;
const BUTTONS_MAX: usize = 10;

/// The next page; `None` where the account's settings do not name the business account.
pub(super) fn question(account: &AccountAccess, cursor: Option<&str>) -> Option<HttpRequest> {
    settings::value(&account.settings, settings::WABA_ID)?;
    let after = cursor
        .map(|cursor| format!("&after={}", settings::path_segment(cursor)))
        .unwrap_or_default();
    let address = settings::business_address(account);
    Some(HttpRequest {
        method: "GET",
        url: format!("{address}/message_templates?fields={FIELDS}&limit={PAGE}{after}"),
        headers: Vec::new(),
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: Vec::new(),
        form: None,
    })
}

#[derive(Debug, Deserialize)]
struct Page {
    data: Vec<Value>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Paging {
    cursors: Cursors,
    /// The address of the next page; missing on the last.
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Cursors {
    after: Option<String>,
}

/// What a page holds; a template that cannot be read is counted.
pub(super) fn answer(response: &HttpResponse) -> Result<TemplateList, String> {
    let body = std::str::from_utf8(&response.body).unwrap_or_default();
    if response.status != 200 {
        let code = json::read::<Value>(body).ok();
        let code = code.as_ref().and_then(|body| body.pointer("/error/code")).and_then(Value::as_i64);
        return Err(code.map_or_else(
            || format!("status {}", response.status),
            |code| format!("the platform answers with error {code}"),
        ));
    }
    let page: Page = json::read(body)?;
    let read: Vec<Option<Template>> = page.data.iter().map(template).collect();
    let unreadable = read.iter().filter(|template| template.is_none()).count();
    Ok(TemplateList {
        templates: read.into_iter().flatten().collect(),
        unreadable: u32::try_from(unreadable).unwrap_or(u32::MAX),
        next: page.paging.next.and(page.paging.cursors.after),
    })
}

fn template(listed: &Value) -> Option<Template> {
    let components = listed.get("components")?.as_array()?;
    let of = |kind: &str| components.iter().find(|one| word(one, "type").eq_ignore_ascii_case(kind));
    let body = of("BODY")?;
    let (name, language) = (word(listed, "name"), word(listed, "language"));
    if name.is_empty() || language.is_empty() {
        return None;
    }
    let reason = word(listed, "rejected_reason");
    Some(Template {
        name,
        language,
        category: category(&word(listed, "category")),
        status: status(&word(listed, "status")),
        header: of("HEADER").map(header),
        body: said(body),
        footer: of("FOOTER").map(said),
        buttons: of("BUTTONS").map(buttons).unwrap_or_default(),
        examples: examples(body),
        reason: Some(reason).filter(|reason| !reason.is_empty() && reason != "NONE"),
    })
}

fn status(word: &str) -> TemplateStatus {
    match word.to_ascii_uppercase().as_str() {
        "APPROVED" | "REINSTATED" => TemplateStatus::Approved,
        "PENDING" | "IN_APPEAL" => TemplateStatus::Pending,
        "REJECTED" => TemplateStatus::Rejected,
        "PAUSED" | "FLAGGED" => TemplateStatus::Paused,
        "DISABLED" | "LIMIT_EXCEEDED" | "ARCHIVED" => TemplateStatus::Disabled,
        "PENDING_DELETION" | "DELETED" => TemplateStatus::Deleted,
        _ => TemplateStatus::Unknown,
    }
}

fn category(word: &str) -> TemplateCategory {
    word.to_ascii_lowercase().parse().unwrap_or(TemplateCategory::Unknown)
}

fn header(component: &Value) -> Header {
    match word(component, "format").to_ascii_uppercase().as_str() {
        "TEXT" | "" => Header::Text { text: said(component) },
        "IMAGE" => Header::File { kind: MessageKind::Image },
        "VIDEO" => Header::File { kind: MessageKind::Video },
        "DOCUMENT" => Header::File { kind: MessageKind::Document },
        other => Header::Other { kind: other.to_ascii_lowercase() },
    }
}

fn buttons(component: &Value) -> Vec<TemplateButton> {
    let listed = component.get("buttons").and_then(Value::as_array);
    let read = |button: &Value| TemplateButton {
        kind: word(button, "type").to_ascii_lowercase(),
        text: word(button, "text"),
        url: Some(word(button, "url")).filter(|url| !url.is_empty()),
    };
    listed.into_iter().flatten().take(BUTTONS_MAX).map(read).collect()
}

/// Examples of the text, in the order of its placeholders: a list for numbered ones, names and values for named ones.
fn examples(body: &Value) -> Vec<String> {
    let numbered = body.pointer("/example/body_text/0").and_then(Value::as_array);
    let named = body.pointer("/example/body_text_named_params").and_then(Value::as_array);
    let plain = numbered.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let by_name = named.into_iter().flatten().map(|one| word(one, "example"));
    plain
        .chain(by_name)
        .map(|example| domain::limits::cut(&example, 200).to_owned())
        .take(50)
        .collect()
}

fn said(component: &Value) -> String {
    let said = component.get("text").and_then(Value::as_str).unwrap_or_default();
    domain::limits::cut(&said.replace('\0', ""), TEXT_CHARACTERS).to_owned()
}

fn word(of: &Value, field: &str) -> String {
    text::word(of.get(field).and_then(Value::as_str).unwrap_or_default(), WORD_CHARACTERS)
}

#[cfg(test)]
mod tests {
    use domain::channels::Headers;

    use super::*;

    fn listed(status: u16, body: &str) -> Result<TemplateList, String> {
        answer(&HttpResponse {
            status,
            headers: Headers::default(),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn a_page_gives_its_templates_and_where_the_next_begins() {
        let list = listed(
            200,
            r#"{"data":[
                {"name":"melding_stand","language":"nl","status":"APPROVED","category":"UTILITY","id":"1",
                 "components":[{"type":"HEADER","format":"TEXT","text":"Melding {{1}}"},
                  {"type":"BODY","text":"Beste {{naam}}","example":{"body_text_named_params":[{"param_name":"naam","example":"Yusuf"}]}},
                  {"type":"FOOTER","text":"Gemeente"},
                  {"type":"BUTTONS","buttons":[{"type":"URL","text":"Bekijk","url":"https://x.example/{{1}}"}]}]},
                {"name":"kaart","language":"nl","status":"PAUSED","category":"LOTTERY","rejected_reason":"NONE",
                 "components":[{"type":"HEADER","format":"LOCATION"},{"type":"BODY","text":"Hier"}]},
                {"name":"zonder_tekst","language":"nl","components":[]}, 17],
               "paging":{"cursors":{"before":"a","after":"b"},"next":"https://graph.example/next"}}"#,
        )
        .expect("a page");
        assert_eq!((list.templates.len(), list.unreadable, list.next.as_deref()), (2, 2, Some("b")));
        let [first, second] = list.templates.as_slice() else { unreachable!("two") };
        assert_eq!((first.status, first.category), (TemplateStatus::Approved, TemplateCategory::Utility));
        assert_eq!(first.examples, ["Yusuf"]);
        assert_eq!(first.placeholders().len(), 3);
        assert_eq!((second.status, second.category), (TemplateStatus::Paused, TemplateCategory::Unknown));
        assert!(!second.is_supported() && second.reason.is_none());
    }

    #[test]
    fn the_last_page_has_no_next_and_an_error_is_told_by_its_number() {
        let last = listed(200, r#"{"data":[],"paging":{"cursors":{"after":"b"}}}"#).expect("a page");
        assert_eq!(last, TemplateList::default());
        let error = r#"{"error":{"message":"token EAAG-geheim","code":190}}"#;
        assert_eq!(listed(401, error), Err("the platform answers with error 190".to_owned()));
        assert_eq!(listed(502, "<html>"), Err("status 502".to_owned()));
        assert!(listed(200, "[]").is_err() && listed(200, "").is_err());
    }
}
