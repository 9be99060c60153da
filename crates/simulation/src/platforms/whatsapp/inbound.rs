//! A resident writes.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::super::{Problem, Shared};
use super::ids::{self, Way};
use super::wire::{self, Batch, Person, Text};
use super::{Resident, no_number, post};

/// Texts in one go; Meta promises up to 1,000 updates in one POST.
const TEXTS_MAX: usize = 1000;
/// What fits in a message.
const TEXT_MAX: usize = 4096;
/// People with WhatsApp in this world.
const RESIDENTS_MAX: usize = 1_000_000;

/// What a resident writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inbound {
    /// The resident's number, digits only.
    pub from: String,
    /// The name in the resident's profile; may be empty.
    #[serde(default)]
    pub name: String,
    /// One message each.
    pub texts: Vec<String>,
    /// All in one POST, spread over messages, changes and entries as Meta may do; otherwise one POST each.
    #[serde(default)]
    pub batched: bool,
    /// When it was written, if not now: for messages that come late, and windows about to close.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// Somebody plays this resident and says when messages are read; otherwise they are read by themselves.
    #[serde(default)]
    pub attended: bool,
}

pub(super) fn write(
    shared: &Arc<Shared>,
    number_id: &str,
    inbound: &Inbound,
) -> Result<Vec<String>, Problem> {
    check(inbound)?;
    let now = shared.clock.now();
    let sent_at = inbound.sent_at.unwrap_or(now);
    let (run, person) = (shared.run, Person { phone: inbound.from.clone(), name: inbound.name.clone() });
    let (settings, texts) = shared.change(|state| {
        let whatsapp = &mut state.whatsapp;
        let number = whatsapp.numbers.get_mut(number_id).ok_or_else(|| no_number(number_id))?;
        if whatsapp.residents.len() >= RESIDENTS_MAX && !whatsapp.residents.contains_key(&person.phone) {
            return Err(Problem::full(format!("there are {RESIDENTS_MAX} residents already")));
        }
        number.hear(&person.phone, sent_at, now);
        let settings = number.settings.clone();
        let resident = Resident { name: person.name.clone(), attended: inbound.attended };
        whatsapp.residents.insert(person.phone.clone(), resident);
        let text = |body: &String| {
            let wamid = ids::wamid(Way::In, &person.phone, run, whatsapp.next_id());
            Text { wamid, seconds: sent_at.as_second(), body: body.clone() }
        };
        Ok((settings, inbound.texts.iter().map(text).collect::<Vec<_>>()))
    })?;
    let ids = texts.iter().map(|text| text.wamid.clone()).collect();
    texts.iter().for_each(|_| {
        shared.limits.count(number_id, now);
    });
    let batches = if inbound.batched {
        vec![spread(texts)]
    } else {
        texts.into_iter().map(alone).collect()
    };
    for batch in &batches {
        post(shared, number_id, wire::texts_body(&settings, &person, batch));
    }
    Ok(ids)
}

fn check(inbound: &Inbound) -> Result<(), Problem> {
    if !(5..=15).contains(&inbound.from.len()) || !inbound.from.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::invalid("from is a phone number of 5 to 15 digits, without plus"));
    }
    if inbound.texts.is_empty() || inbound.texts.len() > TEXTS_MAX {
        return Err(Problem::invalid(format!("texts holds 1 to {TEXTS_MAX} messages")));
    }
    if inbound.texts.iter().any(|text| text.is_empty() || text.chars().count() > TEXT_MAX) {
        return Err(Problem::invalid(format!("a text is 1 to {TEXT_MAX} characters long")));
    }
    Ok(())
}

fn alone(text: Text) -> Batch {
    vec![vec![vec![text]]]
}

/// Every way of grouping that Meta allows, in turn: a message in the same change, another change, another entry.
fn spread(texts: Vec<Text>) -> Batch {
    let mut batch = Batch::new();
    for (count, text) in texts.into_iter().enumerate() {
        match (count % 4, batch.last_mut()) {
            (1, Some(changes)) => match changes.last_mut() {
                Some(messages) => messages.push(text),
                None => changes.push(vec![text]),
            },
            (2, Some(changes)) => changes.push(vec![text]),
            _ => batch.push(vec![vec![text]]),
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_several_messages_changes_and_entries() {
        let text = |name: usize| Text { wamid: name.to_string(), seconds: 0, body: String::new() };
        let batch = spread((0..5).map(text).collect());
        let shape: Vec<Vec<usize>> = batch.iter().map(|entry| entry.iter().map(Vec::len).collect()).collect();
        assert_eq!(shape, [vec![2, 1], vec![1], vec![1]]);
    }
}
