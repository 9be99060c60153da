//! Turns the Fluent files into one typed function per message. A message or a variable that one language has and the
//! other has not fails the build, with the file's words in the error.
//!
//! What we use of Fluent: text, `{ $variable }`, `{ -term }`, and a choice by a number with `[one]`, `[0]` and a
//! default. A variable by which is chosen is an `i64`, any other a `&str`; one whose name ends in `name` is somebody's
//! own text and is isolated, so that a right-to-left name does not turn the sentence around.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};

/// Folder of the language, and its variant of `Language`.
const LANGUAGES: [(&str, &str); 2] = [("nl", "Nl"), ("en", "En")];

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
    /// The variable, the choices by number, and what stands for all other numbers.
    Choice(String, Vec<(i64, Vec<Piece>)>, Vec<Piece>),
}

type Messages = BTreeMap<String, Vec<Piece>>;

/// The Rust source of all messages in `locales`.
pub(crate) fn generate(locales: &Path) -> Result<String, String> {
    let mut languages = Vec::new();
    for (folder, variant) in LANGUAGES {
        languages.push((folder, variant, read_language(&locales.join(folder))?));
    }
    let keys: BTreeSet<&String> = languages.iter().flat_map(|(_, _, messages)| messages.keys()).collect();
    let mut source = String::from("impl Words {\n");
    for key in keys {
        let mut versions = Vec::new();
        for (folder, variant, messages) in &languages {
            let pieces =
                messages.get(key).ok_or_else(|| format!("locales/{folder} has no message \"{key}\""))?;
            versions.push((*variant, pieces));
        }
        source.push_str(&function(key, &versions)?);
    }
    source.push_str("}\n");
    Ok(source)
}

fn read_language(folder: &Path) -> Result<Messages, String> {
    let mut sources = Vec::new();
    for path in super::files_below(folder, "ftl").map_err(|error| format!("{}: {error}", folder.display()))? {
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        sources.push((path, text));
    }
    let mut terms = BTreeMap::new();
    let mut patterns = Vec::new();
    for (path, text) in &sources {
        let parsed = fluent_syntax::parser::parse(text.as_str())
            .map_err(|(_, errors)| format!("{}: {errors:?}", path.display()))?;
        for entry in parsed.body {
            match entry {
                Entry::Message(message) => {
                    let name = message.id.name.to_owned();
                    let value =
                        message.value.ok_or_else(|| format!("{}: \"{name}\" is empty", path.display()))?;
                    patterns.push((name, value));
                }
                Entry::Term(term) => {
                    terms.insert(term.id.name.to_owned(), pieces(&term.value, &BTreeMap::new())?);
                }
                _ => (),
            }
        }
    }
    let mut messages = Messages::new();
    for (name, value) in patterns {
        let pieces = pieces(&value, &terms).map_err(|error| format!("\"{name}\": {error}"))?;
        if messages.insert(name.clone(), pieces).is_some() {
            return Err(format!("{}: \"{name}\" stands there twice", folder.display()));
        }
    }
    Ok(messages)
}

fn pieces(pattern: &Pattern<&str>, terms: &Messages) -> Result<Vec<Piece>, String> {
    let mut all = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => all.push(Piece::Text((*value).to_owned())),
            PatternElement::Placeable { expression } => all.extend(placed(expression, terms)?),
        }
    }
    Ok(all)
}

fn placed(expression: &Expression<&str>, terms: &Messages) -> Result<Vec<Piece>, String> {
    match expression {
        Expression::Inline(InlineExpression::StringLiteral { value }) => {
            Ok(vec![Piece::Text((*value).to_owned())])
        }
        Expression::Inline(InlineExpression::VariableReference { id }) => {
            Ok(vec![Piece::Variable(id.name.replace('-', "_"))])
        }
        Expression::Inline(InlineExpression::TermReference { id, .. }) => {
            terms.get(id.name).cloned().ok_or_else(|| format!("there is no term \"-{}\"", id.name))
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => placed(expression, terms),
        Expression::Inline(_) => Err("only text, variables, terms and choices are used here".to_owned()),
        Expression::Select {
            selector: InlineExpression::VariableReference { id },
            variants,
        } => {
            let (mut by_number, mut rest) = (Vec::new(), None);
            for variant in variants {
                let value = pieces(&variant.value, terms)?;
                match variant.key {
                    _ if variant.default => rest = Some(value),
                    VariantKey::Identifier { name: "one" } => by_number.push((1, value)),
                    VariantKey::NumberLiteral { value: number } => {
                        by_number.push((
                            number.parse().map_err(|_| format!("{number} is no whole number"))?,
                            value,
                        ));
                    }
                    VariantKey::Identifier { name } => return Err(format!("[{name}] is no number")),
                }
            }
            let rest = rest.ok_or("a choice needs a default")?;
            Ok(vec![Piece::Choice(id.name.replace('-', "_"), by_number, rest)])
        }
        Expression::Select { .. } => Err("a choice is made by a variable".to_owned()),
    }
}

/// The variables of a message; `true` for those by which is chosen.
fn variables(pieces: &[Piece], found: &mut BTreeMap<String, bool>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => (),
            Piece::Variable(name) => {
                found.entry(name.clone()).or_insert(false);
            }
            Piece::Choice(name, by_number, rest) => {
                found.insert(name.clone(), true);
                by_number.iter().for_each(|(_, pieces)| variables(pieces, found));
                variables(rest, found);
            }
        }
    }
}

fn function(key: &str, versions: &[(&str, &Vec<Piece>)]) -> Result<String, String> {
    let mut all = BTreeMap::new();
    for (_, pieces) in versions {
        variables(pieces, &mut all);
    }
    for (variant, pieces) in versions {
        let mut own = BTreeMap::new();
        variables(pieces, &mut own);
        if own.keys().ne(all.keys()) {
            return Err(format!(
                "\"{key}\" does not use the same variables in each language (see {variant})"
            ));
        }
    }
    let name = key.replace('-', "_");
    let mut parameters = String::new();
    for (variable, chosen_by) in &all {
        parameters.push_str(&format!(", {variable}: {}", if *chosen_by { "i64" } else { "&str" }));
    }
    let arms = |body: &dyn Fn(&[Piece]) -> String| {
        let arm =
            |(variant, pieces): &(&str, &Vec<Piece>)| format!("Language::{variant} => {},\n", body(pieces));
        versions.iter().map(arm).collect::<String>()
    };
    let doc = format!("/// `{key}`\n");
    if all.is_empty() {
        let arms = arms(&|pieces| format!("{:?}", plain(pieces)));
        let head = format!("#[must_use] pub const fn {name}(self) -> &'static str");
        return Ok(format!("{doc}{head} {{ match self.language {{ {arms} }} }}\n"));
    }
    let arms = arms(&|pieces| format!("{{ {} }}", append(pieces, &all)));
    let head = format!("#[must_use] pub fn {name}(self{parameters}) -> String");
    Ok(format!(
        "{doc}{head} {{ let mut text = String::new(); match self.language {{ {arms} }} text }}\n"
    ))
}

fn plain(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| if let Piece::Text(text) = piece { text.clone() } else { String::new() };
    pieces.iter().map(text).collect()
}

fn append(pieces: &[Piece], variables: &BTreeMap<String, bool>) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Text(text) => match text.chars().collect::<Vec<_>>().as_slice() {
            [only] => format!("text.push({only:?});"),
            _ => format!("text.push_str({text:?});"),
        },
        Piece::Variable(name) if variables.get(name) == Some(&true) => {
            format!("text.push_str(&{name}.to_string());")
        }
        Piece::Variable(name) if name.ends_with("name") => format!("push_isolated(&mut text, {name});"),
        Piece::Variable(name) => format!("text.push_str({name});"),
        Piece::Choice(name, by_number, rest) => {
            let arm = |(number, pieces): &(i64, Vec<Piece>)| {
                format!("{number} => {{ {} }}", append(pieces, variables))
            };
            let arms: String = by_number.iter().map(arm).collect();
            format!("match {name} {{ {arms} _ => {{ {} }} }}", append(rest, variables))
        }
    };
    pieces.iter().map(one).collect()
}
