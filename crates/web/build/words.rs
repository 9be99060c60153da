//! Turns the Fluent files into one typed function per message. A message or a variable that one language has and the
//! other has not fails the build, with the file's words in the error.
//!
//! What we use of Fluent: text, `{ $variable }`, `{ -term }`, and a choice by a number with `[one]`, `[0]` and a
//! default. A variable by which is chosen is an `i64`, any other a `&str`; one whose name ends in `name` is somebody's
//! own text and is isolated, so that a right-to-left name does not turn the sentence around.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

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

/// Messages that are also found by their key, because which one is meant comes from a connector or the database.
const LOOKED_UP: [&str; 2] = ["check-", "health-"];

/// The Rust source of all messages in `locales`, and of those of each channel in its own folder below `channels`.
pub(crate) fn generate(locales: &Path, channels: &Path) -> Result<String, String> {
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
    let own: Vec<_> = languages.iter().map(|(_, variant, messages)| (*variant, "", messages)).collect();
    let is_looked_up = |key: &str| LOOKED_UP.iter().any(|start| key.starts_with(start));
    let mut lines = looked_up(&own, is_looked_up)?;
    for (channel, versions) in read_channels(channels)? {
        let versions: Vec<_> = versions
            .iter()
            .map(|(variant, messages)| (*variant, channel.as_str(), messages))
            .collect();
        lines.extend(looked_up(&versions, |_| true)?);
    }
    source.push_str(LOOK_UP);
    source.push_str("}\n");
    // In the order of channel and key, so that one is found by halving.
    let lines: String = lines
        .iter()
        .map(|((channel, key), texts)| format!("({channel:?}, {key:?}, &{texts:?}),\n"))
        .collect();
    source.push_str(&format!("static LOOKED_UP: &[(&str, &str, &[&str])] = &[{lines}];\n"));
    Ok(source)
}

/// Finds a text in the table of those that are looked up. Its texts stand in the order of [`LANGUAGES`].
const LOOK_UP: &str = "/// The words of a channel for `key`; ours where `channel` is empty.\n\
    #[must_use] pub fn looked_up(self, channel: &str, key: &str) -> Option<&'static str> { \
    let place = LOOKED_UP.binary_search_by(|line| (line.0, line.1).cmp(&(channel, key))).ok()?; \
    let language = match self.language { Language::Nl => 0, Language::En => 1 }; \
    LOOKED_UP.get(place)?.2.get(language).copied() }\n";

/// Channel and key, with the text in each language.
type Lines = BTreeMap<(String, String), Vec<String>>;

/// The messages of a channel in each language, by the language's variant.
type Versions = Vec<(&'static str, Messages)>;

/// The words that each connector has in its own folder, by the channel's name.
fn read_channels(channels: &Path) -> Result<BTreeMap<String, Versions>, String> {
    let mut all: BTreeMap<String, Versions> = BTreeMap::new();
    for path in
        super::files_below(channels, "ftl").map_err(|error| format!("{}: {error}", channels.display()))?
    {
        let folder = path.parent().and_then(Path::parent).and_then(Path::file_name);
        let channel = folder.and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let language = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let known = LANGUAGES.iter().find(|(folder, _)| *folder == language);
        let (_, variant) = known.ok_or_else(|| format!("{}: no language of ours", path.display()))?;
        all.entry(channel).or_default().push((variant, read_files(&[path.as_path()])?));
    }
    for (channel, versions) in &all {
        if versions.len() != LANGUAGES.len() {
            return Err(format!("{channel}: the words of a language are missing"));
        }
    }
    Ok(all)
}

/// The messages that are found by channel and key.
fn looked_up(
    versions: &[(&str, &str, &Messages)],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Lines, String> {
    let mut lines = Lines::new();
    let keys: BTreeSet<&String> = versions.iter().flat_map(|(_, _, messages)| messages.keys()).collect();
    for key in keys.into_iter().filter(|key| is_wanted(key)) {
        for (folder, variant) in LANGUAGES {
            let version = versions.iter().find(|(known, ..)| *known == variant);
            let pieces = version.and_then(|(_, _, messages)| messages.get(key));
            let channel = versions.first().map_or("", |(_, channel, _)| *channel);
            let pieces = pieces.ok_or_else(|| format!("{channel} has no message \"{key}\" in {folder}"))?;
            if pieces.iter().any(|piece| !matches!(piece, Piece::Text(_))) {
                return Err(format!("\"{key}\" is looked up, so it has no variables"));
            }
            lines.entry((channel.to_owned(), key.clone())).or_default().push(plain(pieces));
        }
    }
    Ok(lines)
}

fn read_language(folder: &Path) -> Result<Messages, String> {
    let paths =
        super::files_below(folder, "ftl").map_err(|error| format!("{}: {error}", folder.display()))?;
    read_files(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>())
}

fn read_files(paths: &[&Path]) -> Result<Messages, String> {
    let mut sources = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
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
            return Err(format!("\"{name}\" stands there twice"));
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
