//! SVG, written anew from shapes. What is not known to be harmless is refused by name, or, where drawing programs leave it
//! behind, left out.
//!
//! Names are those of Scalable Vector Graphics (SVG) 2, W3C.

mod allowed;
mod reader;

use reader::{Piece, Reader, Tag};

use super::LogoRefused;

/// Elements of one drawing.
const PARTS: usize = 1_000;
/// Elements inside each other.
const DEPTH: usize = 24;

/// The same drawing, of harmless parts only.
///
/// # Errors
/// `OtherKind`, `Damaged`, `TooManyParts`, `Forbidden`.
pub(super) fn rewritten(text: &str) -> Result<String, LogoRefused> {
    let mut drawing = Drawing::default();
    let mut reader = Reader::new(text);
    while let Some(piece) = reader.next_piece()? {
        match piece {
            Piece::Open(tag) => drawing.open(&tag)?,
            Piece::Close(name) => drawing.close(name)?,
        }
    }
    drawing.whole()
}

#[derive(Default)]
struct Drawing<'t> {
    written: String,
    /// The open elements that are kept.
    open: Vec<&'t str>,
    /// The open elements of a part that is left out.
    skipped: Vec<&'t str>,
    parts: usize,
    ended: bool,
}

impl<'t> Drawing<'t> {
    fn open(&mut self, tag: &Tag<'t>) -> Result<(), LogoRefused> {
        self.parts += 1;
        if self.parts > PARTS || self.open.len() + self.skipped.len() > DEPTH {
            return Err(LogoRefused::TooManyParts);
        }
        if self.ended {
            return Err(LogoRefused::Damaged("there is more than one drawing in it"));
        }
        let name = tag.name.strip_prefix("svg:").unwrap_or(tag.name);
        if self.open.is_empty() {
            return self.begin(tag, name);
        }
        if !self.skipped.is_empty() || allowed::is_left_behind(name) {
            if !tag.is_empty {
                self.skipped.push(tag.name);
            }
            return Ok(());
        }
        if !allowed::is_shape(name) {
            return Err(LogoRefused::Forbidden(shortened(tag.name)));
        }
        let in_clip = name == "clipPath" || self.open.contains(&"clipPath");
        self.write(name, tag, |attribute| !(in_clip && attribute == "clip-path"))
    }

    fn begin(&mut self, tag: &Tag<'t>, name: &'t str) -> Result<(), LogoRefused> {
        if name != "svg" {
            return Err(LogoRefused::OtherKind);
        }
        self.written.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        if tag.value("viewBox").is_none() {
            let side = |name| tag.value(name).map(|value| value.trim_end_matches("px").trim().to_owned());
            let is_number =
                |text: &String| text.parse::<f64>().is_ok_and(|number| number.is_finite() && number > 0.0);
            let sides = (side("width").filter(is_number), side("height").filter(is_number));
            let (Some(width), Some(height)) = sides else {
                return Err(LogoRefused::Damaged("it does not say how large it is"));
            };
            self.written.push_str(&format!(" viewBox=\"0 0 {width} {height}\""));
        }
        let of_the_whole = ["width", "height", "x", "y", "id"];
        self.end_tag(name, tag, |attribute| !of_the_whole.contains(&attribute))
    }

    fn write(
        &mut self,
        name: &'t str,
        tag: &Tag<'t>,
        keep: impl Fn(&str) -> bool,
    ) -> Result<(), LogoRefused> {
        self.written.push('<');
        self.written.push_str(name);
        self.end_tag(name, tag, keep)
    }

    fn end_tag(
        &mut self,
        name: &'t str,
        tag: &Tag<'t>,
        keep: impl Fn(&str) -> bool,
    ) -> Result<(), LogoRefused> {
        for (attribute, value) in allowed::attributes(name, tag)? {
            if keep(attribute) {
                self.written.push_str(&format!(" {attribute}=\"{value}\""));
            }
        }
        if tag.is_empty {
            self.written.push_str("/>");
            self.ended = self.open.is_empty();
        } else {
            self.written.push('>');
            self.open.push(name);
        }
        Ok(())
    }

    fn close(&mut self, name: &'t str) -> Result<(), LogoRefused> {
        let crossed = LogoRefused::Damaged("its parts do not end where they should");
        if let Some(skipped) = self.skipped.pop() {
            return if skipped == name { Ok(()) } else { Err(crossed) };
        }
        let name = name.strip_prefix("svg:").unwrap_or(name);
        if self.open.pop() != Some(name) {
            return Err(crossed);
        }
        self.written.push_str(&format!("</{name}>"));
        self.ended = self.open.is_empty();
        Ok(())
    }

    fn whole(self) -> Result<String, LogoRefused> {
        match (self.ended, self.parts) {
            (true, _) => Ok(self.written),
            (false, 0) => Err(LogoRefused::OtherKind),
            (false, _) => Err(LogoRefused::Damaged("it ends too early")),
        }
    }
}

/// A name as it can be told to somebody.
fn shortened(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

#[cfg(test)]
mod tests;
