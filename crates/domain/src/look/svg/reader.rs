//! The little of XML that a drawing needs: elements, attributes, and what is left out. Nothing is ever looked up or
//! replaced, so nothing can grow.

use super::super::LogoRefused;
use super::shortened;

/// An element that opens.
pub(super) struct Tag<'t> {
    pub(super) name: &'t str,
    pub(super) attributes: Vec<(&'t str, String)>,
    /// It closes at once.
    pub(super) is_empty: bool,
}

impl Tag<'_> {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

pub(super) enum Piece<'t> {
    Open(Tag<'t>),
    Close(&'t str),
}

/// Attributes of one element.
const ATTRIBUTES: usize = 60;

pub(super) struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text) }
    }

    /// The next element that opens or closes; text between them is left out.
    ///
    /// # Errors
    /// `Damaged`, `Forbidden`.
    pub(super) fn next_piece(&mut self) -> Result<Option<Piece<'t>>, LogoRefused> {
        loop {
            let Some(at) = self.rest.find('<') else { return Ok(None) };
            self.rest = &self.rest[at + 1..];
            if let Some(rest) = self.rest.strip_prefix("!--") {
                self.rest = rest;
                self.until("-->")?;
            } else if self.rest.starts_with("?xml ") {
                self.until("?>")?;
            } else if self.rest.starts_with('?') || self.rest.starts_with("![") {
                return Err(LogoRefused::Forbidden(shortened(self.rest.get(..12).unwrap_or(self.rest))));
            } else if self.rest.starts_with('!') {
                // Entities are declared between brackets: they are how a small file becomes a huge one.
                if self.until(">")?.contains('[') {
                    return Err(LogoRefused::Forbidden("!DOCTYPE [".to_owned()));
                }
            } else if let Some(rest) = self.rest.strip_prefix('/') {
                self.rest = rest;
                return Ok(Some(Piece::Close(self.until(">")?.trim_end())));
            } else {
                return self.tag().map(Piece::Open).map(Some);
            }
        }
    }

    fn until(&mut self, end: &str) -> Result<&'t str, LogoRefused> {
        let (before, after) = self.rest.split_once(end).ok_or(LogoRefused::Damaged("it ends too early"))?;
        self.rest = after;
        Ok(before)
    }

    fn name(&mut self) -> Result<&'t str, LogoRefused> {
        let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
        let end = self.rest.find(|c| !is_in_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() {
            Err(LogoRefused::Damaged("a name is missing"))
        } else {
            Ok(name)
        }
    }

    fn tag(&mut self) -> Result<Tag<'t>, LogoRefused> {
        let mut tag = Tag { name: self.name()?, attributes: Vec::new(), is_empty: false };
        loop {
            let spaced = self.rest.trim_start();
            let had_space = spaced.len() < self.rest.len();
            self.rest = spaced;
            if let Some(rest) = self.rest.strip_prefix("/>") {
                (self.rest, tag.is_empty) = (rest, true);
                return Ok(tag);
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Ok(tag);
            }
            if !had_space || tag.attributes.len() >= ATTRIBUTES {
                return Err(LogoRefused::Damaged("an element does not end"));
            }
            let name = self.name()?;
            let value = self.value()?;
            if tag.value(name).is_some() {
                return Err(LogoRefused::Damaged("an attribute stands twice"));
            }
            tag.attributes.push((name, value));
        }
    }

    fn value(&mut self) -> Result<String, LogoRefused> {
        let unquoted = LogoRefused::Damaged("an attribute has no value");
        let rest = self.rest.trim_start().strip_prefix('=').ok_or_else(|| unquoted.clone())?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(unquoted)?;
        self.rest = &rest[1..];
        let raw = self.until(if quote == '"' { "\"" } else { "'" })?;
        if raw.contains('<') {
            return Err(LogoRefused::Damaged("an attribute does not end"));
        }
        decoded(raw)
    }
}

/// The five entities of XML and numbers; there are no others.
fn decoded(raw: &str) -> Result<String, LogoRefused> {
    let mut pieces = raw.split('&');
    let mut value = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (entity, after) = piece.split_once(';').ok_or(LogoRefused::Damaged("an entity does not end"))?;
        let letter = match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => numbered(entity),
        };
        value.push(letter.ok_or_else(|| LogoRefused::Forbidden(format!("&{};", shortened(entity))))?);
        value.push_str(after);
    }
    Ok(value)
}

fn numbered(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#')?;
    let code = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}
