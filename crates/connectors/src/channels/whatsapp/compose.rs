//! A reply on its way out: as parts, as requests, and (in [`answers`]) what the platform's answers mean.
//!
//! One file per kind of thing that is sent; each gives [`Content`]: the platform's own object, ready-made, with the place
//! where the id of an uploaded file belongs. Limits are checked here, before anything is stored. To send one more kind: a
//! file, and a line in [`contents`].

mod answers;
mod interactive;
#[cfg(test)]
mod kinds;
mod media;
mod people;
mod template;
#[cfg(test)]
mod tests;

use domain::channels::{
    AccountAccess, HttpRequest, Outbound, Outgoing, PartDraft, PartInFlight, Place, ProviderId, Recipient,
    Step, StepKind, TextUnit, Unsendable,
};
use domain::messages::Extra;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{parse, settings};

pub(super) use answers::after;

/// The longest text, in characters.
pub(super) const TEXT_MAX: usize = 4096;
/// The names of the steps, as the outbox keeps them.
const UPLOAD: &str = "upload";
const SEND: &str = "send";
const READ: &str = "read";

/// Something that is sent in one call.
#[derive(Debug, Clone, PartialEq)]
struct Content {
    /// The platform's word for its kind.
    kind: &'static str,
    /// The platform's object of that kind.
    object: Value,
    /// A file that is uploaded before.
    file: Option<FileInside>,
}

/// A file that goes with a content.
#[derive(Debug, Clone, PartialEq)]
struct FileInside {
    /// What the upload is built from.
    upload: media::Upload,
    /// Where in the object its id belongs, as a JSON pointer.
    pointer: &'static str,
}

impl Content {
    fn plain(kind: &'static str, object: Value) -> Self {
        Self { kind, object, file: None }
    }
}

/// What the last step of a part keeps to build its request from, today or after an update of Gehoor.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Send {
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    kind: String,
    object: Value,
    /// Where the id of the uploaded file belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_at: Option<String>,
    /// The text of a part that an earlier release queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

/// A reply as parts, each one call that the resident sees: what is said, files, places, cards, choices.
pub(super) fn parts(reply: &Outbound) -> Result<Vec<PartDraft>, Unsendable> {
    if reply.to.place != Place::Private {
        return Err(Unsendable::WrongPlace);
    }
    if TextUnit::Characters.length(&reply.text) > TEXT_MAX {
        return Err(Unsendable::TooLong);
    }
    let to = address(&reply.to)?;
    let contents = contents(reply)?.into_iter().enumerate();
    // The quote stands above the first of them.
    let quote = |place: usize| reply.reply_to.as_ref().filter(|_| place == 0);
    Ok(contents.map(|(place, content)| part(&to, content, quote(place))).collect())
}

fn contents(reply: &Outbound) -> Result<Vec<Content>, Unsendable> {
    if let Some(template) = template::only(reply)? {
        return Ok(vec![template]);
    }
    let options = interactive::of(reply)?;
    // What is chosen from has its text above it, and comes last: the question is what the resident must still see.
    let text = if options.is_some() { "" } else { reply.text.as_str() };
    let files = media::of(reply, media::caption(text))?;
    let mut contents = Vec::new();
    let said_with_a_file = files.iter().any(|content| content.object.get("caption").is_some());
    if !text.is_empty() && !said_with_a_file {
        contents.push(self::text(text));
    }
    contents.extend(files);
    for extra in &reply.extras {
        if let Extra::Place(place) = extra {
            contents.push(people::place(place)?);
        }
    }
    contents.extend(people::cards(&reply.extras)?);
    contents.extend(options);
    if contents.is_empty() { Ok(vec![self::text("")]) } else { Ok(contents) }
}

/// Without a preview: the platform would fetch what a link leads to.
fn text(body: &str) -> Content {
    Content::plain("text", json!({ "body": body, "preview_url": false }))
}

fn part(to: &(Option<String>, Option<String>), content: Content, quote: Option<&ProviderId>) -> PartDraft {
    let mut steps = Vec::new();
    if let Some(file) = &content.file {
        let data = serde_json::to_value(&file.upload).expect("a struct of texts is always JSON");
        steps.push(Step {
            name: UPLOAD.to_owned(),
            kind: StepKind::Safe,
            carries_file: true,
            data,
        });
    }
    let send = Send {
        to: to.0.clone(),
        recipient: to.1.clone(),
        reply_to: quote.map(|id| id.as_str().to_owned()),
        kind: content.kind.to_owned(),
        object: content.object,
        file_at: content.file.map(|file| file.pointer.to_owned()),
        body: None,
    };
    let data = serde_json::to_value(send).expect("a struct of texts is always JSON");
    steps.push(Step {
        name: SEND.to_owned(),
        kind: StepKind::Effect,
        carries_file: false,
        data,
    });
    PartDraft { steps }
}

/// The first name that can be sent to, a number or a business-scoped id: the one that was seen last. An older number may
/// be somebody else's by now.
fn address(to: &Recipient) -> Result<(Option<String>, Option<String>), Unsendable> {
    let first = to
        .identifiers
        .iter()
        .find(|known| known.kind == parse::PHONE || known.kind == parse::BSUID);
    let first = first.ok_or(Unsendable::NoAddress)?;
    let value = Some(first.value.clone());
    Ok(if first.kind == parse::PHONE { (value, None) } else { (None, value) })
}

/// An emoji on a message of the resident; an empty one takes ours back.
pub(super) fn reaction(
    to: &Recipient,
    target: &ProviderId,
    emoji: Option<&str>,
) -> Result<PartDraft, Unsendable> {
    if to.place != Place::Private {
        return Err(Unsendable::WrongPlace);
    }
    let emoji = emoji.unwrap_or_default();
    let plausible = emoji.chars().count() <= 16 && !emoji.chars().any(|c| c.is_ascii_alphanumeric());
    if !plausible {
        return Err(Unsendable::Extra { what: "reaction" });
    }
    let object = json!({ "message_id": target.as_str(), "emoji": emoji });
    Ok(part(&address(to)?, Content::plain("reaction", object), None))
}

/// That a message was seen, and that somebody writes. Nobody is written to twice by it, so it may be repeated.
pub(super) fn seen(message: &ProviderId) -> PartDraft {
    let data = json!({ "message_id": message.as_str() });
    PartDraft {
        steps: vec![Step {
            name: READ.to_owned(),
            kind: StepKind::Safe,
            carries_file: false,
            data,
        }],
    }
}

/// The request of a part's step.
pub(super) fn request(part: &PartInFlight, account: &AccountAccess) -> Outgoing {
    Outgoing::Http(match part.step.name.as_str() {
        UPLOAD => media::upload(part, account),
        READ => read(part, account),
        _ => send(part, account),
    })
}

/// The part's id goes along as `biz_opaque_callback_data` and comes back in every report.
fn send(part: &PartInFlight, account: &AccountAccess) -> HttpRequest {
    let mut send = Send::deserialize(&part.step.data).unwrap_or_default();
    if let Some(body) = send.body.take() {
        (send.kind, send.object) = ("text".to_owned(), text(&body).object);
    }
    if let (Some(place), Some(id)) = (&send.file_at, answers::uploaded_id(&part.memory))
        && let Some(spot) = send.object.pointer_mut(place)
    {
        *spot = Value::String(id.to_owned());
    }
    let kind = send.kind.as_str();
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": kind,
        "biz_opaque_callback_data": part.id.to_string(),
    });
    let context = send.reply_to.map(|id| json!({ "message_id": id }));
    let optional = [
        ("to", send.to.map(Value::String)),
        ("recipient", send.recipient.map(Value::String)),
        ("context", context),
        (kind, (!kind.is_empty()).then_some(send.object)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            body[name] = value;
        }
    }
    post_json(account, &body)
}

fn read(part: &PartInFlight, account: &AccountAccess) -> HttpRequest {
    let message = part.step.data.get("message_id").cloned().unwrap_or_default();
    let body = json!({
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": message,
        "typing_indicator": { "type": "text" },
    });
    post_json(account, &body)
}

fn post_json(account: &AccountAccess, body: &Value) -> HttpRequest {
    HttpRequest {
        method: "POST",
        url: format!("{}/messages", settings::number_address(account)),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: body.to_string().into_bytes(),
        form: None,
    }
}
