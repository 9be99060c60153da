//! How a send is answered: as Meta does, or as a fault orders.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{StatusCode, header};
use serde::Serialize;

use super::super::super::faults::Fault;
use super::super::super::meta::GraphError;
use super::super::super::serve::HangUp;
use super::super::codes::refusal;

/// A connection left half open is closed after this long, should the other side never do it.
const HALF_OPEN_FOR: Duration = Duration::from_secs(300);

/// The faults by which nothing is accepted.
pub(super) fn refused(fault: Option<&Fault>) -> Result<Option<Response>, GraphError> {
    match fault {
        Some(Fault::Error500) => Err(refusal(131_000)),
        Some(Fault::Refuse { code }) => Err(refusal(*code)),
        Some(Fault::RateLimited { retry_after, code }) => {
            let limited = refusal(*code).with_status(StatusCode::TOO_MANY_REQUESTS);
            Err(limited.with_retry_after(retry_after.clone()))
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
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
}

#[derive(Serialize)]
struct AnswerMessage {
    id: String,
    /// Templates say whether they are held back; here none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_status: Option<&'static str>,
}

/// What the answer says about an accepted message.
pub(super) struct Taken {
    pub(super) position: u64,
    pub(super) input: String,
    /// Absent when the recipient was named by the user id.
    pub(super) wa_id: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) wamid: String,
    pub(super) template: bool,
}

pub(super) fn answered(fault: Option<&Fault>) -> &'static str {
    match fault {
        Some(Fault::AcceptThenClose) => "accept_then_close",
        Some(Fault::AcceptThenTimeout { .. }) => "accept_then_timeout",
        Some(Fault::AcceptHalfOpen) => "accept_half_open",
        _ => "ok",
    }
}

pub(super) async fn answer(taken: Taken, fault: Option<Fault>) -> Response {
    let body = SendAnswer {
        messaging_product: "whatsapp",
        contacts: [AnswerContact {
            input: taken.input,
            wa_id: taken.wa_id,
            user_id: taken.user_id,
        }],
        messages: [AnswerMessage {
            id: taken.wamid,
            message_status: taken.template.then_some("accepted"),
        }],
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
