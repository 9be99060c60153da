//! Places on the map, and cards of people.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/messages, location and contacts messages,
//! read 2026-10-11.

use domain::channels::Unsendable;
use domain::messages::{ContactCard, Extra, GeoPlace, Labelled};
use serde_json::{Value, json};

use super::Content;

/// Cards in one message.
const CARDS_MAX: usize = 10;
/// Characters of a name or an address.
const LINE_MAX: usize = 1000;

/// A place; one without a point on the map cannot be sent.
pub(super) fn place(place: &GeoPlace) -> Result<Content, Unsendable> {
    let at = place.at.ok_or(Unsendable::Extra { what: "place_without_point" })?;
    let mut object = json!({ "latitude": at.latitude(), "longitude": at.longitude() });
    for (field, text) in [("name", &place.name), ("address", &place.address)] {
        if let Some(text) = text {
            object[field] = json!(line(text)?);
        }
    }
    Ok(Content::plain("location", object))
}

/// All cards of a reply, in one message.
pub(super) fn cards(extras: &[Extra]) -> Result<Option<Content>, Unsendable> {
    let cards = extras.iter().filter_map(|extra| match extra {
        Extra::Contact(card) => Some(card),
        _ => None,
    });
    let cards = cards.map(card).collect::<Result<Vec<_>, _>>()?;
    if cards.len() > CARDS_MAX {
        return Err(Unsendable::Extra { what: "too_many_contacts" });
    }
    Ok((!cards.is_empty()).then(|| Content::plain("contacts", Value::Array(cards))))
}

fn card(card: &ContactCard) -> Result<Value, Unsendable> {
    let name = line(card.name.trim())?;
    if name.is_empty() {
        return Err(Unsendable::Extra { what: "contact_without_name" });
    }
    let (first, last) = name.split_once(' ').map_or((name, None), |(first, last)| (first, Some(last)));
    let mut written = json!({ "name": { "formatted_name": name, "first_name": first } });
    if let Some(last) = last {
        written["name"]["last_name"] = json!(last.trim());
    }
    if let Some(organisation) = &card.organisation {
        written["org"] = json!({ "company": line(organisation)? });
    }
    for (list, field, values) in [
        ("phones", "phone", &card.phones),
        ("emails", "email", &card.emails),
        ("urls", "url", &card.urls),
    ] {
        if !values.is_empty() {
            written[list] = values.iter().map(|value| labelled(field, value)).collect::<Result<_, _>>()?;
        }
    }
    Ok(written)
}

fn labelled(field: &str, labelled: &Labelled) -> Result<Value, Unsendable> {
    let label = labelled.label.as_deref().unwrap_or("WORK");
    Ok(json!({ (field): line(&labelled.value)?, "type": line(label)? }))
}

fn line(text: &str) -> Result<&str, Unsendable> {
    let fits = text.chars().count() <= LINE_MAX;
    fits.then_some(text).ok_or(Unsendable::Extra { what: "line_too_long" })
}
