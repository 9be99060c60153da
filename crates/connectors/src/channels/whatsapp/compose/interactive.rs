//! Buttons, and a list to choose from.
//!
//! Limits: developers.facebook.com/documentation/business-messaging/whatsapp/messages, interactive reply buttons and
//! interactive list messages, read 2026-10-11.

use domain::channels::{Outbound, Unsendable};
use domain::messages::{Choice, Extra, Options};
use serde_json::{Value, json};

use super::Content;

const BUTTONS_MAX: usize = 3;
const BUTTON_TITLE_MAX: usize = 20;
const BUTTONS_TEXT_MAX: usize = 1024;
const ROWS_MAX: usize = 10;
const ROW_TITLE_MAX: usize = 24;
const ROW_DESCRIPTION_MAX: usize = 72;
const OPENER_MAX: usize = 20;
const ID_MAX: usize = 200;

/// The choices of a reply with its text above them; `None` when it has none.
pub(super) fn of(reply: &Outbound) -> Result<Option<Content>, Unsendable> {
    let mut found = reply.extras.iter().filter_map(|extra| match extra {
        Extra::Options(options) => Some(options),
        _ => None,
    });
    let Some(options) = found.next() else { return Ok(None) };
    check(found.next().is_none(), "too_many_choices")?;
    check(!reply.text.trim().is_empty(), "options_without_text")?;
    check(!options.choices.is_empty(), "no_choices")?;
    check_choices(options)?;
    let interactive = match &options.opener {
        None => buttons(options, &reply.text)?,
        Some(opener) => list(options, opener, &reply.text)?,
    };
    Ok(Some(Content::plain("interactive", interactive)))
}

fn buttons(options: &Options, text: &str) -> Result<Value, Unsendable> {
    check(options.choices.len() <= BUTTONS_MAX, "too_many_buttons")?;
    check(fits(text, BUTTONS_TEXT_MAX), "options_text_too_long")?;
    check(
        options.choices.iter().all(|choice| fits(&choice.title, BUTTON_TITLE_MAX)),
        "button_too_long",
    )?;
    check(
        options.choices.iter().all(|choice| choice.description.is_none()),
        "button_with_description",
    )?;
    let buttons = numbered(options)
        .map(|(id, choice)| json!({ "type": "reply", "reply": { "id": id, "title": choice.title } }));
    let buttons: Vec<Value> = buttons.collect();
    Ok(json!({ "type": "button", "body": { "text": text }, "action": { "buttons": buttons } }))
}

fn list(options: &Options, opener: &str, text: &str) -> Result<Value, Unsendable> {
    check(options.choices.len() <= ROWS_MAX, "too_many_choices")?;
    check(!opener.trim().is_empty() && fits(opener, OPENER_MAX), "opener_too_long")?;
    check(options.choices.iter().all(|choice| fits(&choice.title, ROW_TITLE_MAX)), "choice_too_long")?;
    let rows = numbered(options).map(|(id, choice)| match &choice.description {
        Some(description) => json!({ "id": id, "title": choice.title, "description": description }),
        None => json!({ "id": id, "title": choice.title }),
    });
    let rows: Vec<Value> = rows.collect();
    let action = json!({ "button": opener, "sections": [{ "rows": rows }] });
    Ok(json!({ "type": "list", "body": { "text": text }, "action": action }))
}

fn check_choices(options: &Options) -> Result<(), Unsendable> {
    for (place, choice) in options.choices.iter().enumerate() {
        check(!choice.title.trim().is_empty(), "choice_empty")?;
        check(choice.id.len() <= ID_MAX, "choice_too_long")?;
        let described = choice.description.as_deref().unwrap_or_default();
        check(fits(described, ROW_DESCRIPTION_MAX), "choice_description_too_long")?;
        let alike =
            |other: &Choice| other.title == choice.title || (!choice.id.is_empty() && other.id == choice.id);
        check(!options.choices[..place].iter().any(alike), "choices_alike")?;
    }
    Ok(())
}

/// Each choice with its id: our own, or its number where it has none.
fn numbered(options: &Options) -> impl Iterator<Item = (String, &Choice)> {
    options.choices.iter().enumerate().map(|(place, choice)| {
        let id = if choice.id.is_empty() { format!("{}", place + 1) } else { choice.id.clone() };
        (id, choice)
    })
}

fn fits(text: &str, max: usize) -> bool {
    text.chars().count() <= max
}

fn check(holds: bool, what: &'static str) -> Result<(), Unsendable> {
    if holds { Ok(()) } else { Err(Unsendable::Extra { what }) }
}
