//! Reads what a business asks the API to send, as strictly as Meta does.
//!
//! One file per family of messages: each gets the object that stands under its type and says what of it is kept, or
//! what is wrong. To add a kind: a variant of [`Kind`], its word, and its reader in `content`.

mod interactive;
mod look;
mod media;
mod plain;

use serde_json::Value;

use super::super::meta::GraphError;
use super::codes::{refusal, refusal_because};
use look::{invalid, required, too_long, unsupported};

pub(super) use look::Look;
pub(super) use look::{missing, web_address};
pub(super) use media::MediaRef;

const CALLBACK_DATA_MAX: usize = 512;

/// A well-formed request.
#[derive(Debug, PartialEq)]
pub(super) enum Ask {
    Message(Box<MessageAsk>),
    /// Mark a resident's message, and those before it, as read; perhaps with a typing indicator.
    Read {
        message_id: String,
        typing: bool,
    },
}

/// A message to be sent.
#[derive(Debug, PartialEq)]
pub(super) struct MessageAsk {
    /// The recipient as given.
    pub(super) input: String,
    pub(super) recipient: Recipient,
    pub(super) content: Content,
    pub(super) reply_to: Option<String>,
    pub(super) callback_data: Option<String>,
}

/// How the recipient is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recipient {
    /// A telephone number, digits only.
    Phone(String),
    /// A business-scoped user id.
    UserId(String),
}

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Location,
    Contacts,
    Reaction,
    Interactive,
    Template,
}

/// What is said.
#[derive(Debug, PartialEq)]
pub(super) struct Content {
    pub(super) kind: Kind,
    /// The object under the type, as it was sent.
    pub(super) object: Value,
    /// What a person reads of it: the text, caption or emoji.
    pub(super) text: String,
    /// Files it shows, with the kind each must be.
    pub(super) media: Vec<(Kind, MediaRef)>,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Text,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Document,
        Self::Sticker,
        Self::Location,
        Self::Contacts,
        Self::Reaction,
        Self::Interactive,
        Self::Template,
    ];

    /// The word of the API.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Reaction => "reaction",
            Self::Interactive => "interactive",
            Self::Template => "template",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Reads the body of `POST /{phone_number_id}/messages`.
pub(super) fn read_ask(body: &[u8]) -> Result<Ask, GraphError> {
    let request: Value = serde_json::from_slice(body).map_err(|error| {
        GraphError::whatsapp(100, "Invalid parameter", format!("The body cannot be read: {error}"))
    })?;
    match request.get("messaging_product").and_then(Value::as_str) {
        Some("whatsapp") => {}
        Some(_) => return Err(invalid("messaging_product must be whatsapp")),
        None => return Err(required("messaging_product")),
    }
    match request.get("status").and_then(Value::as_str) {
        Some("read") => read_receipt(&request),
        Some(_) => Err(invalid("Param status must be one of {READ}")),
        None => message(&request).map(|ask| Ask::Message(Box::new(ask))),
    }
}

fn read_receipt(request: &Value) -> Result<Ask, GraphError> {
    let typing = request.get("typing_indicator");
    if let Some(typing) = typing {
        Look::at(typing, "typing_indicator").need("type")?.one_of(&["text"])?;
    }
    let message_id =
        request.get("message_id").and_then(Value::as_str).ok_or_else(|| required("message_id"))?;
    known_shape(message_id)?;
    Ok(Ask::Read { message_id: message_id.to_owned(), typing: typing.is_some() })
}

fn message(request: &Value) -> Result<MessageAsk, GraphError> {
    match request.get("recipient_type").and_then(Value::as_str) {
        None | Some("individual") => {}
        Some("group") => return Err(refusal(131_215)),
        Some(_) => return Err(invalid("Param recipient_type must be one of {INDIVIDUAL, GROUP}")),
    }
    let (input, recipient) = recipient(request)?;
    // Meta takes a message without a type for a text.
    let kind = match request.get("type").and_then(Value::as_str) {
        None => Kind::Text,
        Some(word) => Kind::of(word).ok_or_else(unsupported)?,
    };
    let content = content(kind, request)?;
    let reply_to = quoted(request)?;
    if kind == Kind::Reaction && reply_to.is_some() {
        return Err(invalid("Param context is not allowed in a reaction message"));
    }
    let callback_data = request.get("biz_opaque_callback_data").and_then(Value::as_str).map(str::to_owned);
    if callback_data.as_ref().is_some_and(|data| data.chars().count() > CALLBACK_DATA_MAX) {
        return Err(too_long("biz_opaque_callback_data", CALLBACK_DATA_MAX));
    }
    Ok(MessageAsk { input, recipient, content, reply_to, callback_data })
}

fn content(kind: Kind, request: &Value) -> Result<Content, GraphError> {
    let nothing = Value::Null;
    let object = request.get(kind.word()).filter(|object| !object.is_null());
    let look = Look::at(object.unwrap_or(&nothing), kind.word());
    if object.is_none() {
        return Err(required(if kind == Kind::Text { "text['body']" } else { kind.word() }));
    }
    let (text, media) = match kind {
        Kind::Text => (plain::text(&look)?, Vec::new()),
        Kind::Location => (plain::location(&look)?, Vec::new()),
        Kind::Contacts => (plain::contacts(&look)?, Vec::new()),
        Kind::Reaction => (plain::reaction(&look)?, Vec::new()),
        Kind::Interactive => interactive::read(&look)?,
        // Compared with the template as approved once the account is known.
        Kind::Template => (look.need_text("name", 512)?.to_owned(), Vec::new()),
        Kind::Image | Kind::Video | Kind::Audio | Kind::Document | Kind::Sticker => media::read(kind, &look)?,
    };
    Ok(Content { kind, object: look.value().clone(), text, media })
}

/// The recipient as given, and what it is: `to` holds a number or a user id, `recipient` a user id; `to` goes first.
fn recipient(request: &Value) -> Result<(String, Recipient), GraphError> {
    let input = match (request.get("to"), request.get("recipient")) {
        (Some(Value::String(text)), _) | (None | Some(Value::Null), Some(Value::String(text))) => {
            text.clone()
        }
        (Some(Value::Number(number)), _) => number.to_string(),
        _ => return Err(required("to")),
    };
    if is_user_id(&input) {
        return Ok((input.clone(), Recipient::UserId(input)));
    }
    // Meta forgives plus signs, spaces, dashes and brackets.
    let digits: String = input.chars().filter(|letter| !"+ -()".contains(*letter)).collect();
    if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("Param to is not a valid WhatsApp phone number"));
    }
    Ok((input, Recipient::Phone(digits)))
}

/// Two letters of a country, a full stop, up to 128 letters and digits; `ENT.` after the country when it is shared.
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else {
        return false;
    };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn quoted(request: &Value) -> Result<Option<String>, GraphError> {
    let Some(context) = request.get("context").filter(|context| !context.is_null()) else {
        return Ok(None);
    };
    let wamid = context
        .get("message_id")
        .and_then(Value::as_str)
        .ok_or_else(|| required("context['message_id']"))?;
    known_shape(wamid)?;
    Ok(Some(wamid.to_owned()))
}

fn known_shape(wamid: &str) -> Result<(), GraphError> {
    if wamid.starts_with("wamid.") {
        Ok(())
    } else {
        Err(invalid("Invalid message_id"))
    }
}

/// 132012, with what is wrong about the parameters of a template.
pub(super) fn wrong_format(details: impl Into<String>) -> GraphError {
    refusal_because(132_012, details)
}

#[cfg(test)]
mod tests;
