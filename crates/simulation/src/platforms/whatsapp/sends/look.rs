//! Looks into the JSON of a request and says what is wrong with it as Meta does, with the path to the spot.

use serde_json::Value;

use super::super::super::meta::GraphError;
use super::super::codes::{refusal, refusal_because};

/// A spot in a request, with its path: `interactive['body']['text']`.
#[derive(Debug, Clone)]
pub(in super::super) struct Look<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Look<'a> {
    /// Begins at `value`, which is called `name`.
    pub(in super::super) fn at(value: &'a Value, name: &str) -> Self {
        Self { value, path: name.to_owned() }
    }

    pub(in super::super) fn value(&self) -> &'a Value {
        self.value
    }

    /// What stands under `name`; nothing when it is absent or null.
    pub(in super::super) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, path: format!("{}['{name}']", self.path) })
    }

    /// What must stand under `name`: 131008 when it does not.
    pub(in super::super) fn need(&self, name: &str) -> Result<Self, GraphError> {
        self.get(name).ok_or_else(|| missing(&format!("{}['{name}']", self.path)))
    }

    /// A text of at least one and at most `most` characters.
    pub(in super::super) fn text(&self, most: usize) -> Result<&'a str, GraphError> {
        let text = self.value.as_str().ok_or_else(|| self.wrong("must be a string"))?;
        if text.trim().is_empty() {
            return Err(self.wrong("cannot be empty"));
        }
        if text.chars().count() > most {
            return Err(too_long(&self.path, most));
        }
        Ok(text)
    }

    /// The text under `name`, which must be there.
    pub(in super::super) fn need_text(&self, name: &str, most: usize) -> Result<&'a str, GraphError> {
        self.need(name)?.text(most)
    }

    /// The text under `name`, if it is there.
    pub(in super::super) fn get_text(&self, name: &str, most: usize) -> Result<Option<&'a str>, GraphError> {
        self.get(name).map(|found| found.text(most)).transpose()
    }

    /// A number between the two, written as a number or as text.
    pub(in super::super) fn number(&self, least: f64, most: f64) -> Result<f64, GraphError> {
        let written = self.value.as_str().and_then(|text| text.parse().ok());
        let number = self.value.as_f64().or(written).ok_or_else(|| self.wrong("must be a number"))?;
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(self.wrong(&format!("must be between {least} and {most}")))
        }
    }

    /// A list of `least` to `most` things.
    pub(in super::super) fn list(&self, least: usize, most: usize) -> Result<Vec<Self>, GraphError> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("must be an array"))?;
        if items.len() < least {
            return Err(self.wrong(&format!("must have at least {least} items")));
        }
        if items.len() > most {
            return Err(self.wrong(&format!("must have at most {most} items")));
        }
        let at = |(place, value)| Self { value, path: format!("{}[{place}]", self.path) };
        Ok(items.iter().enumerate().map(at).collect())
    }

    /// One of these words.
    pub(in super::super) fn one_of(&self, words: &[&'static str]) -> Result<&'static str, GraphError> {
        let said = self.value.as_str().unwrap_or_default();
        let known = words.iter().find(|word| word.eq_ignore_ascii_case(said));
        known
            .copied()
            .ok_or_else(|| self.wrong(&format!("must be one of {{{}}}", words.join(", ").to_uppercase())))
    }

    /// 131009: this parameter is not what it should be.
    pub(in super::super) fn wrong(&self, what: &str) -> GraphError {
        invalid(&format!("Param {} {what}", self.path))
    }
}

/// 131008: a part of the message is missing.
pub(in super::super) fn missing(path: &str) -> GraphError {
    refusal_because(131_008, format!("The parameter {path} is required."))
}

/// 100: one of the parameters that every request has is missing.
pub(in super::super) fn required(parameter: &str) -> GraphError {
    let title = format!("The parameter {parameter} is required.");
    GraphError::whatsapp(100, &title, title.clone())
}

/// 131009: a value that is not valid.
pub(in super::super) fn invalid(details: &str) -> GraphError {
    refusal_because(131_009, details)
}

/// 100: a text over its limit.
pub(in super::super) fn too_long(path: &str, most: usize) -> GraphError {
    let title = format!("Param {path} must be at most {most} characters long.");
    GraphError::whatsapp(100, &title, title.clone())
}

/// 131051: no kind of message has this name.
pub(in super::super) fn unsupported() -> GraphError {
    refusal(131_051)
}

/// An address on the web.
pub(in super::super) fn web_address(look: &Look<'_>) -> Result<String, GraphError> {
    let text = look.text(2048)?;
    match reqwest::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text.to_owned()),
        _ => Err(look.wrong("is not a valid URL")),
    }
}
