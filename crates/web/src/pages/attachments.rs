//! Files of messages: given out to who sees their conversation, and fetched again when that failed.

use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{IF_RANGE, RANGE};
use axum::http::{HeaderMap, Response as Answer};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::AttachmentId;
use usecases::Failure;
use usecases::attachments::{Look, open_attachment, retry_attachment};

use crate::errors::Trouble;
use crate::requests::{Visit, id_in_path};

/// `GET /bijlagen/{id}`
pub(crate) async fn show(visit: Visit, path: Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    give(&visit, &path, Look::Content, &headers).await
}

/// `GET /bijlagen/{id}/klein`
pub(crate) async fn show_small(
    visit: Visit,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    give(&visit, &path, Look::Thumbnail, &headers).await
}

async fn give(visit: &Visit, id: &str, look: Look, asked: &HeaderMap) -> Result<Response, Trouble> {
    let id: AttachmentId = id_in_path(id)?;
    let opened = open_attachment(&visit.ctx, id, look).await?;
    let line = |name| asked.get(name).and_then(|value| value.to_str().ok());
    let given = opened.given(line(RANGE), line(IF_RANGE));
    let mut answer = Answer::builder().status(given.status);
    for (name, value) in given.headers {
        answer = answer.header(name, value);
    }
    answer.body(Body::from_stream(given.content)).map_err(|_| Trouble::Bug)
}

/// `POST /bijlagen/{id}/herhaling`
pub(crate) async fn fetch_again(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let id: AttachmentId = id_in_path(&id)?;
    let retried = match retry_attachment(&visit.ctx, id).await {
        Ok(retried) => retried,
        // Somebody else was first, or it came after all: the page of the conversation shows it.
        Err(Failure::Refused(_)) => return Err(Trouble::Conflict),
        Err(failure) => return Err(failure.into()),
    };
    let to = format!("/gesprekken/{}?gedaan=bijlage#b-{}", retried.conversation, retried.message);
    Ok(Redirect::to(&to).into_response())
}
