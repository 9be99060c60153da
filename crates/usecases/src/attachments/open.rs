//! A file is opened by somebody who may see its conversation. The look is on disk before the first byte leaves
//! (RELIABILITY P1).

use std::sync::Arc;

use bytes::Bytes;
use domain::access::{Permission, Scope};
use domain::attachments::AttachmentState;
use domain::ids::{AttachmentId, MunicipalityId};
use domain::media::download::Piece;
use domain::media::{Format, download, names};
use futures_util::Stream;
use store::StoreError;
use store::tables::blob::{Blob, Blobs};
use store::tables::{attachment, conversation};
use uuid::Uuid;

use crate::conversations::log_view;
use crate::{Ctx, Failure, Installation};

/// What of a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// All of it.
    Content,
    /// The small picture.
    Thumbnail,
}

/// A file that is given out.
pub struct Opened {
    /// Its content, read as it is asked for.
    pub content: Blob,
    /// Its type, by its content.
    pub media_type: &'static str,
    /// The value of `Content-Disposition`.
    pub disposition: String,
    /// Whether its content can change under this id: never, so this names it.
    pub tag: Uuid,
}

/// A file, or a piece of it, as it leaves over HTTP.
pub struct Given<S> {
    /// 200, 206 or 416.
    pub status: u16,
    /// All that a browser is told about it.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes.
    pub content: S,
}

impl Opened {
    /// What leaves for a request with this `Range` and `If-Range`.
    #[must_use]
    pub fn given(
        self,
        range: Option<&str>,
        if_range: Option<&str>,
    ) -> Given<impl Stream<Item = Result<Bytes, StoreError>> + Send + use<>> {
        let (length, tag) = (self.content.bytes(), format!("\"{}\"", self.tag.simple()));
        // A piece of something else than what was begun with would be no piece of it.
        let range = range.filter(|_| if_range.is_none_or(|wanted| wanted == tag));
        let (status, from, bytes, span) = match download::piece(range, length) {
            Piece::Whole => (200, 0, length, None),
            Piece::Part(first, last) => {
                (206, first, last - first + 1, Some(format!("bytes {first}-{last}/{length}")))
            }
            Piece::Beyond => (416, 0, 0, Some(format!("bytes */{length}"))),
        };
        let mut headers: Vec<(&'static str, String)> =
            download::HEADERS.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        headers.extend([
            ("content-type", self.media_type.to_owned()),
            ("content-length", bytes.to_string()),
            ("content-disposition", self.disposition),
            ("accept-ranges", "bytes".to_owned()),
            ("etag", tag),
        ]);
        headers.extend(span.map(|span| ("content-range", span)));
        Given { status, headers, content: self.content.stream(from, bytes) }
    }
}

/// Opens a file.
///
/// # Errors
/// `NotAllowed`; `NotFound` also when the file is not here (yet), or in no conversation that the actor sees; `Store`.
pub async fn open_attachment(ctx: &Ctx, id: AttachmentId, look: Look) -> Result<Opened, Failure> {
    ctx.actor.may(Permission::ReadConversations)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let file = attachment::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    conversation::find(&mut reader, file.conversation).await?.ok_or(Failure::NotFound)?;
    let format = file.media_type.as_deref().and_then(Format::of_media_type);
    let (Some(format), AttachmentState::Kept) = (format, file.state) else {
        return Err(Failure::NotFound);
    };
    let (blob, format) = match look {
        Look::Content => (file.blob, format),
        // The worker writes every small picture as JPEG.
        Look::Thumbnail => (file.thumbnail, Format::Jpeg),
    };
    let blob = blob.ok_or(Failure::NotFound)?;
    let content = Blobs::of(ctx.store(), &ctx.scope()).open(blob).await?.ok_or(Failure::NotFound)?;
    log_view(ctx, &format!("conversation:{}", file.conversation)).await?;
    let is_shown = look == Look::Thumbnail || (download::is_shown(format) && file.trouble.is_none());
    let name = names::saved_as(file.file_name.as_deref(), format);
    Ok(Opened {
        content,
        media_type: format.media_type(),
        disposition: download::disposition(&name, is_shown),
        tag: blob,
    })
}

/// Opens a file of ours that goes to a platform; `None` when its content is not here.
///
/// # Errors
/// When the store does not answer.
pub async fn open_for_sending(
    installation: &Arc<Installation>,
    municipality: &MunicipalityId,
    id: AttachmentId,
) -> Result<Option<Blob>, StoreError> {
    let scope = Scope::whole(municipality.clone());
    let file = attachment::find(&mut installation.store.read(&scope), id).await?;
    match file.and_then(|file| file.blob) {
        Some(blob) => Blobs::of(&installation.store, &scope).open(blob).await,
        None => Ok(None),
    }
}
