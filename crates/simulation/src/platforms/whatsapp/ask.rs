//! Reads what a business asks the API to do, as strictly as Meta does.

use serde::Deserialize;
use serde_json::Value;

use super::super::meta::GraphError;

const TEXT_MAX: usize = 4096;
const CALLBACK_DATA_MAX: usize = 512;

/// A well-formed request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Text(TextAsk),
    /// Mark a resident's message, and those before it, as read; perhaps with a typing indicator.
    Read,
}

/// A text to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextAsk {
    /// The recipient as given.
    pub(super) input: String,
    /// The recipient's number, digits only.
    pub(super) wa_id: String,
    pub(super) body: String,
    pub(super) reply_to: Option<String>,
    pub(super) callback_data: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    messaging_product: Option<Value>,
    status: Option<String>,
    message_id: Option<String>,
    recipient_type: Option<String>,
    to: Option<Value>,
    r#type: Option<String>,
    text: Option<TextPart>,
    context: Option<Context>,
    biz_opaque_callback_data: Option<String>,
    typing_indicator: Option<TypingIndicator>,
}

#[derive(Deserialize)]
struct TextPart {
    body: Option<String>,
}

#[derive(Deserialize)]
struct Context {
    message_id: Option<String>,
}

#[derive(Deserialize)]
struct TypingIndicator {
    r#type: Option<String>,
}

/// Reads the body of `POST /{phone_number_id}/messages`.
pub(super) fn read_ask(body: &[u8]) -> Result<Ask, GraphError> {
    let request: Request = serde_json::from_slice(body).map_err(|error| {
        GraphError::whatsapp(100, "Invalid parameter", format!("The body cannot be read: {error}"))
    })?;
    match request.messaging_product.as_ref().and_then(Value::as_str) {
        Some("whatsapp") => {}
        Some(_) => return Err(invalid("messaging_product must be whatsapp")),
        None => return Err(required("messaging_product")),
    }
    match request.status.as_deref() {
        Some("read") => read_receipt(&request),
        Some(_) => Err(invalid("Param status must be one of {READ}")),
        None => message(request),
    }
}

fn read_receipt(request: &Request) -> Result<Ask, GraphError> {
    let typing = request.typing_indicator.as_ref().map(|typing| typing.r#type.as_deref());
    if typing.is_some_and(|kind| kind != Some("text")) {
        return Err(invalid("Param typing_indicator['type'] must be one of {TEXT}"));
    }
    known_shape(request.message_id.as_deref().ok_or_else(|| required("message_id"))?)?;
    Ok(Ask::Read)
}

fn message(request: Request) -> Result<Ask, GraphError> {
    if request.recipient_type.as_deref().is_some_and(|kind| kind != "individual") {
        return Err(invalid("Param recipient_type must be one of {INDIVIDUAL}"));
    }
    let (input, wa_id) = recipient(request.to.as_ref())?;
    // Meta takes a message without a type for a text.
    if request.r#type.as_deref().is_some_and(|kind| kind != "text") {
        return Err(GraphError::whatsapp(
            131_051,
            "Unsupported message type",
            "Message type is currently not supported by this simulation, which speaks text only.",
        ));
    }
    let body = request.text.and_then(|text| text.body).ok_or_else(|| required("text['body']"))?;
    if body.trim().is_empty() {
        return Err(invalid("Param text['body'] cannot be empty"));
    }
    if body.chars().count() > TEXT_MAX {
        let message = format!("Param text['body'] must be at most {TEXT_MAX} characters long.");
        return Err(GraphError::whatsapp(100, &message, message.clone()));
    }
    if request
        .biz_opaque_callback_data
        .as_ref()
        .is_some_and(|data| data.chars().count() > CALLBACK_DATA_MAX)
    {
        let message =
            format!("Param biz_opaque_callback_data must be at most {CALLBACK_DATA_MAX} characters long.");
        return Err(GraphError::whatsapp(100, &message, message.clone()));
    }
    let reply_to = request
        .context
        .map(|context| context.message_id.ok_or_else(|| required("context['message_id']")));
    let reply_to = reply_to.transpose()?;
    reply_to.as_deref().map(known_shape).transpose()?;
    Ok(Ask::Text(TextAsk {
        input,
        wa_id,
        body,
        reply_to,
        callback_data: request.biz_opaque_callback_data,
    }))
}

/// The recipient as given and as digits: Meta forgives plus signs, spaces, dashes and brackets.
fn recipient(to: Option<&Value>) -> Result<(String, String), GraphError> {
    let input = match to {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return Err(required("to")),
    };
    let digits: String = input.chars().filter(|letter| !"+ -()".contains(*letter)).collect();
    if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("Param to is not a valid WhatsApp phone number"));
    }
    Ok((input, digits))
}

fn known_shape(wamid: &str) -> Result<(), GraphError> {
    if wamid.starts_with("wamid.") {
        Ok(())
    } else {
        Err(invalid("Invalid message_id"))
    }
}

fn required(parameter: &str) -> GraphError {
    let title = format!("The parameter {parameter} is required.");
    GraphError::whatsapp(100, &title, title.clone())
}

fn invalid(details: &str) -> GraphError {
    GraphError::whatsapp(131_009, "Parameter value is not valid", details)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(change: &Value, expected: &str) {
        let mut request = json!({"messaging_product": "whatsapp", "to": "31600123456", "type": "text",
            "text": {"body": "Dag!"}});
        for (key, value) in change.as_object().expect("an object") {
            request[key] = value.clone();
        }
        let said = match read_ask(request.to_string().as_bytes()) {
            Ok(ask) => format!("{ask:?}"),
            Err(error) => format!("{error:?}"),
        };
        assert!(said.contains(expected), "{change}: {said}");
    }

    #[test]
    fn what_meta_refuses_is_refused_with_its_code() {
        check(&json!({}), "31600123456");
        check(&json!({"to": "+31 6 00-12 34 56"}), "wa_id: \"31600123456\"");
        check(&json!({"to": 31_600_123_456_u64}), "wa_id: \"31600123456\"");
        check(&json!({"messaging_product": null}), "code: 100");
        check(&json!({"messaging_product": "telegram"}), "code: 131009");
        check(&json!({"to": null}), "code: 100");
        check(&json!({"to": "Noor"}), "code: 131009");
        check(&json!({"text": {"body": " "}}), "code: 131009");
        check(&json!({"text": {}}), "code: 100");
        check(&json!({"text": {"body": "é".repeat(4096)}}), "Text(");
        check(&json!({"text": {"body": "é".repeat(4097)}}), "code: 100");
        check(&json!({"type": "image"}), "code: 131051");
        check(&json!({"biz_opaque_callback_data": "x".repeat(512)}), "Text(");
        check(&json!({"biz_opaque_callback_data": "x".repeat(513)}), "code: 100");
        check(&json!({"context": {"message_id": "wamid.x"}}), "reply_to: Some(\"wamid.x\")");
        check(&json!({"context": {"message_id": "17"}}), "code: 131009");
        check(
            &json!({"status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "text"}}),
            "Read",
        );
        check(&json!({"status": "read"}), "code: 100");
    }
}
