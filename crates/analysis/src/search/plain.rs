//! Looking for a piece of text as it was typed, in one text: as a browser looks on a page, but without regard for case and
//! accents, for how much space stands between words, and for marks that nobody sees.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::language::fold;

/// Places in one text that are told of.
const PLACES: usize = 200;

/// A piece of text to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    folded: String,
}

impl Plain {
    /// What is looked for when somebody types this; `None` when nothing of it can be seen.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let folded = Folded::of(text).text.trim().to_owned();
        (!folded.is_empty()).then_some(Self { folded })
    }

    /// Whether it stands in a text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        Folded::of(text).text.contains(&self.folded)
    }

    /// Where it stands in a text, in its bytes: in order, none over another, at most two hundred.
    #[must_use]
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let folded = Folded::of(text);
        let found = folded.text.match_indices(&self.folded).take(PLACES);
        found.map(|(start, piece)| folded.range(start, start + piece.len())).collect()
    }
}

/// A text as it is compared, with where each of its bytes comes from.
struct Folded {
    text: String,
    /// For each byte: the letter of the text that it comes from.
    from: Vec<Range<usize>>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            from: Vec::with_capacity(text.len()),
        };
        for (start, letter) in text.char_indices() {
            folded.add(letter, start..start + letter.len_utf8());
        }
        folded
    }

    fn add(&mut self, letter: char, from: Range<usize>) {
        let mut buffer = [0; 4];
        let written = letter.encode_utf8(&mut buffer);
        let plain = fold(written);
        if !plain.is_empty() {
            self.text.push_str(&plain);
        } else if letter.is_whitespace() {
            if self.text.ends_with(' ') {
                return;
            }
            self.text.push(' ');
        } else if is_combining_mark(letter) || is_unseen(letter) {
            // It belongs to the letter before it, which is marked with it.
            if let Some(last) = self.from.last_mut() {
                last.end = from.end;
            }
            return;
        } else {
            self.text.push(letter);
        }
        self.from.resize(self.text.len(), from);
    }

    fn range(&self, start: usize, end: usize) -> Range<usize> {
        let first = self.from.get(start).map_or(0, |from| from.start);
        let last = end.checked_sub(1).and_then(|last| self.from.get(last)).map_or(first, |from| from.end);
        first..last.max(first)
    }
}

/// Marks that steer how a text is laid out, and say nothing themselves.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    ) || letter.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, typed: &str) -> String {
        let Some(plain) = Plain::typed(typed) else { return "nothing".to_owned() };
        let mut marked = text.to_owned();
        for place in plain.places(text).into_iter().rev() {
            marked.insert(place.end, ']');
            marked.insert(place.start, '[');
        }
        assert_eq!(plain.is_in(text), marked != text);
        marked
    }

    #[test]
    fn what_was_typed_is_found_whatever_its_case_accents_and_spaces() {
        for (text, typed, expected) in [
            ("De lantaarn is kapot", "LANTAARN", "De [lantaarn] is kapot"),
            ("De lantaarnpaal", "aarn", "De lant[aarn]paal"),
            ("Café en cafe\u{301} en CAFE", "cafe", "[Café] en [cafe\u{301}] en [CAFE]"),
            ("Oude\n  Markt 5", "oude markt", "[Oude\n  Markt] 5"),
            ("Ĳssel", "ij", "[Ĳ]ssel"),
            ("straße", "ss", "stra[ß]e"),
            ("Dank 🙏🏽 u", "🙏", "Dank [🙏]🏽 u"),
            ("a\u{202e}b", "ab", "[a\u{202e}b]"),
            ("مُصباح", "مصباح", "[مُصباح]"),
            ("12,50 euro", "12,5", "[12,5]0 euro"),
            ("aaaa", "aa", "[aa][aa]"),
            ("niets", "x", "niets"),
            ("", "x", ""),
            ("niets", " \u{200b} ", "nothing"),
        ] {
            assert_eq!(marked(text, typed), expected, "{typed} in {text}");
        }
    }

    #[test]
    fn a_long_text_is_told_of_as_far_as_anybody_looks() {
        let text = "a ".repeat(5_000);
        assert_eq!(Plain::typed("a").expect("something").places(&text).len(), PLACES);
    }
}
