//! What follows an accepted message: sent, delivered, read, or failed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::super::state::State;
use super::super::{Shared, later};
use super::number::{Accepted, StatusSeen};
use super::post;
use super::wire::{self, Notice, Person};

const SENT: &str = "sent";
const DELIVERED: &str = "delivered";
const READ: &str = "read";
const FAILED: &str = "failed";

/// Lets the statuses of a message follow at the number's pace.
pub(super) fn follow(shared: &Arc<Shared>, number_id: &str, position: u64) {
    let (follower, number_id) = (Arc::clone(shared), number_id.to_owned());
    shared.spawn(async move {
        while let Some((due, status)) = follower.read(|state| next(state, &number_id, position)) {
            follower.clock.sleep_until(due).await;
            emit(&follower, &number_id, position, status);
        }
    });
}

/// Emits the first status at once and waits until the callback has been tried: a status before the answer.
pub(super) async fn first_at_once(shared: &Arc<Shared>, number_id: &str, position: u64) {
    let Some((_, status)) = shared.read(|state| next(state, number_id, position)) else {
        return;
    };
    if let Some(tried) = emit(shared, number_id, position, status) {
        // An error means that the webhook was dropped on the way: then there is nothing to wait for.
        let _ = tried.await;
    }
}

/// The resident looks at the message now.
pub(super) fn read_now(shared: &Arc<Shared>, number_id: &str, position: u64) {
    let reachable = shared.read(|state| {
        let message = state.whatsapp.numbers.get(number_id)?.message(position)?;
        Some(!message.silent && message.fails_with.is_none())
    });
    if reachable == Some(true) {
        emit(shared, number_id, position, READ);
    }
}

/// Takes up all messages whose statuses were not complete.
pub(super) fn resume(shared: &Arc<Shared>) {
    let unfinished: Vec<(String, u64)> = shared.read(|state| {
        let numbers = state.whatsapp.numbers.iter();
        let all =
            numbers.flat_map(|(id, number)| number.accepted().map(move |message| (id, message.position)));
        let waiting = all.filter(|(id, position)| next(state, id, *position).is_some());
        waiting.map(|(id, position)| (id.clone(), position)).collect()
    });
    for (number_id, position) in unfinished {
        follow(shared, &number_id, position);
    }
}

/// The status that comes next by itself, and when.
fn next(state: &State, number_id: &str, position: u64) -> Option<(Timestamp, &'static str)> {
    let number = state.whatsapp.numbers.get(number_id)?;
    let message = number.message(position)?;
    if message.silent || has(message, READ) || has(message, FAILED) {
        return None;
    }
    let pace = number.settings.status_pace;
    let after = |since: Timestamp, millis: u64| later(since, Duration::from_millis(millis));
    let first = after(message.accepted_at, pace.sent_ms);
    if message.fails_with.is_some() {
        return Some((first, FAILED));
    }
    let Some(last) = message.statuses.last() else {
        return Some((first, SENT));
    };
    if !has(message, DELIVERED) {
        return Some((after(last.at, pace.delivered_ms), DELIVERED));
    }
    let attended = state.whatsapp.residents.get(&message.to).is_some_and(|resident| resident.attended);
    let read_ms = pace.read_ms.filter(|_| !attended)?;
    Some((after(last.at, read_ms), READ))
}

fn has(message: &Accepted, status: &str) -> bool {
    message.statuses.iter().any(|seen| seen.status == status)
}

/// Notes the status and sends its webhook; does nothing when it went out before.
fn emit(
    shared: &Arc<Shared>,
    number_id: &str,
    position: u64,
    status: &'static str,
) -> Option<oneshot::Receiver<()>> {
    let now = shared.clock.now();
    let body = shared.change(|state| {
        let whatsapp = &mut state.whatsapp;
        let number = whatsapp.numbers.get_mut(number_id)?;
        let message = number.message_mut(position)?;
        if has(message, status) {
            return None;
        }
        message.statuses.push(StatusSeen { status: status.to_owned(), at: now });
        let notice = Notice {
            wamid: message.wamid.clone(),
            status,
            seconds: now.as_second(),
            callback_data: message.biz_opaque_callback_data.clone(),
            error: message.fails_with,
        };
        let name = whatsapp
            .residents
            .get(&message.to)
            .map(|resident| resident.name.clone())
            .unwrap_or_default();
        let person = Person { phone: message.to.clone(), name };
        Some(wire::status_body(&number.settings, &person, &notice))
    })?;
    Some(post(shared, number_id, body))
}
