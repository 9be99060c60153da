//! Files of messages: their content, and fetching one again.

use axum::Extension;
use axum::body::Body;
use axum::response::Response;
use domain::ids::AttachmentId;
use http::header::{IF_RANGE, RANGE};
use http::{HeaderMap, StatusCode};
use usecases::Ctx;
use usecases::attachments::{Look, open_attachment, retry_attachment};

use super::errors::{Kind, Problem, ProblemDetails};
use super::fields::{Body as Fields, Id, Nothing};
use super::keys::{self, IdempotencyKey};

/// The content of a file that is here (bijlage).
///
/// Its type is what its content shows, whatever its sender called it. A picture is given as it was written anew, without
/// what else was in it. The look is logged. One range can be asked for.
#[utoipa::path(
    get,
    path = "/attachments/{id}/content",
    operation_id = "readAttachmentContent",
    tag = "attachments",
    params(("id" = String, Path, format = "uuid", description = "The file")),
    responses(
        (status = 200, description = "All of it", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The range that was asked for", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 416, description = "The range lies beyond its end")
    )
)]
pub(super) async fn read_content(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<AttachmentId>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let opened = open_attachment(&ctx, id, Look::Content).await?;
    let line = |name| asked.get(name).and_then(|value| value.to_str().ok());
    let given = opened.given(line(RANGE), line(IF_RANGE));
    let mut answer = Response::builder().status(given.status);
    for (name, value) in given.headers {
        answer = answer.header(name, value);
    }
    let answer = answer.body(Body::from_stream(given.content));
    answer.map_err(|_| Problem::new(Kind::Internal, "The file's headers cannot be written."))
}

/// Has a file fetched again that failed (opnieuw ophalen).
///
/// The machine tries a few times by itself; then a person decides, as long as the platform keeps the file.
#[utoipa::path(
    post,
    path = "/attachments/{id}/retrieval",
    operation_id = "retrieveAttachment",
    tag = "attachments",
    params(("id" = String, Path, format = "uuid", description = "The file")),
    responses(
        (status = 202, description = "It will be fetched again"),
        (
            status = 409,
            description = "It did not fail: it is here, on its way, refused or lost (`not-in-this-state`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(super) async fn retrieve(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<AttachmentId>,
    key: Option<IdempotencyKey>,
    Fields(Nothing): Fields<Nothing>,
) -> Result<StatusCode, Problem> {
    let ctx = keys::once(ctx, key, ("retrieval", &id), &());
    retry_attachment(&ctx, id).await?;
    Ok(StatusCode::ACCEPTED)
}
