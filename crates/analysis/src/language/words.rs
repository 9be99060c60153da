//! The words of a text, with where they stand.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::fold::fold;

/// Characters of a word that count; a longer one is as good as its beginning.
pub const WORD_CHARACTERS: usize = 40;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Without case and accents: letters and digits only, never empty.
    pub folded: String,
    /// Where it stands, in bytes of the text.
    pub range: Range<usize>,
}

/// The words of a text, in order, at most `max`. "foto's" is "foto", "e-mail" two words, and so are the halves of an
/// address.
#[must_use]
pub fn words(text: &str, max: usize) -> Vec<Word> {
    let mut found = Vec::new();
    for (start, segment) in text.unicode_word_indices() {
        if found.len() >= max {
            break;
        }
        for (offset, piece) in pieces(segment) {
            let cut = domain::limits::cut(piece, WORD_CHARACTERS);
            let folded = fold(cut);
            if !folded.is_empty() {
                let start = start + offset;
                found.push(Word { folded, range: start..start + piece.len() });
            }
        }
    }
    found.truncate(max);
    found
}

/// A segment at its dots, colons, underscores and apostrophes; the "s" behind an apostrophe says plural or whose.
fn pieces(segment: &str) -> Vec<(usize, &str)> {
    if segment.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return vec![(0, segment)];
    }
    let apart = |c: char| c.is_ascii_punctuation() || c == '\u{2019}';
    let mut pieces = Vec::new();
    let mut start = 0;
    for (place, c) in segment.char_indices().filter(|(_, c)| apart(*c)) {
        pieces.push((start, &segment[start..place]));
        start = place + c.len_utf8();
    }
    pieces.push((start, &segment[start..]));
    let several = pieces.iter().filter(|(_, piece)| !piece.is_empty()).count() > 1;
    pieces.retain(|(at, piece)| {
        let plural = several && *at > 0 && piece.eq_ignore_ascii_case("s");
        !piece.is_empty() && !plural
    });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_where_they_say() {
        for (text, expected) in [
            ("De lantaarn is kapot!", "de lantaarn is kapot"),
            ("foto's en foto’s", "foto en foto"),
            ("'s-Gravenhage", "s gravenhage"),
            ("e-mail: info@zwanendam.example", "e mail info zwanendam example"),
            ("#Afval @Gemeente_Zwanendam", "afval gemeente zwanendam"),
            ("06-12345678 of 3.500,00", "06 12345678 of 3 500 00"),
            ("BSN 999990019", "bsn 999990019"),
            ("👍🏽 ok", "ok"),
            ("عطل المصباح", "عطل المصباح"),
            ("", ""),
        ] {
            let found = words(text, 100);
            let folded: Vec<_> = found.iter().map(|word| word.folded.as_str()).collect();
            assert_eq!(folded.join(" "), expected, "{text}");
            for word in found {
                assert_eq!(fold(&text[word.range]), word.folded);
            }
        }
    }

    #[test]
    fn a_text_of_one_word_or_of_a_million_is_held_to_its_limits() {
        assert_eq!(words(&"a ".repeat(1_000_000), 10).len(), 10);
        let long = words(&"a".repeat(100_000), 10);
        assert_eq!((long.len(), long[0].folded.len()), (1, WORD_CHARACTERS));
    }
}
