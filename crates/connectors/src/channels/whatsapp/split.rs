//! Which accounts a delivery concerns, and which of its bytes each of them gets.
//!
//! A Meta app may point all its numbers at one address, and one delivery may hold changes for several of them. What one
//! account stores must hold nothing of another, and must still be what the platform sent: so changes are cut out of the
//! body, never written anew.

mod usual;

use std::ops::Range;

use domain::channels::Addressed;
use domain::limits::ITEMS_PER_EVENT;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{parse, wire};
use crate::json::{self, Document};

/// Splits a delivery by `value.metadata.phone_number_id`.
///
/// A delivery for one account stays as it is, to the last space. Changes that name no number concern a business account, and
/// go together by its id, `entry.id`. A delivery without changes gives nothing.
///
/// # Errors
/// Why the body is no delivery of WhatsApp: no JSON within our limits, another `object`, no list of entries, or more
/// items than a delivery can have.
pub(super) fn by_account(body: &[u8]) -> Result<Vec<Addressed>, String> {
    match usual::only_number(json::within_limits(body)?) {
        Some(number) => Ok(vec![Whom::Number(number).gets(body.to_vec())]),
        None => closely(body),
    }
}

fn closely(body: &[u8]) -> Result<Vec<Addressed>, String> {
    let document = Document::read(body)?;
    let envelope = Envelope::read(&document)?;
    let mut accounts: Vec<Whom> = Vec::new();
    let mut items = 0;
    for change in envelope.entries.iter().flat_map(|entry| &entry.changes) {
        items += change.items;
        if items > ITEMS_PER_EVENT {
            return Err(format!("it has more than {ITEMS_PER_EVENT} items"));
        }
        if !accounts.contains(&change.whom) {
            accounts.push(change.whom.clone());
        }
    }
    // Each account gets what stands around the entries as well: many of them would multiply it.
    if accounts.len() > ACCOUNTS_PER_EVENT {
        return Err(format!("it concerns more than {ACCOUNTS_PER_EVENT} accounts"));
    }
    Ok(match accounts.len() {
        1 => accounts.into_iter().map(|whom| whom.gets(body.to_vec())).collect(),
        _ => accounts
            .into_iter()
            .map(|whom| {
                let part = envelope.part_of(&whom, &document).into_bytes();
                whom.gets(part)
            })
            .collect(),
    })
}

/// Accounts that one delivery may concern. A Meta app serves a handful.
const ACCOUNTS_PER_EVENT: usize = 50;

/// Whom a change concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whom {
    /// A number.
    Number(String),
    /// All numbers of a business account; `None` where not even that is named.
    Business(Option<String>),
}

impl Whom {
    fn gets(self, body: Vec<u8>) -> Addressed {
        match self {
            Self::Number(id) => Addressed { native_id: Some(id), business_id: None, body },
            Self::Business(business_id) => Addressed { native_id: None, business_id, body },
        }
    }
}

/// Where everything stands in the body.
struct Envelope {
    /// The list of entries, with its brackets.
    list: Range<usize>,
    entries: Vec<Entry>,
    length: usize,
}

struct Entry {
    place: Range<usize>,
    /// The list of changes, with its brackets; `None` for an entry that cannot be read, which stays whole.
    list: Option<Range<usize>>,
    changes: Vec<Change>,
}

struct Change {
    place: Range<usize>,
    whom: Whom,
    items: usize,
}

impl Envelope {
    fn read(document: &Document<'_>) -> Result<Self, String> {
        let envelope: wire::Envelope<'_> = json::read(document.text())?;
        let list = parse::entry_list(&envelope)?;
        let pieces: wire::Pieces<'_> =
            json::read(list.get()).map_err(|_| "\"entry\" is no list".to_owned())?;
        if pieces.len() > ITEMS_PER_EVENT {
            return Err(format!("it has more than {ITEMS_PER_EVENT} entries"));
        }
        Ok(Self {
            list: document.place_of(list),
            entries: pieces.into_iter().map(|piece| Entry::read(piece, document)).collect(),
            length: document.text().len(),
        })
    }

    /// The body with only those changes that concern `whom`: all other bytes as they came.
    fn part_of(&self, whom: &Whom, document: &Document<'_>) -> String {
        let entries: Vec<String> =
            self.entries.iter().filter_map(|entry| entry.part_of(whom, document)).collect();
        let (before, after) = (0..self.list.start, self.list.end..self.length);
        format!("{}[{}]{}", document.original(before), entries.join(","), document.original(after))
    }
}

impl Entry {
    fn read(piece: &RawValue, document: &Document<'_>) -> Self {
        let place = document.place_of(piece);
        let Some((business, list, pieces)) = changes(piece) else {
            let whole = Change { place: place.clone(), whom: Whom::Business(None), items: 1 };
            return Self { place, list: None, changes: vec![whole] };
        };
        let changes = pieces
            .into_iter()
            .map(|change| Change::read(change, business.as_deref(), document))
            .collect();
        Self { place, list: Some(document.place_of(list)), changes }
    }

    fn part_of(&self, whom: &Whom, document: &Document<'_>) -> Option<String> {
        let ours = self.changes.iter().filter(|change| change.whom == *whom);
        let changes: Vec<&str> = ours.map(|change| document.original(change.place.clone())).collect();
        match &self.list {
            _ if changes.is_empty() => None,
            None => Some(changes.concat()),
            Some(list) => {
                let (before, after) = (self.place.start..list.start, list.end..self.place.end);
                Some(format!(
                    "{}[{}]{}",
                    document.original(before),
                    changes.join(","),
                    document.original(after)
                ))
            }
        }
    }
}

impl Change {
    fn read(piece: &RawValue, business: Option<&str>, document: &Document<'_>) -> Self {
        let change: wire::Change<'_> = json::read(piece.get()).unwrap_or_default();
        let value: wire::Value<'_> =
            change.value.and_then(|value| json::read(value.get()).ok()).unwrap_or_default();
        let metadata: Option<wire::Metadata> =
            value.metadata.and_then(|metadata| json::read(metadata.get()).ok());
        let lists = [value.messages, value.message_echoes, value.statuses, value.errors];
        Self {
            place: document.place_of(piece),
            whom: metadata
                .and_then(|metadata| metadata.phone_number_id.text().map(str::to_owned))
                .map_or_else(|| Whom::Business(business.map(str::to_owned)), Whom::Number),
            items: lists.into_iter().flatten().map(length).sum::<usize>().max(1),
        }
    }
}

/// The business account that an entry concerns, and the list of its changes, whole and in pieces.
fn changes(entry: &RawValue) -> Option<(Option<String>, &RawValue, wire::Pieces<'_>)> {
    let entry: wire::Entry<'_> = json::read(entry.get()).ok()?;
    let (business, list) = (entry.id.text().map(str::to_owned), entry.changes?);
    Some((business, list, json::read(list.get()).ok()?))
}

/// How many entries a list has; what is no list counts as one.
fn length(list: &RawValue) -> usize {
    json::read::<Vec<IgnoredAny>>(list.get()).map_or(1, |entries| entries.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &str) -> Vec<(Option<String>, String)> {
        let addressed = by_account(body.as_bytes()).expect("a delivery");
        let text = |body| String::from_utf8(body).expect("text in, text out");
        addressed.into_iter().map(|part| (part.native_id, text(part.body))).collect()
    }

    fn id(account: &str) -> Option<String> {
        Some(account.to_owned())
    }

    const FOR_TWO: &str = concat!(
        r#"{ "object":"whatsapp_business_account", "entry" : [ {"id":"1","changes":[ "#,
        r#"{"value":{"metadata":{"phone_number_id":"A"},"messages":[{"text":"\u00e9 \ud83d"}]},"field":"messages"}, "#,
        r#"{"value":{"metadata":{"phone_number_id":"B"},"x":1.0},"field":"messages"} ],"time":1e0} , "#,
        r#"{"changes":[{"value":{"event":"DISABLED_UPDATE"},"field":"account_update"}]},{"id":7}],"more":[ ]}"#,
    );

    #[test]
    fn a_delivery_for_one_account_stays_as_it_is() {
        let body = r#"{"object":"whatsapp_business_account","entry":[ {"changes":[{"value":{"metadata":{"phone_number_id":"A"}}}]},
            {"changes":[{"value":{"metadata":{"phone_number_id":"A"}}}]}]}"#;
        assert_eq!(parts(body), [(id("A"), body.to_owned())]);
    }

    #[test]
    fn each_account_gets_its_own_changes_and_nothing_of_the_others() {
        let envelope = |entries: &str| {
            format!(r#"{{ "object":"whatsapp_business_account", "entry" : [{entries}],"more":[ ]}}"#)
        };
        let first = r#"{"id":"1","changes":[{"value":{"metadata":{"phone_number_id":"A"},"messages":[{"text":"\u00e9 \ud83d"}]},"field":"messages"}],"time":1e0}"#;
        let second = r#"{"id":"1","changes":[{"value":{"metadata":{"phone_number_id":"B"},"x":1.0},"field":"messages"}],"time":1e0}"#;
        let account =
            r#"{"changes":[{"value":{"event":"DISABLED_UPDATE"},"field":"account_update"}]},{"id":7}"#;
        assert_eq!(
            parts(FOR_TWO),
            [(id("A"), envelope(first)), (id("B"), envelope(second)), (None, envelope(account))]
        );
    }

    #[test]
    fn a_part_is_a_delivery_for_one_account() {
        for (account, body) in parts(FOR_TWO) {
            assert_eq!(parts(&body), [(account, body.clone())]);
        }
    }

    #[test]
    fn a_number_that_is_given_twice_or_is_no_word_names_no_account() {
        for metadata in [
            r#"{"phone_number_id":"A","phone_number_id":"B"}"#,
            r#"{"phone_number_id":{}}"#,
            "7",
            "null",
        ] {
            let body = format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"value":{{"metadata":{metadata}}}}}]}}]}}"#
            );
            assert_eq!(parts(&body), [(None, body.clone())], "{metadata}");
        }
    }

    #[test]
    fn what_names_no_number_goes_to_the_business_account_that_its_entry_names() {
        let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"W1","changes":[{"value":{"event":"ban"}}]},
            {"id":"W2","changes":[{"value":{}},{"value":{"metadata":{"phone_number_id":"A"}}}]},{"changes":[{"value":{}}]}]}"#;
        let addressed = by_account(body.as_bytes()).expect("a delivery");
        let whom: Vec<_> = addressed
            .iter()
            .map(|part| (part.native_id.as_deref(), part.business_id.as_deref()))
            .collect();
        assert_eq!(whom, [(None, Some("W1")), (None, Some("W2")), (Some("A"), None), (None, None)]);
        let first = String::from_utf8_lossy(&addressed[0].body).into_owned();
        assert!(first.contains("ban") && !first.contains("W2"), "{first}");
    }

    #[test]
    fn what_is_no_delivery_of_whatsapp_is_refused() {
        for body in [
            "{}",
            "[]",
            "7",
            r#"{"object":"page","entry":[]}"#,
            r#"{"object":"whatsapp_business_account"}"#,
            r#"{"object":"whatsapp_business_account","entry":null}"#,
            r#"{"object":"whatsapp_business_account","entry":{}}"#,
            r#"{"object":"whatsapp_business_account","entry":[],"entry":[]}"#,
        ] {
            assert!(by_account(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_delivery_without_changes_gives_nothing() {
        for entries in ["", r#"{"id":"1","changes":[]}"#] {
            assert_eq!(
                parts(&format!(r#"{{"object":"whatsapp_business_account","entry":[{entries}]}}"#)),
                []
            );
        }
    }

    #[test]
    fn more_items_than_a_delivery_can_have_are_refused() {
        let with = |messages: usize| {
            let messages = vec!["{}"; messages].join(",");
            let body = format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"value":{{"messages":[{messages}]}}}}]}}]}}"#
            );
            by_account(body.as_bytes()).is_ok()
        };
        assert!(with(ITEMS_PER_EVENT));
        assert!(!with(ITEMS_PER_EVENT + 1));
    }
}
