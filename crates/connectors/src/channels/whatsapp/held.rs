//! What a message holds besides its text: files that the platform keeps for us, places, cards, choices and the like.
//!
//! One entry that is not as expected is left out of what is held; the message and its raw event stay.

use domain::attachments::{FILES_PER_MESSAGE, RemoteFile, Withheld, safe_name};
use domain::messages::{
    Choice, ContactCard, Coordinates, Extra, Form, Forwarded, GeoPlace, Labelled, Order, OrderItem, Product,
    Referral, Trouble,
};
use serde_json::{Value, json};

use super::{notices, wire};
use crate::{json, text};

/// Seconds for which the platform keeps a file that a webhook names: 7 days.
/// Source: developers.facebook.com, business-phone-numbers/media, 16 June 2026.
const KEPT_SECONDS: u32 = 7 * 24 * 3600;
/// "Media download error. Unable to download the media sent by the user": the platform has nothing to give, and advises to
/// ask for it in another way. Source: support/error-codes, 15 May 2026.
const NOT_HAD: i64 = 131_052;
/// The kinds of message of which the file may be named by that error alone.
const MAY_LACK_ITS_FILE: [&str; 6] = ["image", "video", "audio", "document", "sticker", "unsupported"];
/// How its title begins where the file was over 100 MB. Source: business-phone-numbers/media, 16 June 2026.
const TOO_LARGE: &str = "media file size too big";
/// Characters of a short fact.
const WORD_CHARACTERS: usize = 300;
/// Characters of a longer text in a form or an advertisement.
const TEXT_CHARACTERS: usize = 4_000;
/// Entries of a list that are kept: cards, lines of an order, answers of a form.
const ENTRIES: usize = 200;
/// Levels of a form's answers; deeper ones are shown as JSON.
const FORM_DEPTH: usize = 6;

/// The files of a message. One without an id cannot be fetched: it stands here where the platform says that something went
/// wrong with it.
pub(super) fn files(message: &wire::Message<'_>) -> Vec<RemoteFile> {
    let media = [&message.image, &message.video, &message.audio, &message.document, &message.sticker];
    let told: Vec<&wire::Media> = media.into_iter().flatten().take(FILES_PER_MESSAGE).collect();
    if told.is_empty() && MAY_LACK_ITS_FILE.iter().any(|kind| message.kind.text() == Some(kind)) {
        // Only the error tells that there was one.
        let unnamed = withheld(&message.errors).and_then(|_| file(&wire::Media::default(), &message.errors));
        return unnamed.into_iter().collect();
    }
    told.into_iter().filter_map(|media| file(media, &message.errors)).collect()
}

fn file(media: &wire::Media, errors: &[wire::Fault]) -> Option<RemoteFile> {
    let id = media.id.text().filter(|id| id.len() <= 512 && !id.contains(char::is_control));
    let withheld = withheld(errors).or_else(|| {
        let told = id.is_none() && errors.iter().any(|fault| trouble(fault).is_some());
        told.then_some(Withheld::NotPassedOn)
    });
    if id.is_none() && withheld.is_none() {
        return None;
    }
    Some(RemoteFile {
        reference: id.map_or(Value::Null, |id| json!({ "id": id })),
        stated_type: short(&media.mime_type),
        file_name: media.filename.text().and_then(safe_name),
        sha256: media.sha256.text().and_then(hexadecimal),
        kept_seconds: Some(KEPT_SECONDS),
        withheld,
    })
}

/// Whether the platform says that it has no file for us, and why. The code decides that; its title only which reason the
/// agent reads. Any other error beside an id is a remark: the file is asked for, because it may be there.
fn withheld(errors: &[wire::Fault]) -> Option<Withheld> {
    let not_had = |fault: &&wire::Fault| code(fault) == Some(NOT_HAD);
    let fault = errors.iter().find(not_had)?;
    let words = [&fault.title, &fault.message, &fault.error_data.details];
    let too_large = words.into_iter().filter_map(wire::Word::text).any(|words| {
        let begins = words.trim_start().get(..TOO_LARGE.len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(TOO_LARGE))
    });
    Some(if too_large { Withheld::TooLarge } else { Withheld::NotPassedOn })
}

fn code(fault: &wire::Fault) -> Option<i64> {
    fault.code.text().and_then(|code| code.parse().ok())
}

/// The platform writes hashes in base64, with 32 bytes behind it; some older deliveries are hexadecimal already.
fn hexadecimal(hash: &str) -> Option<String> {
    let is_hex = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        return Some(hash.to_ascii_lowercase());
    }
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, hash).ok()?;
    (bytes.len() == 32).then(|| hex::encode(bytes))
}

/// Everything else that a message holds.
pub(super) fn extras(message: &wire::Message<'_>) -> Vec<Extra> {
    let mut held = Vec::new();
    held.extend(message.location.as_ref().map(place));
    held.extend(message.contacts.iter().take(ENTRIES).map(card));
    held.extend(message.interactive.as_ref().and_then(answer));
    held.extend(message.button.as_ref().and_then(pressed));
    held.extend(message.order.as_ref().map(order));
    held.extend(message.context.as_ref().into_iter().flat_map(around));
    held.extend(message.referral.as_ref().map(referral));
    held.extend(message.errors.iter().take(10).filter_map(trouble));
    held
}

fn short(word: &wire::Word) -> Option<String> {
    word.text().map(|word| text::word(word, WORD_CHARACTERS)).filter(|word| !word.is_empty())
}

fn long(word: &wire::Word) -> Option<String> {
    word.text().and_then(|word| text::body(word, TEXT_CHARACTERS))
}

fn place(location: &wire::Location) -> Extra {
    let degrees = |word: &wire::Word| word.text().and_then(|text| text.parse::<f64>().ok());
    let at = degrees(&location.latitude).zip(degrees(&location.longitude));
    Extra::Place(GeoPlace {
        at: at.and_then(|(latitude, longitude)| Coordinates::from_degrees(latitude, longitude)),
        name: short(&location.name),
        address: short(&location.address),
        url: short(&location.url),
        live: location.live,
    })
}

fn card(contact: &wire::SharedContact) -> Extra {
    let labelled = |value: Option<String>, label: &wire::Word| {
        value.map(|value| Labelled { value, label: short(label) })
    };
    let lines = |words: &[&wire::Word]| {
        let parts: Vec<String> = words.iter().filter_map(|word| short(word)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let addresses = contact.addresses.iter().take(20).filter_map(|address| {
        let line = lines(&[&address.street, &address.zip, &address.city, &address.state, &address.country]);
        labelled(line, &address.kind)
    });
    Extra::Contact(ContactCard {
        name: short(&contact.name.formatted_name).unwrap_or_default(),
        organisation: lines(&[&contact.org.company, &contact.org.department, &contact.org.title]),
        phones: contact
            .phones
            .iter()
            .take(20)
            .filter_map(|one| labelled(short(&one.phone), &one.kind))
            .collect(),
        emails: contact
            .emails
            .iter()
            .take(20)
            .filter_map(|one| labelled(short(&one.email), &one.kind))
            .collect(),
        addresses: addresses.collect(),
        urls: contact
            .urls
            .iter()
            .take(20)
            .filter_map(|one| labelled(short(&one.url), &one.kind))
            .collect(),
        birthday: short(&contact.birthday),
    })
}

/// What was chosen from the buttons or the list that we sent, or the form that was filled in.
fn answer(interactive: &wire::Interactive) -> Option<Extra> {
    let choice = |reply: &wire::Choice| {
        reply.title.text().or(reply.id.text())?;
        Some(Extra::Choice(Choice {
            id: short(&reply.id).unwrap_or_default(),
            title: short(&reply.title).unwrap_or_default(),
            description: short(&reply.description),
        }))
    };
    let form = &interactive.nfm_reply;
    choice(&interactive.button_reply).or_else(|| choice(&interactive.list_reply)).or_else(|| {
        let answers = form.response_json.text()?;
        Some(Extra::Form(Form { name: short(&form.name), fields: answered(answers) }))
    })
}

/// A form's answers, from the JSON that the platform hands on as a text.
fn answered(answers: &str) -> Vec<(String, String)> {
    let Ok(document) = json::Document::read(answers.as_bytes()) else { return Vec::new() };
    let mut fields = Vec::new();
    if let Ok(value) = json::read::<Value>(document.text()) {
        flatten("", &value, 0, &mut fields);
    }
    fields
}

fn flatten(name: &str, value: &Value, depth: usize, fields: &mut Vec<(String, String)>) {
    if fields.len() >= ENTRIES {
        return;
    }
    let inner = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        // The platform's own mark of the form that was filled in: nobody's answer.
        Value::Object(object) if depth < FORM_DEPTH => {
            object.iter().filter(|(key, _)| *key != "flow_token").for_each(|(key, value)| {
                flatten(&inner(key), value, depth + 1, fields);
            });
        }
        Value::Array(list)
            if depth < FORM_DEPTH && list.iter().any(|one| one.is_object() || one.is_array()) =>
        {
            for (number, value) in (1..).zip(list) {
                flatten(&inner(&format!("{number}")), value, depth + 1, fields);
            }
        }
        Value::Array(list) => {
            let all: Vec<String> = list.iter().take(ENTRIES).map(plain).collect();
            push(name, &all.join(", "), fields);
        }
        other => push(name, &plain(other), fields),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn push(name: &str, value: &str, fields: &mut Vec<(String, String)>) {
    if let Some(value) = text::body(value, TEXT_CHARACTERS) {
        fields.push((text::word(name, WORD_CHARACTERS), value));
    }
}

/// A quick answer below a template of ours.
fn pressed(button: &wire::Button) -> Option<Extra> {
    button.text.text().or(button.payload.text())?;
    Some(Extra::Choice(Choice {
        id: short(&button.payload).unwrap_or_default(),
        title: short(&button.text).unwrap_or_default(),
        description: None,
    }))
}

fn order(order: &wire::Order) -> Extra {
    let line = |item: &wire::OrderItem| OrderItem {
        product: short(&item.product_retailer_id).unwrap_or_default(),
        quantity: short(&item.quantity).unwrap_or_default(),
        price: short(&item.item_price),
        currency: short(&item.currency),
    };
    Extra::Order(Order {
        catalogue: short(&order.catalog_id),
        items: order.product_items.iter().take(ENTRIES).map(line).collect(),
    })
}

/// Where a message came from, and what it is about.
fn around(context: &wire::Context) -> Vec<Extra> {
    let forwarded = (context.forwarded || context.frequently_forwarded)
        .then_some(Extra::Forwarded(Forwarded { often: context.frequently_forwarded }));
    let product = &context.referred_product;
    let product = short(&product.product_retailer_id)
        .map(|id| Extra::Product(Product { catalogue: short(&product.catalog_id), id }));
    forwarded.into_iter().chain(product).collect()
}

fn referral(referral: &wire::Referral) -> Extra {
    Extra::Referral(Referral {
        kind: short(&referral.source_type),
        id: short(&referral.source_id),
        url: short(&referral.source_url),
        headline: short(&referral.headline),
        body: long(&referral.body),
    })
}

fn trouble(fault: &wire::Fault) -> Option<Extra> {
    let reason = notices::described(fault)?;
    Some(Extra::Trouble(Trouble { code: code(fault), reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(message: &Value) -> Vec<Extra> {
        let text = message.to_string();
        extras(&json::read::<wire::Message<'_>>(&text).expect("a message"))
    }

    #[test]
    fn a_form_is_readable_whatever_its_shape() {
        let answers = r#"{"flow_token":"x","naam":"Yusuf","dagen":["ma","wo"],"adres":{"straat":"Markt","nr":1},"personen":[{"n":"A"},{"n":"B"}],"akkoord":true,"leeg":null}"#;
        let form = held(&json!({ "type": "interactive", "interactive": { "type": "nfm_reply",
            "nfm_reply": { "name": "flow", "body": "Sent", "response_json": answers } } }));
        let [Extra::Form(form)] = form.as_slice() else { unreachable!("a form: {form:?}") };
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [
            ("adres.nr", "1"),
            ("adres.straat", "Markt"),
            ("akkoord", "true"),
            ("dagen", "ma, wo"),
            ("naam", "Yusuf"),
            ("personen.1.n", "A"),
            ("personen.2.n", "B"),
        ];
        let mut sorted = fields.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        // What is no JSON is no answer, and no error either.
        let broken =
            held(&json!({ "interactive": { "nfm_reply": { "name": "flow", "response_json": "{" } } }));
        assert_eq!(broken, [Extra::Form(Form { name: Some("flow".to_owned()), fields: Vec::new() })]);
    }

    #[test]
    fn a_place_that_is_nowhere_stays_a_place() {
        let at = |latitude: Value, longitude: Value| {
            let found = held(&json!({ "location": { "latitude": latitude, "longitude": longitude } }));
            let [Extra::Place(place)] = found.as_slice() else { unreachable!("a place: {found:?}") };
            place.at
        };
        assert!(at(json!(52.5), json!("4.47")).is_some());
        assert!(at(json!(91), json!(4)).is_none());
        assert!(at(json!("NaN"), json!(4)).is_none());
        assert!(at(json!({}), json!([])).is_none());
    }

    #[test]
    fn hashes_are_read_in_both_spellings() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hexadecimal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").as_deref(), Some(hex));
        assert_eq!(hexadecimal(hex).as_deref(), Some(hex));
        for wrong in ["", "47DE", "zz", "=====", &"a".repeat(63)] {
            assert_eq!(hexadecimal(wrong), None, "{wrong}");
        }
    }
}
