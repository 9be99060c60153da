//! A resident writes, sends, presses, reacts, or leaves.

mod acts;
mod answers;
mod contents;
mod files;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::super::{Problem, Shared};
use super::ids::{self, Way};
use super::number::Said;
use super::wire::{self, Batch, Incoming, Person, PhoneShown};
use super::{Resident, no_number, post};
use contents::Scene;

pub use acts::{Act, Deed, FileKind, Forwarded, Referral, SentFile};

/// Messages in one go; Meta promises up to 1,000 updates in one POST.
const MESSAGES_MAX: usize = 1000;
/// What fits in a message.
const TEXT_MAX: usize = 4096;
/// People with WhatsApp in this world.
const RESIDENTS_MAX: usize = 1_000_000;

/// What a resident does.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inbound {
    /// The resident's number, digits only.
    pub from: String,
    /// The name in the resident's profile; may be empty.
    #[serde(default)]
    pub name: String,
    /// One message each.
    #[serde(default)]
    pub texts: Vec<String>,
    /// Everything else a phone can do, after the texts.
    #[serde(default)]
    pub acts: Vec<Act>,
    /// All in one POST, spread over messages, changes and entries as Meta may do; otherwise one POST each.
    #[serde(default)]
    pub batched: bool,
    /// When it was written, if not now: for messages that come late, and windows about to close.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// Somebody plays this resident and says when messages are read; otherwise they are read by themselves.
    #[serde(default)]
    pub attended: bool,
    /// The user name the resident took.
    #[serde(default)]
    pub username: Option<String>,
    /// What webhooks say of the resident's number, once there is a user name.
    #[serde(default)]
    pub phone_shown: PhoneShown,
}

/// Carries everything out. Returns the ids of the messages that the platform tells of, in order.
pub(super) fn write(
    shared: &Arc<Shared>,
    number_id: &str,
    inbound: &Inbound,
) -> Result<Vec<String>, Problem> {
    check(inbound)?;
    let now = shared.clock.now();
    let at = inbound.sent_at.unwrap_or(now);
    let person = arrive(shared, number_id, inbound)?;
    let scene = Scene { shared, number_id, person: &person, at };
    let texts = inbound.texts.iter().map(|body| Act::from(Deed::Text { body: body.clone() }));
    let mut messages = Vec::new();
    for act in texts.chain(inbound.acts.iter().cloned()) {
        if let Some(incoming) = contents::incoming(&scene, &act)? {
            messages.push(noted(&scene, incoming, now)?);
        }
        settle(&scene, &act, now)?;
    }
    let ids = messages.iter().map(|message| message.wamid.clone()).collect();
    for _ in &messages {
        shared.limits.count(number_id, now);
    }
    let batches = if inbound.batched {
        vec![spread(messages)]
    } else {
        messages.into_iter().map(alone).collect()
    };
    let settings = shared.read(|state| Some(state.whatsapp.numbers.get(number_id)?.settings.clone()));
    let settings = settings.ok_or_else(|| no_number(number_id))?;
    for batch in batches.iter().filter(|batch| !batch.is_empty()) {
        post(shared, number_id, wire::messages_body(&settings, &person, batch));
    }
    Ok(ids)
}

fn check(inbound: &Inbound) -> Result<(), Problem> {
    check_phone("from", &inbound.from)?;
    let count = inbound.texts.len() + inbound.acts.len();
    if !(1..=MESSAGES_MAX).contains(&count) {
        return Err(Problem::invalid(format!("texts and acts hold 1 to {MESSAGES_MAX} messages together")));
    }
    for act in &inbound.acts {
        if let Deed::ChangeNumber { to, .. } = &act.does {
            check_phone("to", to)?;
        }
    }
    Ok(())
}

pub(super) fn check_phone(field: &str, phone: &str) -> Result<(), Problem> {
    if (5..=15).contains(&phone.len()) && phone.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Problem::invalid(format!("{field} is a phone number of 5 to 15 digits, without plus")))
}

/// Makes the platform know the resident.
fn arrive(shared: &Shared, number_id: &str, inbound: &Inbound) -> Result<Person, Problem> {
    shared.change(|state| {
        let whatsapp = &mut state.whatsapp;
        let number = whatsapp.numbers.get(number_id).ok_or_else(|| no_number(number_id))?;
        let waba_id = number.settings.waba_id.clone();
        let known = whatsapp.residents.contains_key(&inbound.from);
        if whatsapp.residents.len() >= RESIDENTS_MAX && !known {
            return Err(Problem::full(format!("there are {RESIDENTS_MAX} residents already")));
        }
        let resident = Resident {
            name: inbound.name.clone(),
            attended: inbound.attended,
            username: inbound.username.clone(),
            shown: inbound.phone_shown,
        };
        whatsapp.residents.insert(inbound.from.clone(), resident);
        if whatsapp.by_user_id.len() < RESIDENTS_MAX {
            whatsapp.by_user_id.insert(ids::user_id(&waba_id, &inbound.from), inbound.from.clone());
        }
        Ok(whatsapp.person(&inbound.from))
    })
}

/// Gives a message its id and remembers it.
fn noted(scene: &Scene<'_>, mut incoming: Incoming, now: Timestamp) -> Result<Incoming, Problem> {
    let phone = &scene.person.phone;
    scene.shared.change(|state| {
        incoming.wamid = ids::wamid(Way::In, phone, scene.shared.run, state.whatsapp.next_id());
        incoming.seconds = scene.at.as_second();
        let numbers = &mut state.whatsapp.numbers;
        let number = numbers.get_mut(scene.number_id).ok_or_else(|| no_number(scene.number_id))?;
        if !incoming.system {
            number.hear(phone, scene.at, now);
            if incoming.content.contains_key("referral") {
                number.came_by_advertisement(phone, scene.at, now);
            }
        }
        number.note(Said {
            wamid: incoming.wamid.clone(),
            phone: phone.clone(),
            at: scene.at,
            content: incoming.content.clone(),
        });
        Ok(incoming)
    })
}

/// What a deed changes beside the talk.
fn settle(scene: &Scene<'_>, act: &Act, now: Timestamp) -> Result<(), Problem> {
    let phone = &scene.person.phone;
    match &act.does {
        Deed::Block { blocked } => relate(scene, now, |relation| relation.blocked = *blocked),
        Deed::Marketing { wanted } => {
            relate(scene, now, |relation| relation.no_marketing = !wanted);
            tell_preference(scene, *wanted)?;
        }
        Deed::ChangeNumber { to, .. } => scene.shared.change(|state| {
            let whatsapp = &mut state.whatsapp;
            if let Some(resident) = whatsapp.residents.remove(phone) {
                whatsapp.residents.insert(to.clone(), resident);
            }
            // The old user id leads nowhere any more, the new one to the new number.
            whatsapp.by_user_id.retain(|_, known| known != phone);
            if let Some(number) = whatsapp.numbers.get(scene.number_id) {
                let user_id = ids::user_id(&number.settings.waba_id, to);
                whatsapp.by_user_id.insert(user_id, to.clone());
            }
        }),
        _ => {}
    }
    Ok(())
}

fn relate(scene: &Scene<'_>, now: Timestamp, change: impl FnOnce(&mut super::number::Relation)) {
    scene.shared.change(|state| {
        if let Some(number) = state.whatsapp.numbers.get_mut(scene.number_id) {
            change(number.relation_mut(&scene.person.phone, now));
        }
    });
}

fn tell_preference(scene: &Scene<'_>, wanted: bool) -> Result<(), Problem> {
    let settings = scene
        .shared
        .read(|state| Some(state.whatsapp.numbers.get(scene.number_id)?.settings.clone()));
    let settings = settings.ok_or_else(|| no_number(scene.number_id))?;
    let value = if wanted { "resume" } else { "stop" };
    let preference = json!([{"wa_id": scene.person.phone, "user_id": ids::user_id(&settings.waba_id, &scene.person.phone),
        "detail": format!("User requested to {value} marketing messages"), "category": "marketing_messages",
        "value": value, "timestamp": scene.at.as_second()}]);
    let list = ("user_preferences", preference);
    let body = wire::person_body(&settings, scene.person, "user_preferences", list);
    post(scene.shared, scene.number_id, body);
    Ok(())
}

fn alone(message: Incoming) -> Batch {
    vec![vec![vec![message]]]
}

/// Every way of grouping that Meta allows, in turn: a message in the same change, another change, another entry.
fn spread(messages: Vec<Incoming>) -> Batch {
    let mut batch = Batch::new();
    for (count, message) in messages.into_iter().enumerate() {
        match (count % 4, batch.last_mut()) {
            (1, Some(changes)) => match changes.last_mut() {
                Some(messages) => messages.push(message),
                None => changes.push(vec![message]),
            },
            (2, Some(changes)) => changes.push(vec![message]),
            _ => batch.push(vec![vec![message]]),
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_several_messages_changes_and_entries() {
        let batch = spread((0..5).map(|_| Incoming::default()).collect());
        let shape: Vec<Vec<usize>> = batch.iter().map(|entry| entry.iter().map(Vec::len).collect()).collect();
        assert_eq!(shape, [vec![2, 1], vec![1], vec![1]]);
    }
}
