//! The piece of a text that is shown with its hits.

use std::ops::Range;

use super::matching::Hit;

/// A piece of a text with what is to be marked in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The piece.
    pub text: String,
    /// What is to be marked, in bytes of the piece: in order, none over another.
    pub marks: Vec<Range<usize>>,
    /// The text has something before it.
    pub cut_before: bool,
    /// The text has something behind it.
    pub cut_after: bool,
}

/// The piece of at most `characters` around the most different hits, cut between words where that can be.
#[must_use]
pub fn excerpt(text: &str, hits: &[Hit], characters: usize) -> Excerpt {
    let start = best_start(text, hits, characters);
    let end = text[start..]
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(offset, _)| start + offset);
    let end = if end < text.len() { before_space(text, start, end, hits) } else { end };
    let mut marks: Vec<Range<usize>> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.range.start >= start && hit.range.end <= end) {
        let range = hit.range.start - start..hit.range.end - start;
        match marks.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => marks.push(range),
        }
    }
    Excerpt {
        text: text[start..end].to_owned(),
        marks,
        cut_before: start > 0,
        cut_after: end < text.len(),
    }
}

/// Where the piece begins: a few words before the hit behind which the most different ones follow.
fn best_start(text: &str, hits: &[Hit], characters: usize) -> usize {
    let near = |first: &Hit| {
        let until = first.range.start + characters.saturating_mul(3) / 4;
        let mut seen: Vec<usize> = Vec::new();
        for hit in hits
            .iter()
            .filter(|hit| hit.range.start >= first.range.start && hit.range.end <= until)
            .take(64)
        {
            if !seen.contains(&hit.sought) {
                seen.push(hit.sought);
            }
        }
        seen.len()
    };
    let mut best: Option<(usize, usize)> = None;
    for hit in hits.iter().take(64) {
        let count = near(hit);
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, hit.range.start));
        }
    }
    let Some((_, first)) = best else { return 0 };
    let lead = characters / 4;
    let from = text[..first].char_indices().rev().nth(lead).map_or(0, |(place, _)| place);
    if from == 0 {
        return 0;
    }
    text[from..first].find(char::is_whitespace).map_or(from, |space| {
        let place = from + space;
        place + text[place..].chars().next().map_or(0, char::len_utf8)
    })
}

/// The last space before `end`, unless a hit would be cut.
fn before_space(text: &str, start: usize, end: usize, hits: &[Hit]) -> usize {
    let Some(space) = text[start..end].rfind(char::is_whitespace) else { return end };
    let place = start + space;
    if hits
        .iter()
        .any(|hit| hit.range.start < end && hit.range.end > place && hit.range.end <= end)
    {
        end
    } else {
        place
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Searched, parse};
    use super::*;

    fn shown(text: &str, typed: &str, characters: usize) -> String {
        let hits = Searched::new(text).hits_of_any(&parse(typed).expect("short")).unwrap_or_default();
        let piece = excerpt(text, &hits, characters);
        let mut out = piece.text.clone();
        for mark in piece.marks.iter().rev() {
            out.insert(mark.end, ']');
            out.insert(mark.start, '[');
        }
        format!(
            "{}{out}{}",
            if piece.cut_before { "…" } else { "" },
            if piece.cut_after { "…" } else { "" }
        )
    }

    #[test]
    fn an_excerpt_shows_the_hits_and_says_where_it_was_cut() {
        let text = "Goedemorgen, ik wilde even laten weten dat de lantaarn bij de brug kapot is en dat al een week lang";
        for (typed, expected) in [
            ("lantaarn", "…dat de [lantaarn] bij de brug kapot is en…"),
            ("goedemorgen", "[Goedemorgen], ik wilde even laten weten…"),
            ("week", "…al een [week] lang"),
            ("lantaarn brug", "…dat de [lantaarn] bij de [brug] kapot is en…"),
        ] {
            assert_eq!(shown(text, typed, 40), expected, "{typed}");
        }
        assert_eq!(shown("kort", "niets", 40), "kort");
        assert_eq!(shown("", "niets", 40), "");
    }

    proptest::proptest! {
        #[test]
        fn every_text_can_be_cut(text in "\\PC{0,300}", typed in "\\PC{1,20}", characters in 1_usize..80) {
            if let Ok(query) = parse(&typed) {
                let hits = Searched::new(&text).hits_of_any(&query).unwrap_or_default();
                let piece = excerpt(&text, &hits, characters);
                for mark in &piece.marks {
                    proptest::prop_assert!(piece.text.get(mark.clone()).is_some());
                }
                proptest::prop_assert!(piece.text.chars().count() <= characters);
            }
        }
    }
}
