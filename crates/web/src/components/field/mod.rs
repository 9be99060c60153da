//! A field of a form with its label, its help, and what is wrong with what was filled in.

use askama::Template;

#[cfg(test)]
pub(crate) mod examples;

/// A field of one line.
#[derive(Debug, Clone, Template)]
#[template(path = "components/field/field.html")]
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    most: usize,
    required: bool,
    help: Option<&'static str>,
    error: Option<String>,
    first: bool,
}

impl Field {
    /// A text of somebody's own.
    pub(crate) fn text(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            value: String::new(),
            autocomplete: "off",
            most: 200,
            required: true,
            help: None,
            error: None,
            first: false,
        }
    }

    /// An e-mail address.
    pub(crate) fn email(name: &'static str, label: &'static str) -> Self {
        Self { kind: "email", most: 320, ..Self::text(name, label) }
    }

    /// A password; it is never shown again.
    pub(crate) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self {
            kind: "password",
            autocomplete,
            most: 1000,
            ..Self::text(name, label)
        }
    }

    /// A code that works once; it is never shown again.
    pub(crate) fn code(name: &'static str, label: &'static str) -> Self {
        Self {
            autocomplete: "one-time-code",
            most: 40,
            ..Self::text(name, label)
        }
    }

    /// Nothing has to be filled in.
    pub(crate) fn may_be_empty(self) -> Self {
        Self { required: false, ..self }
    }

    /// What browsers fill in.
    pub(crate) fn filled_as(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// What is in it.
    pub(crate) fn with(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// What helps to fill it in.
    pub(crate) fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    /// One types in it at once, on a page that is for nothing else. Not once something is wrong: that is read first.
    pub(crate) fn first(self) -> Self {
        Self { first: true, ..self }
    }

    /// What is wrong with it.
    pub(crate) fn wrong(self, error: Option<impl Into<String>>) -> Self {
        Self { error: error.map(Into::into), ..self }
    }
}
