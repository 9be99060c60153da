//! A form that may carry files. Its fields are few and short; its files go to the disk while they come, and are the
//! visitor's own until they are sent.

use axum::body::{Body, to_bytes};
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use domain::ids::AttachmentId;
use futures_util::TryStreamExt;
use tokio_util::io::StreamReader;
use usecases::drafts::{UploadRefused, upload_draft};
use usecases::{Ctx, Failure};

use super::{BODY_BYTES, Fields};
use crate::errors::Trouble;

/// The largest form with files, in bytes: two of the largest documents.
pub(crate) const UPLOAD_BYTES: usize = 210 * 1024 * 1024;
/// Fields of a form, files included.
const FIELDS_MAX: usize = 80;
/// Files of one form.
const FILES_MAX: usize = 12;

/// What a form held.
#[derive(Debug, Default)]
pub(crate) struct Composed {
    fields: Vec<(String, String)>,
    /// The files that were put down, with the names that they came under.
    pub(crate) files: Vec<(String, AttachmentId)>,
    /// Those that were not taken, by name.
    pub(crate) refused: Vec<(String, UploadRefused)>,
}

impl Composed {
    /// Reads a plain form, or one with files.
    pub(crate) async fn read(ctx: &Ctx, request: Request) -> Result<Self, Trouble> {
        if !is_multipart(&request) {
            // The route lets files through; a plain form is no larger than any other.
            let (parts, body) = request.into_parts();
            let bytes = to_bytes(body, BODY_BYTES).await.map_err(|_| Trouble::TooLarge)?;
            let request = Request::from_parts(parts, Body::from(bytes));
            let Fields(fields) = Fields::<Vec<(String, String)>>::from_request(request, &()).await?;
            return Ok(Self { fields, ..Self::default() });
        }
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Trouble::BadRequest)?;
        let mut read = Self::default();
        let mut room = BODY_BYTES;
        for _ in 0..FIELDS_MAX {
            let Some(field) = form.next_field().await.map_err(|error| broken(&error))? else {
                return Ok(read);
            };
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                Some(file) => read.take_file(ctx, field, file).await?,
                None => read.fields.push((name, text(field, &mut room).await?)),
            }
        }
        Err(Trouble::TooLarge)
    }

    async fn take_file(&mut self, ctx: &Ctx, field: Field<'_>, name: String) -> Result<(), Trouble> {
        // A browser sends an empty file under no name where none was chosen.
        if name.is_empty() {
            return Ok(());
        }
        if self.files.len() + self.refused.len() >= FILES_MAX {
            return Err(Trouble::TooLarge);
        }
        let content = field.map_err(std::io::Error::other);
        let mut content = std::pin::pin!(StreamReader::new(content));
        match upload_draft(ctx, &mut content, Some(&name)).await {
            Ok(id) => self.files.push((name, id)),
            Err(Failure::Refused(why)) => self.refused.push((name, why)),
            Err(failure) => return Err(failure.into()),
        }
        Ok(())
    }

    /// The one field of this name; empty when it is not there. Twice is a form that we did not make.
    pub(crate) fn take(&mut self, name: &str) -> Result<String, Trouble> {
        let mut found = self.take_all(name);
        if found.len() > 1 {
            Err(Trouble::BadRequest)
        } else {
            Ok(found.pop().unwrap_or_default())
        }
    }

    /// A field that our form always has.
    pub(crate) fn must(&mut self, name: &str) -> Result<String, Trouble> {
        let is_there = self.fields.iter().any(|(known, _)| known == name);
        if is_there { self.take(name) } else { Err(Trouble::BadRequest) }
    }

    /// All fields of this name.
    pub(crate) fn take_all(&mut self, name: &str) -> Vec<String> {
        let (found, rest) =
            std::mem::take(&mut self.fields).into_iter().partition(|(known, _)| known == name);
        self.fields = rest;
        let found: Vec<(String, String)> = found;
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// All fields whose names begin so, by the rest of their names.
    pub(crate) fn take_beginning(&mut self, beginning: &str) -> Vec<(String, String)> {
        let (found, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.fields)
            .into_iter()
            .partition(|(name, _)| name.starts_with(beginning));
        self.fields = rest;
        found
            .into_iter()
            .map(|(name, value)| (name[beginning.len()..].to_owned(), value))
            .collect()
    }

    /// A field that nobody asked for refuses the whole form (RELIABILITY X4).
    pub(crate) fn finish(&self) -> Result<(), Trouble> {
        if self.fields.is_empty() { Ok(()) } else { Err(Trouble::BadRequest) }
    }
}

/// The text that somebody wrote in a form, whatever kind of form; files are not looked at.
pub(crate) async fn text_of(request: Request) -> Option<String> {
    let mut room = BODY_BYTES;
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    for _ in 0..FIELDS_MAX {
        let field = form.next_field().await.ok()??;
        if field.file_name().is_none() && field.name() == Some("tekst") {
            return text(field, &mut room).await.ok();
        }
    }
    None
}

/// Whether the form may carry files.
pub(crate) fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

async fn text(mut field: Field<'_>, room: &mut usize) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        *room = room.checked_sub(piece.len()).ok_or(Trouble::TooLarge)?;
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| Trouble::BadRequest)
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Trouble {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Trouble::TooLarge
    } else {
        Trouble::BadRequest
    }
}
