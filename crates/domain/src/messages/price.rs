//! What a message of ours costs, as the platform tells it. Data-driven: categories and models are the platform's words,
//! and a new one is shown as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a platform says about the price of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Price {
    /// Whether the municipality pays for it.
    pub billable: bool,
    /// What it is charged as: "service", "utility".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How it is charged: "PMP" is per message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why it costs nothing, or that it does: "regular", "free_customer_service".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What a municipality pays for a message, by the platform's category, in millionths of a euro. Platforms publish rates per
/// country and change them, so the municipality fills in its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates(BTreeMap<String, u64>);

/// A list of rates that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rates are written like \"service 0.02; utility 0.045\"; this cannot be read: {0}")]
pub struct RatesFault(String);

/// Rates of one account at most: platforms know a handful of categories.
const RATES_MAX: usize = 20;
/// The dearest message that is believed, in millionths: more is a slip of the decimal point.
const MICROS_MAX: u64 = 5_000_000;

impl Rates {
    /// Reads a list, such as `service 0.02; utility 0,045`: a category and an amount in euros, with at most six decimals.
    ///
    /// # Errors
    /// [`RatesFault`] names the entry that cannot be read.
    pub fn parse(text: &str) -> Result<Self, RatesFault> {
        let mut rates = BTreeMap::new();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let fault = || RatesFault(crate::limits::cut(entry, 40).to_owned());
            let (category, amount) = entry.split_once([' ', '=', ':']).ok_or_else(fault)?;
            let is_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            let micros = micros(amount.trim()).filter(|micros| *micros <= MICROS_MAX).ok_or_else(fault)?;
            let category = category.trim();
            if !category.bytes().all(is_word)
                || rates.len() >= RATES_MAX
                || rates.insert(category.to_owned(), micros).is_some()
            {
                return Err(fault());
            }
        }
        Ok(Self(rates))
    }

    /// What a message of this category costs; `None` where nobody said.
    #[must_use]
    pub fn of(&self, category: &str) -> Option<u64> {
        self.0.get(category).copied()
    }
}

/// An amount in euros with a point or comma, in millionths.
fn micros(amount: &str) -> Option<u64> {
    let (whole, rest) = amount.split_once(['.', ',']).unwrap_or((amount, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || whole.len() > 6 || rest.len() > 6 {
        return None;
    }
    let rest = format!("{rest:0<6}").parse::<u64>().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(rest)
}

/// What a message is charged as, before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The platform's category: "service", "utility".
    pub category: String,
    /// What one message costs in millionths of a euro; `None` where the municipality filled in no rate.
    pub each_micros: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        let rates = Rates::parse(" service 0.02; utility=0,045 ;marketing: 1;free 0;").expect("rates");
        let known = ["service", "utility", "marketing", "free", "other"].map(|category| rates.of(category));
        assert_eq!(known, [Some(20_000), Some(45_000), Some(1_000_000), Some(0), None]);
        assert_eq!(Rates::parse(""), Ok(Rates::default()));
    }

    #[test]
    fn what_is_no_rate_is_named() {
        for wrong in [
            "service",
            "service x",
            "service -1",
            "service 0.0000001",
            "Dienst 0.1",
            "service 6",
            "service 0.1; service 0.2",
            "service 1e3",
            "service 0.1.2",
        ] {
            let fault = Rates::parse(wrong).expect_err(wrong);
            assert!(fault.to_string().contains("service 0.02"), "{fault}");
        }
    }
}
