//! What the platform's answer to a step means.

use domain::channels::{After, Answer, HttpResponse, PartInFlight, ProviderId, RetryAfter};
use serde_json::{Value, json};

use super::{READ, UPLOAD};
use crate::channels::whatsapp::{errors, wire};
use crate::{json as read_json, retry_after};

/// How often a file is uploaded for one part before the platform's refusal is believed.
const UPLOADS_MAX: u64 = 2;
/// What the platform says when it has an uploaded file no longer, or cannot use it: it is uploaded once more.
const FILE_TROUBLE: &[i64] = &[100, 131_009, 131_052, 131_053];

/// What follows on the answer to a part's step.
pub(in super::super) fn after(part: &PartInFlight, response: &HttpResponse) -> After {
    match part.step.name.as_str() {
        UPLOAD => uploaded(part, response),
        READ => After::Ended(read(response)),
        _ => sent(part, response),
    }
}

/// The id that an upload gave, as the part remembers it.
pub(super) fn uploaded_id(memory: &Value) -> Option<&str> {
    memory.get("media").and_then(Value::as_str)
}

fn uploads(memory: &Value) -> u64 {
    memory.get("uploads").and_then(Value::as_u64).unwrap_or_default()
}

/// Nobody outside sees an upload: what is uncertain is done again.
fn uploaded(part: &PartInFlight, response: &HttpResponse) -> After {
    let body = std::str::from_utf8(&response.body).unwrap_or_default();
    if (200..300).contains(&response.status)
        && let Ok(wire::Uploaded { id }) = read_json::read(body)
        && let Some(id) = id.text()
    {
        let memory = json!({ "media": id, "uploads": uploads(&part.memory) + 1 });
        return After::NextStep { memory };
    }
    match platforms_own(response, body) {
        Some(answer) => After::Ended(answer),
        None => After::Ended(Answer::Retry {
            after: RetryAfter::Backoff,
            hold: domain::channels::Hold::Part,
            reason: format!("an upload was answered with HTTP {}", response.status),
        }),
    }
}

/// Certainly sent is what came back with an id. Certainly not sent is what came back with the platform's own error
/// object, whatever the status. All else may come from something on the way there, and may have been sent.
fn sent(part: &PartInFlight, response: &HttpResponse) -> After {
    let status = response.status;
    let body = std::str::from_utf8(&response.body).unwrap_or_default();
    if (200..300).contains(&status) {
        return After::Ended(match sent_id(body) {
            Some(id) => Answer::Delivered { provider_id: Some(id) },
            None => Answer::Unknown { reason: format!("HTTP {status} without a message id") },
        });
    }
    if let Some(restart) = without_its_file(part, status, body) {
        return restart;
    }
    After::Ended(platforms_own(response, body).unwrap_or_else(|| Answer::Unknown {
        reason: format!("HTTP {status} without the platform's own error"),
    }))
}

/// A file that the platform has no longer is uploaded again, once.
fn without_its_file(part: &PartInFlight, status: u16, body: &str) -> Option<After> {
    uploaded_id(&part.memory)?;
    let not_sent = read_json::read::<wire::NotSent>(body).ok().filter(|_| status >= 400)?;
    let done = uploads(&part.memory);
    let again = FILE_TROUBLE.contains(&not_sent.error.code) && done < UPLOADS_MAX;
    again.then(|| After::Restart {
        memory: json!({ "uploads": done }),
        reason: format!("WhatsApp error {}: the uploaded file is not there any more", not_sent.error.code),
    })
}

fn platforms_own(response: &HttpResponse, body: &str) -> Option<Answer> {
    let not_sent = read_json::read::<wire::NotSent>(body).ok().filter(|_| response.status >= 400)?;
    Some(errors::answer(
        not_sent.error.code,
        response.status,
        retry_after::named(&response.headers),
    ))
}

fn sent_id(body: &str) -> Option<ProviderId> {
    let sent: wire::Sent = read_json::read(body).ok()?;
    ProviderId::new(sent.messages.first()?.id.text()?).ok()
}

/// Nobody waits for the outcome of "seen"; whatever went wrong, it is over.
fn read(response: &HttpResponse) -> Answer {
    let body = std::str::from_utf8(&response.body).unwrap_or_default();
    if (200..300).contains(&response.status) {
        return Answer::Delivered { provider_id: None };
    }
    platforms_own(response, body).unwrap_or_else(|| Answer::Retry {
        after: RetryAfter::Backoff,
        hold: domain::channels::Hold::Part,
        reason: format!("HTTP {}", response.status),
    })
}
