//! What follows an accepted message: sent, delivered, read, played, or failed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::super::state::State;
use super::super::{Shared, later};
use super::accepted::{Accepted, StatusSeen};
use super::post;
use super::wire::{self, Notice};

const SENT: &str = "sent";
const DELIVERED: &str = "delivered";
const READ: &str = "read";
const PLAYED: &str = "played";
const FAILED: &str = "failed";

/// Lets the statuses of a message follow at the number's pace, until nothing more comes by itself.
pub(super) async fn follow(shared: &Arc<Shared>, number_id: &str, position: u64) {
    while let Some((due, status)) = shared.read(|state| next(state, number_id, position)) {
        shared.clock.sleep_until(due).await;
        emit(shared, number_id, position, status);
    }
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

/// The resident looks at the message now; a voice note is listened to as well.
pub(super) fn read_now(shared: &Arc<Shared>, number_id: &str, position: u64) {
    let reachable = shared.read(|state| {
        let message = state.whatsapp.numbers.get(number_id)?.message(position)?;
        let reachable = !message.silent && message.fails_with.is_none();
        reachable.then(|| message.is_voice())
    });
    let Some(voice) = reachable else { return };
    emit(shared, number_id, position, READ);
    if voice {
        emit(shared, number_id, position, PLAYED);
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
        let follower = Arc::clone(shared);
        shared.spawn(async move { follow(&follower, &number_id, position).await });
    }
}

/// The status that comes next by itself, and when.
fn next(state: &State, number_id: &str, position: u64) -> Option<(Timestamp, &'static str)> {
    let number = state.whatsapp.numbers.get(number_id)?;
    let message = number.message(position)?;
    // A reaction is shown at once and tells nothing afterwards but whether it was sent.
    let over = if message.kind == "reaction" { SENT } else { READ };
    if message.silent || message.has(FAILED) || message.has(PLAYED) {
        return None;
    }
    let pace = number.settings.status_pace;
    let after = |since: Timestamp, millis: u64| later(since, Duration::from_millis(millis));
    if message.has(over) {
        let heard = message.statuses.last().map(|last| after(last.at, pace.delivered_ms))?;
        return (message.is_voice() && over == READ).then_some((heard, PLAYED));
    }
    let first = after(message.accepted_at, pace.sent_ms);
    if message.fails_with.is_some() {
        return Some((first, FAILED));
    }
    let Some(last) = message.statuses.last() else {
        return Some((first, SENT));
    };
    if !message.has(DELIVERED) && !message.skips_delivered {
        return Some((after(last.at, pace.delivered_ms), DELIVERED));
    }
    let attended = state.whatsapp.residents.get(&message.to).is_some_and(|resident| resident.attended);
    let read_ms = pace.read_ms.filter(|_| !attended)?;
    Some((after(last.at, read_ms), READ))
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
        if message.has(status) {
            return None;
        }
        let notice = notice(message, status, now);
        message.statuses.push(StatusSeen { status: status.to_owned(), at: now });
        let to = message.to.clone();
        let person = whatsapp.person(&to);
        let settings = &whatsapp.numbers.get(number_id)?.settings;
        Some(wire::status_body(settings, &person, &notice))
    })?;
    Some(post(shared, number_id, body))
}

/// What the status says. A price is told with `sent`, and with the first of `delivered` and `read`.
fn notice(message: &Accepted, status: &'static str, now: Timestamp) -> Notice {
    let priced = match status {
        SENT | DELIVERED => true,
        READ => !message.has(DELIVERED),
        _ => false,
    };
    Notice {
        wamid: message.wamid.clone(),
        status,
        seconds: now.as_second(),
        callback_data: message.biz_opaque_callback_data.clone(),
        user_id: message.user_id.clone(),
        error: message.fails_with,
        price: (priced && message.kind != "reaction").then(|| message.price.clone()),
    }
}
