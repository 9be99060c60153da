//! From the platform's words to ours. Every entry, every change, every message: nothing is left out, and one that cannot
//! be read is an item that says so.
//!
//! Items are numbered in the order of entries and changes; within a change first messages, then echoes, reports and
//! errors. A change that has none of those is one item. So the same bytes always give the same numbers.

use domain::channels::{
    AuthorClaim, ChangedBy, DeliveryReport, Echo, Identifier, IdentityChange, Inbound, InboundMessage, Item,
    MessageChange, MessageChangeKind, Place, ProviderId, Strength,
};
use domain::limits::{ITEMS_PER_EVENT, PROVIDER_ID_BYTES};
use domain::messages::{DeliveryStatus, Price};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{content, errors, held, notices, wire};
use crate::json::{self, Document};
use crate::text;

/// Business-scoped user id: who somebody is to this municipality, whatever their number.
pub(super) const BSUID: &str = "bsuid";
/// A phone number, as the platform writes it.
pub(super) const PHONE: &str = "phone";
/// The same for several businesses of one owner.
pub(super) const PARENT_BSUID: &str = "parent_bsuid";

/// Bytes kept of an identifier; a longer one is none.
const IDENTIFIER_BYTES: usize = 256;
/// Characters kept of an emoji; families and flags are long.
const EMOJI_CHARACTERS: usize = 64;

/// Reads a raw event.
///
/// # Errors
/// Why not even its entries can be told apart.
pub(super) fn items(body: &[u8], received_at: Timestamp) -> Result<Vec<Item>, String> {
    let document = Document::read(body)?;
    let envelope: wire::Envelope<'_> = json::read(document.text())?;
    let entries: wire::Pieces<'_> =
        json::read(entry_list(&envelope)?.get()).map_err(|_| "\"entry\" is no list".to_owned())?;
    let mut reading = Reading { received_at, found: Vec::new() };
    for entry in entries {
        reading.entry(entry)?;
    }
    let numbered = (0_u32..).zip(reading.found);
    Ok(numbered.map(|(index, what)| Item { index, what }).collect())
}

/// The list of entries of an envelope that is WhatsApp's.
pub(super) fn entry_list<'a>(envelope: &wire::Envelope<'a>) -> Result<&'a RawValue, String> {
    if envelope.object.text() != Some("whatsapp_business_account") {
        return Err("\"object\" is not \"whatsapp_business_account\"".to_owned());
    }
    envelope.entry.ok_or_else(|| "there is no \"entry\"".to_owned())
}

type Found = Result<Inbound, String>;

struct Reading {
    received_at: Timestamp,
    found: Vec<Found>,
}

impl Reading {
    fn entry(&mut self, entry: &RawValue) -> Result<(), String> {
        let changes = json::read::<wire::Entry<'_>>(entry.get()).and_then(|entry| {
            let list = entry.changes.ok_or_else(|| "an entry without changes".to_owned())?;
            Ok((moment(&entry.time, self.received_at), json::read::<wire::Pieces<'_>>(list.get())?))
        });
        match changes {
            Ok((at, changes)) => changes.into_iter().try_for_each(|change| self.change(change, at)),
            Err(reason) => self.add(Err(format!("entry: {reason}"))),
        }
    }

    /// `told_at`: the time of the entry, which is all that a notice about the account has.
    fn change(&mut self, change: &RawValue, told_at: Timestamp) -> Result<(), String> {
        let change: wire::Change<'_> = match json::read(change.get()) {
            Ok(change) => change,
            Err(reason) => return self.add(Err(format!("change: {reason}"))),
        };
        // Early deliveries of a WhatsApp test app named no field.
        let field = change.field.text().unwrap_or("messages");
        let whole = change.value.map_or("null", RawValue::get);
        if notices::is_only_counted(field) {
            return self.add(Ok(notices::of_change(field, whole, told_at)));
        }
        // An account's notice may have any form; what is no object of ours is kept as a notice.
        let value: wire::Value<'_> = match json::read(whole) {
            Ok(value) => value,
            Err(reason) if field == "messages" => return self.add(Err(format!("value: {reason}"))),
            Err(_) => return self.add(Ok(notices::of_change(field, whole, told_at))),
        };
        let before = self.found.len();
        self.lists(&value)?;
        if self.found.len() == before {
            self.add(Ok(notices::of_change(field, whole, told_at)))?;
        }
        Ok(())
    }

    fn lists(&mut self, value: &wire::Value<'_>) -> Result<(), String> {
        let at = self.received_at;
        let messages = each::<wire::Message<'_>>(value.messages, "message");
        let echoes = each::<wire::Message<'_>>(value.message_echoes, "echo");
        let people = People::of(value, &messages);
        self.add_each(messages, |message| inbound(&message, &people, at))?;
        self.add_each(echoes, |echo| echoed(&echo, &people, at))?;
        self.add_each(each(value.statuses, "status"), |status| report(&status, at))?;
        self.add_each(each(value.errors, "error"), |fault| Ok(notices::of_error(&fault, at)))
    }

    fn add_each<T>(&mut self, list: Vec<Result<T, String>>, read: impl Fn(T) -> Found) -> Result<(), String> {
        list.into_iter().try_for_each(|piece| self.add(piece.and_then(&read)))
    }

    fn add(&mut self, found: Found) -> Result<(), String> {
        if self.found.len() >= ITEMS_PER_EVENT {
            return Err(format!("it has more than {ITEMS_PER_EVENT} items"));
        }
        self.found.push(found);
        Ok(())
    }
}

/// The entries of a list, each read by itself; what is no list is one entry that cannot be read.
fn each<'a, T: Deserialize<'a>>(list: Option<&'a RawValue>, what: &str) -> Vec<Result<T, String>> {
    let Some(list) = list else { return Vec::new() };
    match json::read::<Option<wire::Pieces<'a>>>(list.get()) {
        Ok(pieces) => {
            let read =
                |piece: &'a RawValue| json::read(piece.get()).map_err(|reason| format!("{what}: {reason}"));
            pieces.into_iter().flatten().map(read).collect()
        }
        Err(reason) => vec![Err(format!("list of {what}: {reason}"))],
    }
}

/// The names that came beside the messages of one change.
struct People {
    contacts: Vec<wire::Contact>,
    /// Whether all messages are of one person, so that a single contact can only be theirs.
    one_sender: bool,
}

impl People {
    fn of(value: &wire::Value<'_>, messages: &[Result<wire::Message<'_>, String>]) -> Self {
        let mut senders =
            messages.iter().map(|message| message.as_ref().ok().map(|m| (&m.from, &m.from_user_id)));
        let first = senders.next();
        let one_sender = !messages.iter().any(Result::is_err) && senders.all(|sender| Some(sender) == first);
        Self {
            contacts: each(value.contacts, "contact").into_iter().flatten().collect(),
            one_sender,
        }
    }

    /// Who goes by this number or id, with everything else that the platform says of them; strongest name first.
    ///
    /// # Errors
    /// When there is no name at all: nobody could be answered, and no two such messages told apart.
    fn claim(
        &self,
        phone: &wire::Word,
        user_id: &wire::Word,
        parent: &wire::Word,
    ) -> Result<AuthorClaim, String> {
        let contact = self.contact(phone, user_id);
        let of = |word: fn(&wire::Contact) -> &wire::Word| contact.and_then(|contact| word(contact).text());
        let named = [
            (BSUID, user_id.text().or(of(|contact| &contact.user_id))),
            (PHONE, phone.text()),
            // The platform's own spelling of the number, where it differs (Mexico, Brazil).
            (PHONE, of(|contact| &contact.wa_id)),
            (PARENT_BSUID, parent.text().or(of(|contact| &contact.parent_user_id))),
        ];
        let mut identifiers: Vec<Identifier> = Vec::new();
        for identifier in named.into_iter().filter_map(|(kind, value)| identifier(kind, value?)) {
            if !identifiers.contains(&identifier) {
                identifiers.push(identifier);
            }
        }
        if identifiers.is_empty() {
            return Err("it names nobody".to_owned());
        }
        Ok(AuthorClaim {
            identifiers,
            display_name: of(|contact| &contact.profile.name).and_then(text::display_name),
        })
    }

    fn contact(&self, phone: &wire::Word, user_id: &wire::Word) -> Option<&wire::Contact> {
        let same = |one: &wire::Word, other: &wire::Word| one.text().is_some() && one == other;
        let by_id = self.contacts.iter().find(|contact| same(&contact.user_id, user_id));
        let by_phone = || self.contacts.iter().find(|contact| same(&contact.wa_id, phone));
        // A number can be written in two ways, so a single contact beside messages of one person is that person's,
        // unless the ids say otherwise.
        let only = || match self.contacts.as_slice() {
            [contact] if self.one_sender => Some(contact),
            _ => None,
        };
        let agrees = |contact: &&wire::Contact| {
            user_id.text().is_none() || contact.user_id.text().is_none() || contact.user_id == *user_id
        };
        by_id.or_else(|| by_phone().filter(agrees)).or_else(|| only().filter(agrees))
    }
}

fn identifier(kind: &'static str, value: &str) -> Option<Identifier> {
    let broken = value.trim().is_empty() || value.contains(|c: char| c.is_control() || c == '\u{fffd}');
    // A number is given to somebody else some months after it was given up; an id of the platform never is.
    let strength = if kind == PHONE { Strength::Passing } else { Strength::Lasting };
    (!broken && value.len() <= IDENTIFIER_BYTES).then(|| Identifier {
        kind: kind.into(),
        value: value.to_owned(),
        strength,
    })
}

fn inbound(message: &wire::Message<'_>, people: &People, received_at: Timestamp) -> Found {
    if message.kind.text() == Some("request_welcome") {
        return Ok(Inbound::Nothing { kind: "request_welcome".to_owned() });
    }
    let provider_id = provider_id(&message.id)?;
    let at = moment(&message.timestamp, received_at);
    if message.kind.text() == Some("system") {
        return system(message, provider_id, at);
    }
    let from = people.claim(&message.from, &message.from_user_id, &message.from_parent_user_id)?;
    if let Some((target, change)) = changed(message)? {
        let by = ChangedBy::Author(from);
        return Ok(Inbound::Change(Box::new(MessageChange { provider_id, target, by, at, change })));
    }
    let content = content::of(message);
    Ok(Inbound::Message(Box::new(InboundMessage {
        provider_id,
        from,
        place: match message.group_id.text().and_then(|id| ProviderId::new(id).ok()) {
            Some(group) => Place::Group { group },
            None => Place::Private,
        },
        sent_at: at,
        kind: content.kind,
        platform_kind: content.platform_kind,
        text: content.text,
        files: held::files(message),
        extras: held::extras(message),
        reply_to: message.context.as_ref().and_then(|context| self::provider_id(&context.id).ok()),
    })))
}

/// What a colleague wrote on the phone that shares the number with us.
fn echoed(echo: &wire::Message<'_>, people: &People, received_at: Timestamp) -> Found {
    let provider_id = provider_id(&echo.id)?;
    let at = moment(&echo.timestamp, received_at);
    if let Some((target, change)) = changed(echo)? {
        let by = ChangedBy::Us;
        return Ok(Inbound::Change(Box::new(MessageChange { provider_id, target, by, at, change })));
    }
    let content = content::of(echo);
    Ok(Inbound::Echo(Box::new(Echo {
        provider_id,
        to: people.claim(&echo.to, &echo.to_user_id, &echo.to_parent_user_id)?,
        place: Place::Private,
        sent_at: at,
        kind: content.kind,
        platform_kind: content.platform_kind,
        text: content.text,
        files: held::files(echo),
        extras: held::extras(echo),
        tracker: tracker(&echo.biz_opaque_callback_data),
    })))
}

/// What a message changes of an earlier one; `None` when it is a message in its own right.
fn changed(message: &wire::Message<'_>) -> Result<Option<(ProviderId, MessageChangeKind)>, String> {
    let target = |id: Option<&wire::Word>| {
        id.ok_or_else(|| "it changes no message".to_owned())
            .and_then(provider_id)
            .map_err(|reason| format!("its target: {reason}"))
    };
    Ok(match message.kind.text() {
        Some("reaction") => {
            let reaction = message.reaction.as_ref();
            let emoji = reaction.and_then(|reaction| reaction.emoji.text());
            let emoji =
                emoji.map(|emoji| text::word(emoji, EMOJI_CHARACTERS)).filter(|emoji| !emoji.is_empty());
            Some((target(reaction.map(|reaction| &reaction.message_id))?, MessageChangeKind::Reacted(emoji)))
        }
        Some("edit") => {
            let edit = message.edit.as_ref();
            let now =
                edit.and_then(|edit| edit.message).map(|now| json::read::<wire::Message<'_>>(now.get()));
            let text = now.transpose()?.and_then(|now| content::of(&now).text);
            Some((target(edit.map(|edit| &edit.original_message_id))?, MessageChangeKind::Edited(text)))
        }
        Some("revoke") => {
            let revoked = message.revoke.as_ref().map(|revoke| &revoke.original_message_id);
            Some((target(revoked)?, MessageChangeKind::Deleted))
        }
        _ => None,
    })
}

/// A message of the platform itself, mostly that somebody goes by another number or id now.
fn system(message: &wire::Message<'_>, provider_id: ProviderId, at: Timestamp) -> Found {
    let system = message.system.as_ref().ok_or("a system message that says nothing")?;
    let old_ids = [(BSUID, &system.previous_user_id), (PARENT_BSUID, &system.previous_parent_user_id)];
    let new_ids = [(BSUID, &system.user_id), (PARENT_BSUID, &system.parent_user_id)];
    let number = |word| [(PHONE, word)];
    let (before, after) = match system.kind.text() {
        Some("user_changed_number") => {
            // Older notices name the number in `new_wa_id`.
            let new = system.new_wa_id.text().map_or(&system.wa_id, |_| &system.new_wa_id);
            (all_named(&[&old_ids, &number(&message.from)]), all_named(&[&new_ids, &number(new)]))
        }
        // Told where no number is shared; the earliest notices named the number that stayed.
        Some("user_changed_user_id") => (
            all_named(&[&old_ids, &number(&message.from), &number(&system.wa_id)]),
            all_named(&[&new_ids]),
        ),
        other => return Ok(notices::of_system(other, at)),
    };
    if before.is_empty() || after.is_empty() {
        return Err("a change of identity that does not say from what to what".to_owned());
    }
    Ok(Inbound::Identity(IdentityChange { provider_id, before, after, at }))
}

/// Each of these that is a name, once.
fn all_named(groups: &[&[(&'static str, &wire::Word)]]) -> Vec<Identifier> {
    let mut named: Vec<Identifier> = Vec::new();
    for identifier in
        groups.iter().copied().flatten().filter_map(|(kind, word)| identifier(kind, word.text()?))
    {
        if !named.contains(&identifier) {
            named.push(identifier);
        }
    }
    named
}

/// What became of a message of ours.
fn report(status: &wire::Status, received_at: Timestamp) -> Found {
    let word = text::kind(status.status.text(), 100);
    let status_of_message = match word.as_str() {
        _ if status.kind.text() == Some("call") => return Ok(Inbound::Nothing { kind: "calls".to_owned() }),
        "sent" => DeliveryStatus::Sent,
        "delivered" => DeliveryStatus::Delivered,
        "read" => DeliveryStatus::Read,
        "played" => DeliveryStatus::Played,
        "failed" => DeliveryStatus::Failed,
        _ => return Ok(Inbound::Nothing { kind: format!("status/{word}") }),
    };
    let in_group = status.recipient_type.text() == Some("group");
    let participant = status
        .recipient_participant_user_id
        .text()
        .or_else(|| status.recipient_participant_id.text());
    let codes = status.errors.iter().filter_map(|fault| fault.code.text()?.parse().ok());
    let verdict = codes.filter_map(errors::verdict).next();
    let failures: Vec<String> = status.errors.iter().filter_map(notices::described).collect();
    Ok(Inbound::Delivery(DeliveryReport {
        provider_id: provider_id(&status.id)?,
        tracker: tracker(&status.biz_opaque_callback_data),
        status: status_of_message,
        at: moment(&status.timestamp, received_at),
        recipient: participant.filter(|_| in_group).and_then(|id| Some(identifier(PHONE, id)?.value)),
        failure: (!failures.is_empty()).then(|| text::word(&failures.join("; "), 1000)),
        verdict: verdict.filter(|_| status_of_message == DeliveryStatus::Failed),
        price: status.pricing.as_ref().map(price),
    }))
}

/// The platform's words for what it charges; a message is paid for unless it says otherwise.
fn price(pricing: &wire::Pricing) -> Price {
    let word = |word: &wire::Word| word.text().map(|word| text::word(word, 100));
    Price {
        billable: pricing.billable.unwrap_or(true),
        category: word(&pricing.category),
        model: word(&pricing.pricing_model),
        kind: word(&pricing.kind),
    }
}

fn provider_id(id: &wire::Word) -> Result<ProviderId, String> {
    let id = id.text().ok_or("there is no id")?;
    if id.contains('\u{fffd}') {
        return Err("its id is no text".to_owned());
    }
    ProviderId::new(id).map_err(|error| error.to_string())
}

fn tracker(word: &wire::Word) -> Option<String> {
    word.text()
        .filter(|text| text.len() <= PROVIDER_ID_BYTES && !text.contains(char::is_control))
        .map(str::to_owned)
}

/// The platform's time, in whole seconds since 1970. Where it is missing or makes no sense, the moment that we received
/// the event stands in for it: a wrong clock is no reason to lose a message.
fn moment(seconds: &wire::Word, received_at: Timestamp) -> Timestamp {
    let given = seconds.text().and_then(|text| text.parse::<i64>().ok()).filter(|seconds| *seconds > 0);
    given.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(received_at)
}

#[cfg(test)]
mod tests;
