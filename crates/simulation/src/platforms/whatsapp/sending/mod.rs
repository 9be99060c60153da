//! A business sends: the way from a request to an accepted message and its answer, faults included.

mod admission;
mod answer;

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::Shared;
use super::super::faults::SendFate;
use super::super::meta::GraphError;
use super::accepted::Accepted;
use super::ids::{self, Way};
use super::sends::{Ask, Kind, MediaRef, MessageAsk, read_ask};
use super::{media, no_number, statuses};
use admission::Admitted;
use answer::{Taken, answer, answered, refused};

/// Does what the request asks and answers as Meta would, or as a fault orders.
pub(super) async fn handle(
    shared: &Arc<Shared>,
    number_id: &str,
    body: &[u8],
) -> Result<Response, GraphError> {
    match read_ask(body)? {
        Ask::Read { message_id, typing } => read(shared, number_id, &message_id, typing),
        Ask::Message(ask) => send(shared, number_id, *ask).await,
    }
}

/// Marks a message of a resident as read. Of one that is long forgotten nothing can be said, so it is taken too.
fn read(shared: &Shared, number_id: &str, message_id: &str, typing: bool) -> Result<Response, GraphError> {
    shared.change(|state| {
        let number = state.whatsapp.numbers.get_mut(number_id)?;
        number.read_receipts += 1;
        number.typing_indicators += u64::from(typing);
        Some(())
    });
    tracing::trace!(message.id = message_id, "A message was marked as read");
    Ok(Json(json!({"success": true})).into_response())
}

async fn send(shared: &Arc<Shared>, number_id: &str, ask: MessageAsk) -> Result<Response, GraphError> {
    let admitted = admission::admit(shared, number_id, &ask)?;
    let fate = shared.faults().send_fate(number_id);
    if let Some(response) = refused(fate.answer.as_ref())? {
        return Ok(response);
    }
    let links = admitted.media.clone();
    let taken = accept(shared, number_id, ask, &fate, admitted)?;
    if fate.status_first {
        statuses::first_at_once(shared, number_id, taken.position).await;
    }
    follow(shared, number_id, taken.position, links);
    Ok(answer(taken, fate.answer).await)
}

/// Fetches what the business named by its address, then lets the statuses follow.
fn follow(shared: &Arc<Shared>, number_id: &str, position: u64, media: Vec<(Kind, MediaRef)>) {
    let (follower, number_id) = (Arc::clone(shared), number_id.to_owned());
    shared.spawn(async move {
        if let Err(code) = media::fetch_links(&follower, &media).await {
            follower.change(|state| {
                let number = state.whatsapp.numbers.get_mut(&number_id)?;
                number.message_mut(position)?.fails_with.get_or_insert(code);
                Some(())
            });
        }
        statuses::follow(&follower, &number_id, position).await;
    });
}

fn accept(
    shared: &Shared,
    number_id: &str,
    ask: MessageAsk,
    fate: &SendFate,
    admitted: Admitted,
) -> Result<Taken, GraphError> {
    let (now, run) = (shared.clock.now(), shared.run);
    let Admitted { phone, user_id, text, quick_replies, price, fails_with, .. } = admitted;
    let taken = shared.change(|state| {
        let count = state.whatsapp.next_id();
        let number = state.whatsapp.numbers.get_mut(number_id).ok_or_else(|| no_number(number_id))?;
        let wamid = ids::wamid(Way::Out, &phone, run, count);
        let position = number.next_position();
        number.accept(Accepted {
            position,
            wamid: wamid.clone(),
            to: phone.clone(),
            user_id: user_id.clone(),
            kind: ask.content.kind.word().to_owned(),
            text,
            content: ask.content.object,
            quick_replies,
            reply_to: ask.reply_to,
            biz_opaque_callback_data: ask.callback_data,
            accepted_at: now,
            answered: answered(fate.answer.as_ref()).to_owned(),
            statuses: Vec::new(),
            fails_with: fate.fails_with.or(fails_with),
            silent: fate.no_status,
            skips_delivered: fate.skips_delivered,
            price,
        });
        let template = ask.content.kind == Kind::Template;
        let wa_id = user_id.is_none().then_some(phone);
        Ok::<_, super::Problem>(Taken { position, input: ask.input, wa_id, user_id, wamid, template })
    });
    shared.accepted_news.send_modify(|count| *count += 1);
    // The number can only be gone when somebody removed it in this very moment.
    taken.map_err(|_| GraphError::no_such_object("post", number_id))
}
