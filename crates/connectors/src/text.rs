//! Text of strangers, made fit to be stored: cut to our limits, and without what a database or a screen cannot bear.
//!
//! Nothing is lost by it, because the raw event keeps every byte.

use domain::limits::{NAME_CHARACTERS, cut};

/// A message's text, at most `max` characters of it; `None` when nothing is left.
///
/// U+0000 becomes U+FFFD, because PostgreSQL cannot hold it in a text. All other characters stay as they are: what a
/// resident wrote is shown as they wrote it.
#[must_use]
pub(crate) fn body(text: &str, max: usize) -> Option<String> {
    let kept = cut(text, max).replace('\0', "\u{fffd}");
    (!kept.is_empty()).then_some(kept)
}

/// A name that somebody chose for themselves, on one line, at most [`NAME_CHARACTERS`]; `None` when nothing is left.
///
/// Control characters go, and so do the characters that turn the direction of the text around them: with those a name
/// could make the words beside it on our screen read backwards.
#[must_use]
pub(crate) fn display_name(name: &str) -> Option<String> {
    let kept: String = name.chars().filter(|c| !breaks_the_line(*c)).take(NAME_CHARACTERS).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// A platform's own word (a kind, a field, the title of an error), on one line, at most `max` characters.
#[must_use]
pub(crate) fn word(text: &str, max: usize) -> String {
    text.chars()
        .filter(|c| !breaks_the_line(*c))
        .take(max)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A platform's own word for what something is, as [`word`]; "unknown" where it has none, or none of which anything is left.
#[must_use]
pub(crate) fn kind(text: Option<&str>, max: usize) -> String {
    text.map(|text| word(text, max))
        .filter(|word| !word.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// Whether a character leaves its line or turns it around: controls, line separators, and the overrides, embeddings and
/// isolates of the Unicode bidirectional algorithm. The plain marks U+200E and U+200F stay; names in Hebrew and Arabic
/// need them.
fn breaks_the_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_postgresql_cannot_hold_is_replaced_and_the_rest_stays() {
        assert_eq!(body("a\0b\tc\r\n", 100).as_deref(), Some("a\u{fffd}b\tc\r\n"));
        assert_eq!(body("één", 2).as_deref(), Some("éé"));
        assert_eq!(body("", 2), None);
    }

    #[test]
    fn a_name_cannot_turn_the_line_around() {
        let check =
            |given: &str, expected: Option<&str>| assert_eq!(display_name(given).as_deref(), expected);
        check("Noor", Some("Noor"));
        check("  Noor\u{202e}\n ", Some("Noor"));
        check("\u{2067}يوسف\u{2069}", Some("يوسف"));
        check("\u{200f}יוסף", Some("\u{200f}יוסף"));
        check("\0\u{1b}[31m", Some("[31m"));
        check(" \u{202d} ", None);
        assert_eq!(display_name(&"é".repeat(500)).map(|name| name.chars().count()), Some(NAME_CHARACTERS));
    }

    #[test]
    fn a_platforms_word_stays_on_one_line() {
        assert_eq!(word("poll\r\n2024-01-01 ERROR forged", 11), "poll2024-01");
        for (given, expected) in
            [(Some("poll"), "poll"), (Some("\u{1}\u{202e} "), "unknown"), (None, "unknown")]
        {
            assert_eq!(kind(given, 11), expected);
        }
    }
}
