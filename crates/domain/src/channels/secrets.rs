//! Secrets of a channel account, in memory only, never printed.

use std::collections::BTreeMap;
use std::fmt;

/// One secret. Its text does not appear in `Debug`, logs or errors.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(String);

impl SecretValue {
    /// Takes a secret.
    #[must_use]
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The secret itself. The longer name is there so that each use can be found.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

/// The live secrets of an account by name. A name can have several, newest first: those before stay valid
/// for a day after they were replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, Vec<SecretValue>>);

impl Secrets {
    /// No secrets.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a live secret behind those of the same name. An empty one is ignored: an empty secret is no secret (A1).
    pub fn add(&mut self, name: &str, value: SecretValue) {
        if !value.reveal().is_empty() {
            self.0.entry(name.to_owned()).or_default().push(value);
        }
    }

    /// All live secrets of this name, newest first; empty when there are none.
    #[must_use]
    pub fn all(&self, name: &str) -> &[SecretValue] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The newest secret of this name.
    #[must_use]
    pub fn newest(&self, name: &str) -> Option<&SecretValue> {
        self.all(name).first()
    }

    /// The names that have a live secret.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed_and_an_empty_one_is_none() {
        let mut secrets = Secrets::none();
        secrets.add("app_secret", SecretValue::new(String::new()));
        assert!(secrets.newest("app_secret").is_none());
        secrets.add("app_secret", SecretValue::new("geheim-geheim".to_owned()));
        assert!(!format!("{secrets:?}").contains("geheim"));
    }
}
