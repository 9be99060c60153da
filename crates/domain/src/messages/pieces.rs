//! A text that is longer than a channel takes, as numbered messages: "(1/3) …". The agent sees the pieces before they
//! are sent.

use unicode_segmentation::UnicodeSegmentation;

use crate::channels::TextUnit;

/// The most pieces that one answer is cut into; a resident who gets more reads none of them.
pub const PIECES_MAX: usize = 9;

/// Why a text cannot be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotInPieces {
    /// It would need more than [`PIECES_MAX`].
    #[error("it would take more than {PIECES_MAX} messages")]
    TooMany,
    /// The channel takes so little that a number and one character do not fit.
    #[error("the channel takes too little for a numbered message")]
    NoRoom,
}

/// `text` as it is sent on a channel that takes `max` in `unit`: as it is where it fits, else in numbered pieces, each of
/// which fits with its number.
///
/// Nothing but white space between two pieces is left out, and the order stays. A piece ends at the end of a paragraph or
/// a sentence where one ends in its second half, else between two words; inside a word or an address only when that alone
/// is longer than a message, and never inside a character as a reader sees it.
///
/// # Errors
/// [`NotInPieces`].
pub fn in_pieces(text: &str, max: usize, unit: TextUnit) -> Result<Vec<String>, NotInPieces> {
    if unit.length(text) <= max {
        return Ok(vec![text.to_owned()]);
    }
    // "(1/9) " and its like are as long in every unit: digits, brackets, a space.
    let room = max.checked_sub("(1/9) ".len()).filter(|room| *room > 0).ok_or(NotInPieces::NoRoom)?;
    let mut pieces = Vec::new();
    let mut rest = text.trim_end();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        if pieces.len() == PIECES_MAX {
            return Err(NotInPieces::TooMany);
        }
        let end = end_of_piece(rest, room, unit).ok_or(NotInPieces::NoRoom)?;
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece.trim_end());
        rest = behind;
    }
    let count = pieces.len();
    let numbered = pieces.iter().enumerate();
    Ok(numbered.map(|(place, piece)| format!("({}/{count}) {piece}", place + 1)).collect())
}

/// Where a piece of at most `room` ends, in bytes; `None` when not even one character fits.
fn end_of_piece(rest: &str, room: usize, unit: TextUnit) -> Option<usize> {
    if unit.length(rest) <= room {
        return Some(rest.len());
    }
    let (mut fits, mut length) = (0, 0);
    let (mut half, mut word, mut sentence, mut paragraph) = (0, 0, 0, 0);
    let mut before = None;
    for (at, character) in rest.grapheme_indices(true) {
        length += unit.length(character);
        if length > room {
            // What ends exactly here ends well too.
            if is_space(character) {
                word = at;
                if before.is_some_and(ends_sentence) {
                    sentence = at;
                }
            }
            break;
        }
        fits = at + character.len();
        if length * 2 <= room {
            half = fits;
        }
        if is_space(character) {
            if !before.is_some_and(is_space) {
                word = at;
                if before.is_some_and(ends_sentence) {
                    sentence = at;
                }
            }
            if character.contains('\n') && before.is_some_and(|before| before.contains('\n')) {
                paragraph = at;
            }
        }
        before = Some(character);
    }
    let well = [paragraph, sentence].into_iter().find(|end| *end > half);
    well.or_else(|| (word > 0).then_some(word)).or_else(|| (fits > 0).then_some(fits))
}

fn is_space(character: &str) -> bool {
    character.chars().all(char::is_whitespace)
}

fn ends_sentence(character: &str) -> bool {
    matches!(character, "." | "!" | "?" | "…" | "。" | "؟" | "।")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(piece: &str) -> &str {
        piece.split_once(") ").map_or(piece, |(_, plain)| plain)
    }

    #[test]
    fn a_text_that_fits_is_left_alone() {
        let text = "Dag Yusuf,\n\nWij gaan kijken. ";
        assert_eq!(in_pieces(text, 30, TextUnit::Characters), Ok(vec![text.to_owned()]));
    }

    #[test]
    fn pieces_end_where_a_sentence_ends() {
        let text = "De lantaarn is gemeld. Wij komen morgen langs. Tot dan.";
        let pieces = in_pieces(text, 40, TextUnit::Characters);
        let expected = ["(1/2) De lantaarn is gemeld.", "(2/2) Wij komen morgen langs. Tot dan."];
        assert_eq!(pieces, Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn an_address_stays_whole_and_so_does_a_family() {
        let text = "Kijk op https://zwanendam.example/afval/kalender?wijk=noord voor de dag";
        let pieces = in_pieces(text, 60, TextUnit::Characters).expect("it fits");
        assert!(
            pieces
                .iter()
                .any(|piece| piece.contains("https://zwanendam.example/afval/kalender?wijk=noord"))
        );
        let family = "👨‍👩‍👧‍👦".repeat(8);
        for piece in in_pieces(&family, 30, TextUnit::Utf16Units).expect("it fits") {
            assert!(plain(&piece).len().is_multiple_of("👨‍👩‍👧‍👦".len()), "{piece}");
        }
    }

    #[test]
    fn what_would_be_endless_or_nothing_is_refused() {
        assert_eq!(in_pieces(&"a ".repeat(1000), 30, TextUnit::Characters), Err(NotInPieces::TooMany));
        assert_eq!(in_pieces("een twee", 6, TextUnit::Characters), Err(NotInPieces::NoRoom));
        assert_eq!(in_pieces("👨‍👩‍👧‍👦 en zo verder", 8, TextUnit::Bytes), Err(NotInPieces::NoRoom));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_every_piece_fits(
            text in "([a-zé]{1,12}[.!?]?[ \n]{0,2}|👩🏽‍🚒|ع ){0,80}",
            max in 40_usize..120,
            unit in prop_oneof![Just(TextUnit::Characters), Just(TextUnit::Utf16Units), Just(TextUnit::Bytes)],
        ) {
            let Ok(pieces) = in_pieces(&text, max, unit) else { return Ok(()) };
            let count = pieces.len();
            let mut rest = text.as_str();
            for (place, piece) in pieces.iter().enumerate() {
                prop_assert!(unit.length(piece) <= max, "{piece:?}");
                let said = if count == 1 { piece.as_str() } else {
                    let number = format!("({}/{count}) ", place + 1);
                    prop_assert!(piece.starts_with(&number), "{piece:?}");
                    &piece[number.len()..]
                };
                // The pieces stand in the text in their order, with nothing but white space between them.
                let rest_now = if count == 1 { rest } else { rest.trim_start() };
                prop_assert!(rest_now.starts_with(said), "{said:?} is not at the start of {rest_now:?}");
                rest = &rest_now[said.len()..];
            }
            prop_assert!(rest.trim().is_empty(), "{rest:?} is lost");
        }

        #[test]
        fn a_word_is_cut_only_where_it_is_longer_than_a_message(
            words in proptest::collection::vec("[a-z]{1,20}", 1..60),
        ) {
            let text = words.join(" ");
            let Ok(pieces) = in_pieces(&text, 40, TextUnit::Characters) else { return Ok(()) };
            let count = pieces.len();
            let said: Vec<&str> = pieces.iter().flat_map(|piece| {
                let piece = if count == 1 { piece.as_str() } else { plain(piece) };
                piece.split(' ')
            }).collect();
            prop_assert_eq!(said, words.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}
