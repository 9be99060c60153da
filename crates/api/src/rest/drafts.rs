//! Files that are about to be sent.

use axum::body::Body;
use axum::extract::Request;
use axum::{Extension, Json};
use futures_util::TryStreamExt;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use tokio_util::io::StreamReader;
use usecases::Ctx;
use usecases::drafts::{list_drafts, upload_draft};
use utoipa::{IntoParams, ToSchema};

use super::errors::{Kind, Problem};
use super::fields::{Fields, FromFields, Params};

/// What the file is called.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct Upload {
    /// The name under which the resident gets it. Its type comes from its content.
    #[param(value_type = String, required = false, max_length = 200)]
    file_name: Option<String>,
}

impl FromFields for Upload {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = |text: &str| (text.chars().count() <= 200).then(|| text.to_owned());
        let file_name = fields.maybe_word("fileName", "a name of at most 200 characters", name);
        Some(Self { file_name: file_name? })
    }
}

/// A file that waits to be sent (bijlage in wording).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DraftAttachment {
    /// Its id, which a reply of the same token names.
    #[schema(format = "uuid")]
    id: String,
    /// Its name, made safe.
    file_name: Option<String>,
    /// The type of its content.
    media_type: String,
    /// Its size in bytes.
    bytes: u64,
}

/// Takes in a file that is to be sent (bijlage klaarzetten).
///
/// The body is the file itself. It is kept for a day, and is this token's alone until a reply names it.
#[utoipa::path(
    post,
    path = "/attachments",
    operation_id = "uploadAttachment",
    tag = "attachments",
    params(Upload),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file, at most 100 MB"),
    responses((status = 201, description = "The file waits to be sent", body = DraftAttachment))
)]
pub(super) async fn upload(
    Extension(ctx): Extension<Ctx>,
    Params(asked): Params<Upload>,
    request: Request,
) -> Result<(StatusCode, Json<DraftAttachment>), Problem> {
    // A page of somebody else can send a plain form anywhere, and this type nowhere.
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind != Some("application/octet-stream") || request.headers().get_all(CONTENT_TYPE).iter().count() > 1
    {
        return Err(Problem::new(
            Kind::NotJson,
            "Send the file with Content-Type: application/octet-stream.",
        ));
    }
    let body: Body = request.into_body();
    let content = body.into_data_stream().map_err(std::io::Error::other);
    let mut content = std::pin::pin!(StreamReader::new(content));
    let id = upload_draft(&ctx, &mut content, asked.file_name.as_deref()).await?;
    let found = list_drafts(&ctx, &[id]).await?.pop().ok_or_else(Problem::not_found)?;
    let taken = DraftAttachment {
        id: found.id.to_string(),
        file_name: found.file_name,
        media_type: found.media_type,
        bytes: found.bytes,
    };
    Ok((StatusCode::CREATED, Json(taken)))
}
