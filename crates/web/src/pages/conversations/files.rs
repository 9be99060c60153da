//! Files of an answer that are put down one by one while somebody writes, so that each says how far it is, and why not where
//! it cannot go. Without script they go with the form.

use askama::Template;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::conversations::ReplyRefused;
use domain::ids::{AttachmentId, ConversationId};
use usecases::conversations::{Along, ConversationView, Reply, preview_reply, read_conversation};
use usecases::drafts::remove_draft;
use usecases::{Failure, RequestKey};

use super::along;
use super::drafts::by_script;
use crate::components::composer::More;
use crate::errors::Trouble;
use crate::layout::page;
use crate::requests::{Composed, Visit, id_in_path};

/// What our script is told of one file.
#[derive(Template)]
#[template(path = "pages/conversations/file.html")]
struct OneFile {
    kept: Option<AttachmentId>,
    refused: String,
}

/// `POST /gesprekken/{id}/bijlagen`
pub(crate) async fn add(visit: Visit, Path(id): Path<String>, request: Request) -> Result<Response, Trouble> {
    let view = read_conversation(&visit.ctx, id_in_path(&id)?).await?;
    let form = Composed::read(&visit.ctx, request).await?;
    form.finish()?;
    let told = match (form.files.as_slice(), form.refused.first()) {
        ([(_, file)], None) => match refused_by_channel(&visit, &view, *file).await? {
            None => OneFile { kept: Some(*file), refused: String::new() },
            Some(refused) => {
                remove_draft(&visit.ctx, *file).await?;
                OneFile { kept: None, refused }
            }
        },
        ([], Some((name, why))) => OneFile { kept: None, refused: along::said(visit.words, name, *why) },
        _ => return Err(Trouble::BadRequest),
    };
    Ok(page(StatusCode::OK, &told))
}

/// Why the channel would not take the file, in words. What else could be wrong with the answer is said when it is sent.
async fn refused_by_channel(
    visit: &Visit,
    view: &ConversationView,
    file: AttachmentId,
) -> Result<Option<String>, Trouble> {
    let id = view.listed.conversation.id;
    let reply = Reply {
        conversation: id,
        text: String::new(),
        along: Along { files: vec![file], ..Along::default() },
        reply_to: None,
        written_after: None,
        hold_seconds: 0,
        key: RequestKey::new("file", &format!("preview {id}"), &[]),
    };
    match preview_reply(&visit.ctx, &reply).await {
        Err(Failure::Refused(refused @ ReplyRefused::File { .. })) => {
            let channel = visit.words.channel(&view.listed.channel);
            Ok(along::put(visit.words, channel, &mut More::default(), &refused))
        }
        Ok(_) | Err(Failure::Refused(_)) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /gesprekken/{id}/bijlagen/{attachment}/verwijdering`: the visitor's own file, which they will not send.
pub(crate) async fn remove(
    visit: Visit,
    Path((id, attachment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    read_conversation(&visit.ctx, id).await?;
    remove_draft(&visit.ctx, id_in_path(&attachment)?).await?;
    if by_script(&headers) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(super::back(&visit, id, super::Done::Draft))
}
