//! The usual delivery, which is of the form that the platform describes and concerns one number, told in one reading.
//!
//! A door answers hundreds of these a second. Whatever is not wholly as expected gives `None` here and is looked at closely
//! by [`super::closely`], which must come to the same answer wherever this one gives any.

use std::fmt;

use domain::limits::ITEMS_PER_EVENT;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::lenient::Word;

/// The number that the whole delivery concerns. `text`: within the limits of nesting.
pub(super) fn only_number(text: &str) -> Option<String> {
    let envelope: Envelope = serde_json::from_str(text).ok()?;
    if envelope.object.text() != Some("whatsapp_business_account") || envelope.entry.len() > ITEMS_PER_EVENT {
        return None;
    }
    let (mut only, mut items) = (None, 0);
    for Change { value } in envelope.entry.into_iter().flat_map(|entry| entry.changes) {
        items += value.items();
        let number = value.metadata.phone_number_id;
        match &only {
            None => only = Some(number),
            Some(only) if *only == number => (),
            Some(_) => return None,
        }
    }
    if items > ITEMS_PER_EVENT {
        return None;
    }
    only?.text().map(str::to_owned)
}

#[derive(Deserialize)]
struct Envelope {
    object: Word,
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    value: Value,
}

#[derive(Deserialize)]
struct Value {
    metadata: Metadata,
    messages: Option<Length>,
    message_echoes: Option<Length>,
    statuses: Option<Length>,
    errors: Option<Length>,
}

impl Value {
    fn items(&self) -> usize {
        let lists = [&self.messages, &self.message_echoes, &self.statuses, &self.errors];
        lists.into_iter().flatten().map(|length| length.0).sum::<usize>().max(1)
    }
}

#[derive(Deserialize)]
struct Metadata {
    phone_number_id: Word,
}

/// How many entries a list has.
struct Length(usize);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Counting)
    }
}

struct Counting;

impl<'de> Visitor<'de> for Counting {
    type Value = Length;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Length, A::Error> {
        let mut length = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            length += 1;
        }
        Ok(Length(length))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::super::closely;
    use super::*;
    use crate::json;

    /// Whether the quick reading says anything; what it says is what the close one says.
    fn is_told(body: &str) -> bool {
        let Some(number) = json::within_limits(body.as_bytes()).ok().and_then(only_number) else {
            return false;
        };
        let close = closely(body.as_bytes()).expect("what is told is a delivery");
        let whom: Vec<_> = close.iter().map(|part| part.native_id.as_deref()).collect();
        assert_eq!(whom, [Some(number.as_str())], "{body}");
        assert_eq!(close[0].body, body.as_bytes());
        true
    }

    const FIXTURES: [&str; 10] = [
        include_str!("../fixtures/text.json"),
        include_str!("../fixtures/batch.json"),
        include_str!("../fixtures/broken_entries.json"),
        include_str!("../fixtures/changes.json"),
        include_str!("../fixtures/echoes.json"),
        include_str!("../fixtures/errors.json"),
        include_str!("../fixtures/group.json"),
        include_str!("../fixtures/media.json"),
        include_str!("../fixtures/statuses.json"),
        include_str!("../fixtures/two_numbers.json"),
    ];

    /// Every place in a value, as a JSON pointer.
    fn places(value: &Json, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        let inside: Vec<(String, &Json)> = match value {
            Json::Object(fields) => fields.iter().map(|(name, inside)| (name.clone(), inside)).collect(),
            Json::Array(list) => {
                (0..).zip(list).map(|(place, inside): (usize, _)| (place.to_string(), inside)).collect()
            }
            _ => Vec::new(),
        };
        for (name, inside) in inside {
            places(inside, &format!("{at}/{name}"), found);
        }
    }

    #[test]
    fn the_usual_delivery_is_told_at_once() {
        assert!(is_told(FIXTURES[0]));
        assert!(is_told(include_str!("../fixtures/media.json")));
    }

    /// Each value of the fixtures is replaced by what does not belong there: the quick reading says nothing, or what the
    /// close one says.
    #[test]
    fn whatever_stands_there_the_quick_reading_says_nothing_else_than_the_close_one() {
        let odd = [
            json!(null),
            json!(7),
            json!(""),
            json!("x"),
            json!([]),
            json!([null]),
            json!({}),
            json!(true),
        ];
        let (mut told, mut silent) = (0, 0);
        for fixture in FIXTURES {
            is_told(fixture);
            // Half a character is JSON to us, and not to whoever takes a fixture apart here.
            let Ok(whole) = serde_json::from_str::<Json>(fixture) else { continue };
            let mut all = Vec::new();
            places(&whole, "", &mut all);
            for (place, one) in all.iter().flat_map(|place| odd.iter().map(move |one| (place, one))) {
                let mut changed = whole.clone();
                if let Some(there) = changed.pointer_mut(place) {
                    *there = one.clone();
                }
                if is_told(&changed.to_string()) { told += 1 } else { silent += 1 }
            }
        }
        assert!(told > 500 && silent > 500, "{told} told, {silent} not");
    }

    #[test]
    fn what_is_not_as_expected_is_left_to_the_close_reading() {
        let with = |changes: &str| {
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{changes}]}}]}}"#
            )
        };
        let of = |number: &str| format!(r#"{{"value":{{"metadata":{{"phone_number_id":"{number}"}}}}}}"#);
        assert!(is_told(&with(&of("A"))));
        let two = format!("{},{}", of("A"), of("B"));
        let business = format!("{},{}", of("A"), r#"{"value":{"event":"ban"}}"#);
        let twice = r#"{"value":{"metadata":{"phone_number_id":"A","phone_number_id":"B"}}}"#;
        let many = format!(
            r#"{{"value":{{"metadata":{{"phone_number_id":"A"}},"messages":[{}]}}}}"#,
            vec!["{}"; ITEMS_PER_EVENT + 1].join(",")
        );
        for odd in [two.as_str(), &business, twice, &many, "", "{}", "null"] {
            assert_eq!(only_number(&with(odd)), None, "{odd}");
        }
        assert_eq!(only_number(&format!("{} x", with(&of("A")))), None);
    }
}
