//! Filling in a template: what it asks for, what is wrong with what was given, and what the resident then reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Header, Template};
use crate::messages::{FilledPlaceholder, FilledTemplate};

/// Characters of what is filled in at one place.
pub const VALUE_CHARACTERS: usize = 1_024;

/// Where something is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// In the line above the text.
    Header,
    /// In the text.
    Body,
    /// In the address behind a button, counted from 0.
    Button(u8),
}

/// A place in a template that is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Where it stands.
    pub spot: Spot,
    /// Its name between the braces: "1", "naam".
    pub name: String,
    /// What the platform gave as an example.
    pub example: Option<String>,
}

impl Placeholder {
    /// The name under which it is filled in: "header.1", "body.naam", "button0.1".
    #[must_use]
    pub fn key(&self) -> String {
        match self.spot {
            Spot::Header => format!("header.{}", self.name),
            Spot::Body => format!("body.{}", self.name),
            Spot::Button(place) => format!("button{place}.{}", self.name),
        }
    }
}

/// What is wrong with how a template was filled in, by the key of the placeholder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillProblem {
    /// Nothing was filled in.
    #[error("{0} is missing")]
    Missing(String),
    /// The template has no such placeholder.
    #[error("{0} is no placeholder of this template")]
    Superfluous(String),
    /// Longer than [`VALUE_CHARACTERS`].
    #[error("{0} is too long")]
    TooLong(String),
    /// The platform takes no line break, tab or row of spaces there.
    #[error("{0} holds a line break, a tab or more than four spaces in a row")]
    OddSpace(String),
}

impl Template {
    /// Everything that is filled in, in the order in which the platform counts: numbers by their size, wherever they stand
    /// in the text, and names as they are read.
    #[must_use]
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let mut found = Vec::new();
        let mut add = |spot, text: &str, examples: &[String]| {
            for (place, name) in counted(names(text)).into_iter().enumerate() {
                let example = examples.get(place).cloned();
                found.push(Placeholder { spot, name, example });
            }
        };
        if let Some(Header::Text { text }) = &self.header {
            add(Spot::Header, text, &[]);
        }
        add(Spot::Body, &self.body, &self.examples);
        for (place, button) in (0_u8..).zip(&self.buttons) {
            add(Spot::Button(place), button.url.as_deref().unwrap_or_default(), &[]);
        }
        found
    }

    /// The template with everything filled in, by the keys of [`Template::placeholders`].
    ///
    /// # Errors
    /// Every placeholder that is missing, superfluous or wrong.
    pub fn fill(&self, given: &BTreeMap<String, String>) -> Result<Filled, Vec<FillProblem>> {
        let placeholders = self.placeholders();
        let mut problems = Vec::new();
        for placeholder in &placeholders {
            let key = placeholder.key();
            match given.get(&key).map(String::as_str) {
                None => problems.push(FillProblem::Missing(key)),
                Some(value) => problems.extend(wrong(key, value)),
            }
        }
        let known = |key: &String| placeholders.iter().any(|placeholder| placeholder.key() == *key);
        problems.extend(given.keys().filter(|key| !known(key)).cloned().map(FillProblem::Superfluous));
        if problems.is_empty() {
            Ok(self.filled(&placeholders, given))
        } else {
            Err(problems)
        }
    }

    /// The text with what is known filled in, and the placeholders as they are where nothing is.
    #[must_use]
    pub fn preview(&self, given: &BTreeMap<String, String>) -> String {
        let put = |spot: &str, text: &str| {
            replaced(text, |name| {
                given.get(&format!("{spot}.{name}")).filter(|value| !value.is_empty()).cloned()
            })
        };
        let header = match &self.header {
            Some(Header::Text { text }) => Some(put("header", text)),
            _ => None,
        };
        let lines = [header, Some(put("body", &self.body)), self.footer.clone()];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }

    fn filled(&self, placeholders: &[Placeholder], given: &BTreeMap<String, String>) -> Filled {
        let value = |placeholder: &Placeholder| given.get(&placeholder.key()).cloned().unwrap_or_default();
        let filled = placeholders.iter().map(|placeholder| FilledPlaceholder {
            spot: placeholder.spot,
            name: placeholder.name.clone(),
            value: value(placeholder),
        });
        let filled: Vec<FilledPlaceholder> = filled.collect();
        let header = match &self.header {
            Some(Header::File { kind }) => Some(*kind),
            _ => None,
        };
        let template = FilledTemplate {
            name: self.name.clone(),
            language: self.language.clone(),
            parameters: filled.iter().map(|one| one.value.clone()).collect(),
            filled,
            header,
        };
        Filled { text: self.preview(given), template }
    }
}

/// A template that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What the resident reads.
    pub text: String,
    /// What the platform is told.
    pub template: FilledTemplate,
}

fn wrong(key: String, value: &str) -> Option<FillProblem> {
    if value.trim().is_empty() {
        return Some(FillProblem::Missing(key));
    }
    if value.chars().count() > VALUE_CHARACTERS {
        return Some(FillProblem::TooLong(key));
    }
    let odd = value.contains(['\n', '\r', '\t', '\0']) || value.contains("     ");
    odd.then_some(FillProblem::OddSpace(key))
}

/// The names between double braces, each once, in their order.
fn names(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    replaced(text, |name| {
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
        None
    });
    found
}

/// Numbers by their size: "Melding {{2}} van {{1}}" is filled in with the value of 1 first.
fn counted(mut names: Vec<String>) -> Vec<String> {
    if names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
        names.sort_by_key(|name| (name.len(), name.clone()));
    }
    names
}

/// `text` with each placeholder replaced by what `with` gives for its name, or left as it is.
fn replaced(text: &str, mut with: impl FnMut(&str) -> Option<String>) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("{{") {
        let (before, behind) = rest.split_at(begin);
        written.push_str(before);
        let inside = behind[2..].find("}}").map(|end| (&behind[2..2 + end], &behind[end + 4..]));
        let Some((name, after)) = inside.filter(|(name, _)| is_name(name.trim())) else {
            written.push_str("{{");
            rest = &behind[2..];
            continue;
        };
        match with(name.trim()) {
            Some(value) => written.push_str(&value),
            None => written.push_str(&behind[..behind.len() - after.len()]),
        }
        rest = after;
    }
    written.push_str(rest);
    written
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.len() <= 60 && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::{TemplateButton, TemplateCategory, TemplateStatus};

    fn template() -> Template {
        Template {
            name: "melding_stand".to_owned(),
            language: "nl".to_owned(),
            category: TemplateCategory::Utility,
            status: TemplateStatus::Approved,
            header: Some(Header::Text { text: "Melding {{1}}".to_owned() }),
            body: "Beste {{1}}, uw melding is {{2}}. Groet, {{ 1 }}".to_owned(),
            footer: Some("Gemeente Zwanendam".to_owned()),
            buttons: vec![TemplateButton {
                kind: "url".to_owned(),
                text: "Bekijk".to_owned(),
                url: Some("https://zwanendam.example/m/{{1}}".to_owned()),
            }],
            examples: vec!["Yusuf".to_owned(), "opgelost".to_owned()],
            reason: None,
        }
    }

    fn given(values: &[(&str, &str)]) -> BTreeMap<String, String> {
        values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    const ALL: [(&str, &str); 4] =
        [("header.1", "12"), ("body.1", "Yusuf"), ("body.2", "opgelost"), ("button0.1", "abc")];

    #[test]
    fn placeholders_stand_there_each_once() {
        let keys: Vec<String> = template().placeholders().iter().map(Placeholder::key).collect();
        assert_eq!(keys, ["header.1", "body.1", "body.2", "button0.1"]);
        assert_eq!(template().placeholders()[2].example.as_deref(), Some("opgelost"));
    }

    /// Meta counts numbers by their size: what stands first in the text is not what is told first.
    #[test]
    fn numbers_are_told_by_their_size_wherever_they_stand_in_the_text() {
        let swapped = Template {
            header: None,
            body: "Melding {{2}} van {{1}} is {{10}}".to_owned(),
            buttons: Vec::new(),
            examples: vec!["Yusuf".to_owned(), "4711".to_owned()],
            ..template()
        };
        let placeholders = swapped.placeholders();
        let keys: Vec<String> = placeholders.iter().map(Placeholder::key).collect();
        assert_eq!(keys, ["body.1", "body.2", "body.10"]);
        assert_eq!(placeholders[1].example.as_deref(), Some("4711"));
        let values = given(&[("body.1", "Yusuf"), ("body.2", "4711"), ("body.10", "klaar")]);
        let filled = swapped.fill(&values).expect("all is there");
        assert_eq!(filled.text, "Melding 4711 van Yusuf is klaar\n\nGemeente Zwanendam");
        assert_eq!(filled.template.parameters, ["Yusuf", "4711", "klaar"]);
    }

    #[test]
    fn a_filled_template_says_what_the_resident_reads() {
        let filled = template().fill(&given(&ALL)).expect("all is there");
        assert_eq!(
            filled.text,
            "Melding 12\n\nBeste Yusuf, uw melding is opgelost. Groet, Yusuf\n\nGemeente Zwanendam"
        );
        assert_eq!(filled.template.parameters, ["12", "Yusuf", "opgelost", "abc"]);
        assert_eq!(filled.template.filled[3].spot, Spot::Button(0));
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let wrong = given(&[("body.1", " "), ("body.2", "twee\nregels"), ("body.3", "x"), ("header.1", "1")]);
        let long = "a".repeat(VALUE_CHARACTERS + 1);
        assert_eq!(
            template().fill(&wrong),
            Err(vec![
                FillProblem::Missing("body.1".to_owned()),
                FillProblem::OddSpace("body.2".to_owned()),
                FillProblem::Missing("button0.1".to_owned()),
                FillProblem::Superfluous("body.3".to_owned()),
            ])
        );
        let mut too_long = given(&ALL);
        too_long.insert("body.1".to_owned(), long);
        assert_eq!(template().fill(&too_long), Err(vec![FillProblem::TooLong("body.1".to_owned())]));
    }

    #[test]
    fn a_value_is_text_and_never_a_placeholder_again() {
        let mut values = given(&ALL);
        values.insert("body.1".to_owned(), "{{2}}".to_owned());
        let filled = template().fill(&values).expect("all is there");
        assert!(filled.text.contains("Beste {{2}}, uw melding is opgelost."), "{}", filled.text);
    }

    #[test]
    fn braces_that_are_no_placeholder_stay() {
        for text in ["{{", "{{}}", "a }} b", "{{ }}", "{{Naam}}", "{{{1", "{{1"] {
            let odd = Template {
                body: text.to_owned(),
                header: None,
                buttons: Vec::new(),
                footer: None,
                ..template()
            };
            assert_eq!(odd.placeholders(), [], "{text}");
            assert_eq!(odd.preview(&BTreeMap::new()), text);
        }
        let named = Template { body: "Dag {{naam}}".to_owned(), ..template() };
        assert_eq!(named.placeholders()[1].key(), "body.naam");
    }

    #[test]
    fn the_fingerprint_changes_with_what_the_agent_sees() {
        let seen = template().fingerprint();
        assert_eq!(seen, template().fingerprint());
        for other in [
            Template { body: "Beste {{1}}".to_owned(), ..template() },
            Template { footer: None, ..template() },
            Template { buttons: Vec::new(), ..template() },
            Template { header: None, ..template() },
        ] {
            assert_ne!(seen, other.fingerprint());
        }
        // Its standing is checked apart, with words of its own.
        let paused = Template { status: TemplateStatus::Paused, ..template() };
        assert_eq!(seen, paused.fingerprint());
        assert!(!paused.is_usable() && template().is_usable());
    }
}
