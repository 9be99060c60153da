//! Answering a resident.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use domain::canned_texts::{Gap, open_gap};
use domain::conversations::ReplyRefused;
use domain::ids::{ConversationId, MessageId};
use usecases::conversations::{
    ConversationView, Reply, preview_reply, read_conversation, reply_to_conversation,
};
use usecases::{Failure, RequestKey};

use super::along::{self, Filled};
use super::form::{Draft, Written, plain_lines};
use super::show::conversation_page;
use super::{Done, back};
use crate::components::composer::More;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Composed, Visit, id_in_path};

/// Seconds for which an answer can be taken back before it leaves.
pub(crate) const HOLD_SECONDS: u32 = 10;

/// `POST /gesprekken/{id}/antwoorden`
pub(crate) async fn write(
    visit: Visit,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let mut form = Composed::read(&visit.ctx, request).await?;
    let text = plain_lines(&form.must("tekst")?);
    let then_close = form.take("daarna")? == "sluiten";
    let version = form.take("versie")?.parse::<i64>().ok();
    let taken = take(&visit, id, &text, form).await.map_err(|trouble| trouble.keeping(&text))?;
    let (reply, more) = match taken {
        Taken::Reply(reply, more) => (*reply, more),
        Taken::Wrong(more, quotes) => {
            let written = Written { text, quotes, more, ..Written::default() };
            return again(&visit, id, written, Refused::Form).await;
        }
    };
    let quotes = reply.reply_to;
    if let Some(gap) = open_gap(&text) {
        let written = Written { text, quotes, more, ..Written::default() };
        return again(&visit, id, written, Refused::Gap(gap)).await;
    }
    let (attempt, in_pieces) = (reply.clone(), reply.along.in_pieces);
    let refused = match reply_to_conversation(&visit.ctx, reply).await {
        Ok(_) if then_close => return super::closure::after_reply(&visit, id, version).await,
        Ok(_) => return Ok(back(&visit, id, Done::Reply)),
        Err(Failure::Refused(why)) => Refused::Reply(why),
        Err(Failure::Conflict) => Refused::Conflict,
        Err(Failure::KeyReused) => Refused::KeyReused,
        Err(failure) => return Err(Trouble::from(failure).keeping(&text)),
    };
    let mut more = more;
    if matches!(refused, Refused::Reply(ReplyRefused::TooLong { .. })) && !in_pieces {
        more.pieces = pieces(&visit, attempt).await;
    }
    let kept = text.clone();
    let written = Written { text, quotes, more, ..Written::default() };
    again(&visit, id, written, refused).await.map_err(|trouble| trouble.keeping(&kept))
}

/// What the form held.
enum Taken {
    Reply(Box<Reply>, More),
    /// Something in it cannot be read; the form says where.
    Wrong(More, Option<MessageId>),
}

async fn take(visit: &Visit, id: ConversationId, text: &str, mut form: Composed) -> Result<Taken, Trouble> {
    let (key, seen) = (form.must("sleutel")?, form.must("gezien")?);
    if key.is_empty() {
        return Err(Trouble::BadRequest);
    }
    let seen: Option<MessageId> = match seen.as_str() {
        "" => None,
        seen => Some(seen.parse().map_err(|_| Trouble::BadRequest)?),
    };
    let quotes = match form.take("antwoord_op")?.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Trouble::BadRequest)?),
    };
    let Filled { along, more, is_wrong } = along::read(visit, &mut form).await?;
    form.finish()?;
    if is_wrong {
        return Ok(Taken::Wrong(more, quotes));
    }
    // The files of a second click have other ids than those of the first: their names tell that it is the same answer.
    let names: Vec<&str> = more.files.iter().map(|file| file.name.as_str()).collect();
    let rest = format!(
        "{:?} {:?} {:?} {} {quotes:?}",
        along.options, along.place, along.contacts, along.in_pieces
    );
    let body = [text, &names.join("/"), &rest].join("\0");
    let reply = Reply {
        conversation: id,
        text: text.to_owned(),
        along,
        reply_to: quotes,
        written_after: Some(seen),
        hold_seconds: HOLD_SECONDS,
        key: RequestKey::new(&key, &format!("reply {id}"), body.as_bytes()),
    };
    Ok(Taken::Reply(Box::new(reply), more))
}

/// The messages that a long text would become; none when even that does not help.
async fn pieces(visit: &Visit, mut reply: Reply) -> Vec<String> {
    reply.along.in_pieces = true;
    preview_reply(&visit.ctx, &reply).await.map(|preview| preview.texts).unwrap_or_default()
}

enum Refused {
    Reply(ReplyRefused),
    Form,
    /// A canned text holds what nobody filled in.
    Gap(Gap),
    Conflict,
    KeyReused,
}

/// The page again, as the conversation is now, with everything in its field.
async fn again(
    visit: &Visit,
    id: ConversationId,
    written: Written,
    refused: Refused,
) -> Result<Response, Trouble> {
    let Written { text, quotes, mut more, .. } = written;
    let w = visit.words;
    let view = read_conversation(&visit.ctx, id).await?;
    let channel = w.channel(&view.listed.channel);
    let mut error = None;
    let (status, why) = match refused {
        Refused::Reply(ReplyRefused::NotAllowed(error)) => return Err(Trouble::Forbidden(error.permission)),
        Refused::Reply(refused) => {
            let beside = along::put(w, channel, &mut more, &refused);
            let why = beside.unwrap_or_else(|| {
                let why = said(visit, &view, &refused);
                error = Some(why.clone());
                why
            });
            (StatusCode::BAD_REQUEST, why)
        }
        Refused::Form => {
            let found = [&more.files_error, &more.place_error].into_iter().flatten().next();
            (StatusCode::BAD_REQUEST, found.cloned().unwrap_or_default())
        }
        Refused::Gap(gap) => {
            let why = w.canned_gap_open(gap.written());
            error = Some(why.clone());
            (StatusCode::BAD_REQUEST, why)
        }
        Refused::Conflict => (StatusCode::CONFLICT, w.conflict_reply().to_owned()),
        Refused::KeyReused => (StatusCode::CONFLICT, w.key_reused().to_owned()),
    };
    if status == StatusCode::CONFLICT {
        error = Some(why.clone());
    }
    let notice = Notice::refused(w.reply_failed_title(), why).at("#antwoord-tekst", w.reply_label());
    let reply = Written { text, error, quotes, more, ..Written::default() };
    conversation_page(visit, id, Draft { reply, ..Draft::refused(status, notice) }).await
}

fn said(visit: &Visit, view: &ConversationView, why: &ReplyRefused) -> String {
    let w = visit.words;
    let channel = w.channel(&view.listed.channel);
    match why {
        ReplyRefused::Empty => w.refused_reply_empty().to_owned(),
        ReplyRefused::TooLong { length, max, .. } => {
            let unit = view.capabilities.map_or(w.unit_characters(), |can| w.unit(can.text_unit));
            w.refused_reply_too_long(channel, &w.number(*length), &w.number(*max), unit)
        }
        ReplyRefused::WindowClosed { .. } => w.refused_reply_window_closed(channel),
        ReplyRefused::Closed => w.refused_reply_closed().to_owned(),
        // Those beside other fields were said there.
        ReplyRefused::File { .. }
        | ReplyRefused::Along { .. }
        | ReplyRefused::Template(_)
        | ReplyRefused::Unsendable => w.refused_reply_unsendable(channel),
        ReplyRefused::NotAllowed(error) => w.error_forbidden_text(w.permission(error.permission)),
    }
}
