//! Messages with something to press: buttons, lists, a link, a flow, a request for a place or an address.

use std::collections::BTreeSet;

use super::super::super::meta::GraphError;
use super::look::{Look, invalid};
use super::{Kind, MediaRef, media, unsupported, web_address};

/// Body of most kinds; a list may say four times as much.
const BODY_MAX: usize = 1024;
const LIST_BODY_MAX: usize = 4096;
const HEADER_MAX: usize = 60;
const FOOTER_MAX: usize = 60;
const BUTTONS_MAX: usize = 3;
const BUTTON_TITLE_MAX: usize = 20;
const BUTTON_ID_MAX: usize = 256;
const ROWS_MAX: usize = 10;
const ROW_TITLE_MAX: usize = 24;
const ROW_DESCRIPTION_MAX: usize = 72;
const ROW_ID_MAX: usize = 200;

/// The text a person reads, and the files shown above it.
type Read = (String, Vec<(Kind, MediaRef)>);

pub(super) fn read(interactive: &Look<'_>) -> Result<Read, GraphError> {
    let kinds = ["button", "list", "cta_url", "flow", "location_request_message", "address_message"];
    let kind = interactive.need("type")?;
    let Ok(kind) = kind.one_of(&kinds) else {
        // Catalogues, calls and carousels exist, and a municipality has no use for them.
        return Err(unsupported());
    };
    let action = interactive.need("action")?;
    match kind {
        "button" => buttons(&action)?,
        "list" => rows(&action)?,
        "cta_url" => link(&action)?,
        "flow" => flow(&action)?,
        "location_request_message" => named(&action, "send_location")?,
        _ => address(&action)?,
    }
    let most = if kind == "list" { LIST_BODY_MAX } else { BODY_MAX };
    let body = interactive.need("body")?.need_text("text", most)?;
    if let Some(footer) = interactive.get("footer") {
        footer.need_text("text", FOOTER_MAX)?;
    }
    let header = interactive.get("header").map(|header| header_of(kind, &header)).transpose()?;
    Ok((body.to_owned(), header.flatten().into_iter().collect()))
}

fn header_of(kind: &str, header: &Look<'_>) -> Result<Option<(Kind, MediaRef)>, GraphError> {
    let allowed: &[&'static str] = match kind {
        "list" | "flow" => &["text"],
        "location_request_message" | "address_message" => &[],
        _ => &["text", "image", "video", "document"],
    };
    let shown = match header.need("type")?.one_of(allowed)? {
        "text" => {
            header.need_text("text", HEADER_MAX)?;
            return Ok(None);
        }
        "image" => Kind::Image,
        "video" => Kind::Video,
        _ => Kind::Document,
    };
    Ok(Some((shown, media::file(shown, &header.need(shown.word())?)?)))
}

fn buttons(action: &Look<'_>) -> Result<(), GraphError> {
    let (mut ids, mut titles) = (BTreeSet::new(), BTreeSet::new());
    for button in action.need("buttons")?.list(1, BUTTONS_MAX)? {
        button.need("type")?.one_of(&["reply"])?;
        let reply = button.need("reply")?;
        if !ids.insert(reply.need_text("id", BUTTON_ID_MAX)?) {
            return Err(invalid("Duplicate button id"));
        }
        let title = reply.need("title")?;
        let length = title.value().as_str().unwrap_or_default().chars().count();
        if !(1..=BUTTON_TITLE_MAX).contains(&length) {
            return Err(title.wrong("Button title length invalid. Min length: 1, Max length: 20"));
        }
        if !titles.insert(title.text(BUTTON_TITLE_MAX)?) {
            return Err(invalid("Duplicate button title"));
        }
    }
    Ok(())
}

fn rows(action: &Look<'_>) -> Result<(), GraphError> {
    action.need_text("button", BUTTON_TITLE_MAX)?;
    let sections = action.need("sections")?.list(1, ROWS_MAX)?;
    let (mut ids, mut count) = (BTreeSet::new(), 0);
    for section in &sections {
        if sections.len() > 1 || section.get("title").is_some() {
            section.need_text("title", ROW_TITLE_MAX)?;
        }
        for row in section.need("rows")?.list(1, ROWS_MAX)? {
            count += 1;
            if !ids.insert(row.need_text("id", ROW_ID_MAX)?) {
                return Err(invalid("Duplicated row id found"));
            }
            row.need_text("title", ROW_TITLE_MAX)?;
            row.get_text("description", ROW_DESCRIPTION_MAX)?;
        }
    }
    if count > ROWS_MAX {
        return Err(invalid(&format!("Total row count exceed max allowed count: {ROWS_MAX}")));
    }
    Ok(())
}

fn link(action: &Look<'_>) -> Result<(), GraphError> {
    named(action, "cta_url")?;
    let parameters = action.need("parameters")?;
    parameters.need_text("display_text", BUTTON_TITLE_MAX)?;
    web_address(&parameters.need("url")?).map(drop)
}

fn flow(action: &Look<'_>) -> Result<(), GraphError> {
    named(action, "flow")?;
    let parameters = action.need("parameters")?;
    parameters.need_text("flow_message_version", 10)?;
    match (parameters.get("flow_id"), parameters.get("flow_name")) {
        (Some(_), Some(_)) => return Err(parameters.wrong("takes either flow_id or flow_name, not both")),
        (None, None) => return Err(parameters.wrong("needs flow_id or flow_name")),
        _ => {}
    }
    parameters.need_text("flow_cta", BUTTON_TITLE_MAX)?;
    if let Some(mode) = parameters.get("mode") {
        mode.one_of(&["draft", "published"])?;
    }
    let Some(action) = parameters.get("flow_action") else {
        return Ok(());
    };
    if action.one_of(&["navigate", "data_exchange"])? == "navigate"
        && let Some(payload) = parameters.get("flow_action_payload")
    {
        payload.need_text("screen", 200)?;
    }
    Ok(())
}

fn address(action: &Look<'_>) -> Result<(), GraphError> {
    named(action, "address_message")?;
    // India and Singapore are the countries that have address messages.
    action.need("parameters")?.need("country")?.one_of(&["IN", "SG"]).map(drop)
}

fn named(action: &Look<'_>, name: &'static str) -> Result<(), GraphError> {
    action.need("name")?.one_of(&[name]).map(drop)
}
