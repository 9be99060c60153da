//! Text, location, contacts and reactions. Each reader returns what a person would read of it.

use super::super::super::meta::GraphError;
use super::look::{Look, invalid, missing, required};
use super::web_address;

const TEXT_MAX: usize = 4096;
const NAME_MAX: usize = 1000;
/// Meta recommends at most this many and refuses more.
const CONTACTS_MAX: usize = 257;

pub(super) fn text(text: &Look<'_>) -> Result<String, GraphError> {
    if text.get("preview_url").is_some_and(|preview| !preview.value().is_boolean()) {
        return Err(invalid("Param text['preview_url'] must be a boolean"));
    }
    let body = text.get("body").ok_or_else(|| required("text['body']"))?;
    Ok(body.text(TEXT_MAX)?.to_owned())
}

pub(super) fn location(location: &Look<'_>) -> Result<String, GraphError> {
    location.need("latitude")?.number(-90.0, 90.0)?;
    location.need("longitude")?.number(-180.0, 180.0)?;
    location.get_text("address", NAME_MAX)?;
    Ok(location.get_text("name", NAME_MAX)?.unwrap_or_default().to_owned())
}

pub(super) fn contacts(contacts: &Look<'_>) -> Result<String, GraphError> {
    let mut names = Vec::new();
    for contact in contacts.list(1, CONTACTS_MAX)? {
        let name = contact.need("name")?;
        names.push(name.need_text("formatted_name", NAME_MAX)?);
        let parts = ["first_name", "last_name", "middle_name", "suffix", "prefix"];
        if !parts.iter().any(|part| name.get(part).is_some()) {
            return Err(name.wrong("needs at least one part beside formatted_name"));
        }
        for phone in contact.get("phones").map(|phones| phones.list(0, 100)).transpose()?.unwrap_or_default()
        {
            phone.get_text("phone", 100)?;
        }
        for url in contact.get("urls").map(|urls| urls.list(0, 100)).transpose()?.unwrap_or_default() {
            web_address(&url.need("url")?)?;
        }
    }
    Ok(names.join(", "))
}

/// The emoji; an empty text takes the reaction back.
pub(super) fn reaction(reaction: &Look<'_>) -> Result<String, GraphError> {
    let wamid = reaction.need_text("message_id", 1000)?;
    if !wamid.starts_with("wamid.") {
        return Err(invalid("Invalid message_id"));
    }
    let emoji = reaction.get("emoji").ok_or_else(|| missing("reaction['emoji']"))?;
    let text = emoji.value().as_str().ok_or_else(|| emoji.wrong("must be a string"))?;
    // One emoji, which may be made of several characters: a skin tone, a family.
    let plausible = text.chars().count() <= 16 && !text.chars().any(|letter| letter.is_ascii_alphanumeric());
    if plausible {
        Ok(text.to_owned())
    } else {
        Err(emoji.wrong("must be a single emoji"))
    }
}
