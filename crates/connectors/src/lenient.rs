//! Values that a platform writes now in this form and now in that, read so that one odd field never takes the message with
//! it.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A text or a number, whichever the platform chooses today; anything else is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Word(Option<String>);

impl Word {
    /// The text, unless it is empty.
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Word, E> {
        Ok(Word(Some(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Word, E> {
        Ok(Word(Some(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Word, E> {
        Ok(Word(Some(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Word, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Word, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }
}

/// `null` where an object or list is expected means that it is not there.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// What has another form than we know is not there: a price must not take the report with it.
pub(crate) fn or_none<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let given = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(given.and_then(|given| serde_json::from_str(given.get()).ok()))
}

/// Yes or no, also where it is written as a text.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let given = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(given.and_then(|given| given.get().trim_matches('"').parse().ok()))
}

/// A list of which the entries that are not as expected are left out: one odd telephone number must not take the message
/// with it.
pub(crate) fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let entries = Option::<Vec<Box<RawValue>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(entries.iter().filter_map(|entry| serde_json::from_str(entry.get()).ok()).collect())
}
