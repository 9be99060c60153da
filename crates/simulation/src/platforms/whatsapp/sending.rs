//! A business sends: the way from a request to an accepted message and its answer, faults included.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::json;

use super::super::Shared;
use super::super::faults::{Fault, SendFate};
use super::super::meta::GraphError;
use super::super::serve::HangUp;
use super::ask::{Ask, TextAsk, read_ask};
use super::ids::{self, Way};
use super::number::Accepted;
use super::{no_number, statuses};

/// A connection left half open is closed after this long, should the other side never do it.
const HALF_OPEN_FOR: Duration = Duration::from_secs(300);

/// Does what the request asks and answers as Meta would, or as a fault orders.
pub(super) async fn handle(
    shared: &Arc<Shared>,
    number_id: &str,
    body: &[u8],
) -> Result<Response, GraphError> {
    match read_ask(body)? {
        Ask::Read => {
            shared.change(|state| {
                if let Some(number) = state.whatsapp.numbers.get_mut(number_id) {
                    number.read_receipts += 1;
                }
            });
            Ok(Json(json!({"success": true})).into_response())
        }
        Ask::Text(ask) => send(shared, number_id, ask).await,
    }
}

async fn send(shared: &Arc<Shared>, number_id: &str, ask: TextAsk) -> Result<Response, GraphError> {
    let known = may_send(shared, number_id, &ask)?;
    let fate = shared.faults().send_fate(number_id);
    if let Some(response) = refused(fate.answer.as_ref())? {
        return Ok(response);
    }
    // A number without WhatsApp is accepted all the same: the sender learns it from a status.
    let fails_with = fate.fails_with.or((!known).then_some(131_026));
    let taken = accept(shared, number_id, ask, &fate, fails_with)?;
    if fate.status_first {
        statuses::first_at_once(shared, number_id, taken.position).await;
    }
    statuses::follow(shared, number_id, taken.position);
    Ok(answer(taken, fate.answer).await)
}

/// Window and limits; tells whether the recipient is somebody the platform knows.
fn may_send(shared: &Shared, number_id: &str, ask: &TextAsk) -> Result<bool, GraphError> {
    let now = shared.clock.now();
    let looked_up = shared.read(|state| {
        let number = state.whatsapp.numbers.get(number_id)?;
        let known = state.whatsapp.residents.contains_key(&ask.wa_id);
        Some((known, number.window_open(&ask.wa_id, now), number.settings.messages_per_second))
    });
    let (known, window_open, per_second) =
        looked_up.ok_or_else(|| GraphError::no_such_object("post", number_id))?;
    if known && !window_open {
        return Err(GraphError::whatsapp(
            131_047,
            "Re-engagement message",
            "Message failed to send because more than 24 hours have passed since the customer last replied to this \
             number.",
        ));
    }
    shared.limits.admit(number_id, per_second, &ask.wa_id, now)?;
    Ok(known)
}

/// The faults by which nothing is accepted.
fn refused(fault: Option<&Fault>) -> Result<Option<Response>, GraphError> {
    match fault {
        Some(Fault::Error500) => Err(GraphError::whatsapp(
            131_000,
            "Something went wrong",
            "Message failed to send because of an unknown error. Please try again later.",
        )
        .with_status(StatusCode::INTERNAL_SERVER_ERROR)),
        Some(Fault::RateLimited { retry_after, code }) => {
            let title = if *code == 80_007 { "Rate limit issues" } else { "Rate limit hit" };
            let details =
                "Message failed to send because there were too many messages sent in a short period of time";
            Err(GraphError::whatsapp(*code, title, details)
                .with_status(StatusCode::TOO_MANY_REQUESTS)
                .with_retry_after(retry_after.clone()))
        }
        Some(Fault::Html502) => {
            let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                        Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
            let kind = [(header::CONTENT_TYPE, "text/html")];
            Ok(Some((StatusCode::BAD_GATEWAY, kind, page).into_response()))
        }
        _ => Ok(None),
    }
}

/// The answer to an accepted message, in Meta's order.
#[derive(Serialize)]
struct SendAnswer {
    messaging_product: &'static str,
    contacts: [AnswerContact; 1],
    messages: [AnswerMessage; 1],
}

#[derive(Serialize)]
struct AnswerContact {
    input: String,
    wa_id: String,
}

#[derive(Serialize)]
struct AnswerMessage {
    id: String,
}

/// What the answer says about an accepted message.
struct Taken {
    position: u64,
    input: String,
    wa_id: String,
    wamid: String,
}

fn accept(
    shared: &Shared,
    number_id: &str,
    ask: TextAsk,
    fate: &SendFate,
    fails_with: Option<u32>,
) -> Result<Taken, GraphError> {
    let (now, run) = (shared.clock.now(), shared.run);
    let taken = shared.change(|state| {
        let count = state.whatsapp.next_id();
        let number = state.whatsapp.numbers.get_mut(number_id).ok_or_else(|| no_number(number_id))?;
        let wamid = ids::wamid(Way::Out, &ask.wa_id, run, count);
        let position = number.next_position();
        number.accept(Accepted {
            position,
            wamid: wamid.clone(),
            to: ask.wa_id.clone(),
            text: ask.body,
            reply_to: ask.reply_to,
            biz_opaque_callback_data: ask.callback_data,
            accepted_at: now,
            answered: answered(fate.answer.as_ref()).to_owned(),
            statuses: Vec::new(),
            fails_with,
            silent: fate.no_status,
        });
        Ok::<_, super::Problem>(Taken { position, input: ask.input, wa_id: ask.wa_id, wamid })
    });
    shared.accepted_news.send_modify(|count| *count += 1);
    // The number can only be gone when somebody removed it in this very moment.
    taken.map_err(|_| GraphError::no_such_object("post", number_id))
}

fn answered(fault: Option<&Fault>) -> &'static str {
    match fault {
        Some(Fault::AcceptThenClose) => "accept_then_close",
        Some(Fault::AcceptThenTimeout { .. }) => "accept_then_timeout",
        Some(Fault::AcceptHalfOpen) => "accept_half_open",
        _ => "ok",
    }
}

async fn answer(taken: Taken, fault: Option<Fault>) -> Response {
    let body = SendAnswer {
        messaging_product: "whatsapp",
        contacts: [AnswerContact { input: taken.input, wa_id: taken.wa_id }],
        messages: [AnswerMessage { id: taken.wamid }],
    };
    match fault {
        Some(Fault::AcceptThenClose) => {
            let mut response = StatusCode::OK.into_response();
            response.extensions_mut().insert(HangUp);
            response
        }
        Some(Fault::AcceptThenTimeout { hold }) => {
            tokio::time::sleep(hold).await;
            Json(body).into_response()
        }
        Some(Fault::AcceptHalfOpen) => half_of(&body),
        _ => Json(body).into_response(),
    }
}

/// Announces the whole answer, gives half of it, and says no more.
fn half_of(answer: &SendAnswer) -> Response {
    let body = serde_json::to_vec(answer).expect("an answer holds only text");
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    let silence = stream::once(async {
        tokio::time::sleep(HALF_OPEN_FOR).await;
        Ok::<_, Infallible>(Bytes::new())
    });
    let parts = stream::once(async { Ok::<_, Infallible>(half) }).chain(silence);
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_LENGTH, body.len().to_string()),
    ];
    (headers, Body::from_stream(parts)).into_response()
}
