//! What each deed of a resident becomes in a webhook.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::super::{Problem, Shared, between};
use super::super::accepted::Accepted;
use super::super::ids;
use super::super::number::{Number, Said};
use super::super::wire::{Incoming, Person, error};
use super::acts::{Act, Deed, Forwarded};
use super::{TEXT_MAX, answers, files, no_number};

const EDIT_WITHIN: Duration = Duration::from_secs(15 * 60);
const REVOKE_WITHIN: Duration = Duration::from_secs(2 * 24 * 3600);

/// Who does it, where and when.
pub(super) struct Scene<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) number_id: &'a str,
    pub(super) person: &'a Person,
    pub(super) at: Timestamp,
}

/// A message without id or moment, or nothing when the platform keeps the deed to itself.
pub(super) fn incoming(scene: &Scene<'_>, act: &Act) -> Result<Option<Incoming>, Problem> {
    let Some(mut content) = content(scene, &act.does)? else {
        return Ok(None);
    };
    if let Some(referral) = &act.referral {
        let told = json!({"source_url": referral.source_url, "source_id": referral.source_id, "source_type": "ad",
            "headline": referral.headline, "body": referral.body, "media_type": "image",
            "image_url": referral.source_url, "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ"});
        content.insert("referral".to_owned(), told);
    }
    if let Some(group_id) = &act.group_id {
        content.insert("group_id".to_owned(), json!(group_id));
    }
    let context = context(scene, act)?;
    let system = matches!(act.does, Deed::ChangeNumber { .. } | Deed::ChangeIdentity);
    let without_contacts = matches!(act.does, Deed::ChangeNumber { .. });
    Ok(Some(Incoming {
        content,
        context,
        system,
        without_contacts,
        ..Incoming::default()
    }))
}

/// The message that a deed answers: what is quoted, pressed or filled in.
fn context(scene: &Scene<'_>, act: &Act) -> Result<Option<Value>, Problem> {
    match act.forwarded {
        Forwarded::No => {}
        Forwarded::Once => return Ok(Some(json!({"forwarded": true}))),
        Forwarded::Often => return Ok(Some(json!({"frequently_forwarded": true}))),
    }
    let answered = match &act.does {
        Deed::Press { message, .. } | Deed::Flow { message, .. } | Deed::CallPermission { message, .. } => {
            Some(message)
        }
        _ => act.quotes.as_ref(),
    };
    let Some(wamid) = answered else { return Ok(None) };
    let from = with_number(scene, |number| {
        if number.sent(wamid).is_some() {
            Ok(number.display_digits())
        } else if number.said(wamid).is_some() {
            Ok(scene.person.phone.clone())
        } else {
            Err(Problem::not_found(format!("nobody sent a message {wamid}")))
        }
    })?;
    Ok(Some(json!({"from": from, "id": wamid})))
}

fn content(scene: &Scene<'_>, deed: &Deed) -> Result<Option<Map<String, Value>>, Problem> {
    let told = match deed {
        Deed::Text { body } => text(body)?,
        Deed::File(file) => files::sent(scene.shared, scene.number_id, file, scene.at)?,
        Deed::TooLarge { kind } => files::too_large(scene.shared, *kind, scene.at)?,
        Deed::Location { latitude, longitude, name, address, url } => {
            let mut place = json!({"latitude": latitude, "longitude": longitude});
            for (field, value) in [("name", name), ("address", address), ("url", url)] {
                if let Some(value) = value {
                    place[field] = json!(value);
                }
            }
            Incoming::of("location", place)
        }
        Deed::Contact { name, phone } => contact(name, phone),
        Deed::Reaction { message, emoji } => {
            let mut reaction = json!({"message_id": message});
            if let Some(emoji) = emoji {
                reaction["emoji"] = json!(emoji);
            }
            Incoming::of("reaction", reaction)
        }
        Deed::Press { message, choice } => sent(scene, message, |message| answers::pressed(message, choice))?,
        Deed::Flow { message, answers } => {
            sent(scene, message, |message| answers::filled_in(message, answers))?
        }
        Deed::Order { catalog_id, text, items } => {
            let item = |(id, quantity): &(String, u32)| {
                json!({"product_retailer_id": id, "quantity": quantity,
                "item_price": 5, "currency": "EUR"})
            };
            let items: Vec<Value> = items.iter().map(item).collect();
            Incoming::of("order", json!({"catalog_id": catalog_id, "text": text, "product_items": items}))
        }
        Deed::Edit { message, text } => return edit(scene, message, text).map(Some),
        Deed::Revoke { message } => return revoke(scene, message),
        Deed::ChangeNumber { to, as_user_id } => changed_number(scene, to, *as_user_id)?,
        Deed::ChangeIdentity => changed_identity(scene),
        Deed::Unsupported { kind } => unsupported(kind.as_deref()),
        Deed::RequestWelcome => Map::from_iter([("type".to_owned(), json!("request_welcome"))]),
        Deed::CallPermission { accepts, .. } => answers::call_permission(*accepts),
        Deed::Other { kind, object } => Incoming::of(kind, object.clone()),
        Deed::Marketing { .. } | Deed::Block { .. } => return Ok(None),
    };
    Ok(Some(told))
}

fn text(body: &str) -> Result<Map<String, Value>, Problem> {
    if body.is_empty() || body.chars().count() > TEXT_MAX {
        return Err(Problem::invalid(format!("a text is 1 to {TEXT_MAX} characters long")));
    }
    Ok(Incoming::of("text", json!({"body": body})))
}

fn contact(name: &str, phone: &str) -> Map<String, Value> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let first = name.split(' ').next().unwrap_or(name);
    let card = json!({"name": {"formatted_name": name, "first_name": first},
        "phones": [{"phone": phone, "wa_id": digits, "type": "MOBILE"}]});
    Incoming::of("contacts", json!([card]))
}

/// Looks a message of ours up.
fn sent(
    scene: &Scene<'_>,
    wamid: &str,
    read: impl FnOnce(&Accepted) -> Result<Map<String, Value>, Problem>,
) -> Result<Map<String, Value>, Problem> {
    let message = with_number(scene, |number| {
        let message = number.sent(wamid).filter(|message| message.to == scene.person.phone).cloned();
        message.ok_or_else(|| Problem::not_found(format!("the resident got no message {wamid}")))
    })?;
    read(&message)
}

/// What a resident said before, no longer ago than `within`.
fn own(scene: &Scene<'_>, wamid: &str, within: Duration) -> Result<Said, Problem> {
    let said = with_number(scene, |number| {
        let said = number.said(wamid).filter(|said| said.phone == scene.person.phone).cloned();
        said.ok_or_else(|| Problem::not_found(format!("the resident said nothing with id {wamid}")))
    })?;
    if between(said.at, scene.at) > within {
        return Err(Problem::invalid("that is too long ago: a phone does not offer it any more"));
    }
    Ok(said)
}

/// Only numbers that are in use on a phone too are told what changed; others learn that something did.
fn edit(scene: &Scene<'_>, wamid: &str, text: &str) -> Result<Map<String, Value>, Problem> {
    let said = own(scene, wamid, EDIT_WITHIN)?;
    if !with_number(scene, |number| Ok(number.settings.coexistence))? {
        return Ok(unsupported(Some("edit")));
    }
    let mut message = said.content;
    let kind = message.get("type").and_then(Value::as_str).unwrap_or("text").to_owned();
    let field = match kind.as_str() {
        "text" => "body",
        "image" | "video" | "document" => "caption",
        _ => return Err(Problem::invalid("only texts and captions can be changed")),
    };
    if let Some(Value::Object(object)) = message.get_mut(&kind) {
        object.insert(field.to_owned(), json!(text));
    }
    Ok(Incoming::of("edit", json!({"original_message_id": wamid, "message": message})))
}

/// A number that is not in use on a phone hears nothing of it.
fn revoke(scene: &Scene<'_>, wamid: &str) -> Result<Option<Map<String, Value>>, Problem> {
    own(scene, wamid, REVOKE_WITHIN)?;
    let told = with_number(scene, |number| Ok(number.settings.coexistence))?;
    Ok(told.then(|| Incoming::of("revoke", json!({"original_message_id": wamid}))))
}

fn changed_number(scene: &Scene<'_>, to: &str, as_user_id: bool) -> Result<Map<String, Value>, Problem> {
    let waba_id = with_number(scene, |number| Ok(number.settings.waba_id.clone()))?;
    let (person, old) = (scene.person, &scene.person.phone);
    let new_id = ids::user_id(&waba_id, to);
    let system = if as_user_id {
        let old_id = ids::user_id(&waba_id, old);
        json!({"type": "user_changed_user_id", "user_id": new_id,
            "body": format!("User {} changed from {old_id} to {new_id}", person.name)})
    } else {
        json!({"type": "user_changed_number", "wa_id": to,
            "body": format!("User {} changed from {old} to {to}", person.name)})
    };
    Ok(Incoming::of("system", system))
}

fn changed_identity(scene: &Scene<'_>) -> Map<String, Value> {
    let mut content =
        Incoming::of("system", json!({"body": "User identity changed", "type": "customer_identity_changed"}));
    let seconds = scene.at.as_second().to_string();
    let identity =
        json!({"acknowledged": true, "created_timestamp": seconds, "hash": format!("hash-{seconds}")});
    content.insert("identity".to_owned(), identity);
    content
}

fn unsupported(kind: Option<&str>) -> Map<String, Value> {
    let mut content = Map::from_iter([("type".to_owned(), json!("unsupported"))]);
    let mut error = error(131_051);
    error["title"] = json!("Message type unknown");
    error["message"] = json!("Message type unknown");
    if let Some(error) = error.as_object_mut() {
        error.remove("href");
    }
    content.insert("errors".to_owned(), json!([error]));
    if let Some(kind) = kind {
        content.insert("unsupported".to_owned(), json!({"type": kind}));
    }
    content
}

fn with_number<R>(scene: &Scene<'_>, look: impl FnOnce(&Number) -> Result<R, Problem>) -> Result<R, Problem> {
    scene.shared.read(|state| {
        let number = state.whatsapp.numbers.get(scene.number_id);
        look(number.ok_or_else(|| no_number(scene.number_id))?)
    })
}
