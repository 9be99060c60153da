//! Parts of Dutch compounds: "straatverlichting" is found by "verlichting", "afvalcontainers" by "afval" and by
//! "container".
//!
//! A word is split where both halves are known by themselves; between them may stand a linking "s", "e", "en" or "n".
//! Which words are known: `data/words.txt`, with its sources in the README beside it.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Letters of the shortest part; shorter ones split by chance.
const PART_MIN: usize = 3;
/// Letters of the shortest word that is split.
const COMPOUND_MIN: usize = 7;
/// Parts of one word.
const PARTS_MAX: usize = 4;

static KNOWN: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/words.txt").lines().collect());

/// The parts of a compound, as places in it, in order; nothing for a word that is none. Of several ways to split, the
/// one with the fewest parts, and of these the one with the longest last part: it says what the thing is. A part that
/// is a compound itself is followed by its own parts.
#[must_use]
pub fn parts(folded: &str) -> Vec<Range<usize>> {
    if folded.len() < COMPOUND_MIN || !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    if WHOLE.binary_search(&folded).is_ok() {
        return Vec::new();
    }
    let Some(outer) = (2..=PARTS_MAX).find_map(|count| split(folded, 0, count)) else {
        return Vec::new();
    };
    let mut all = Vec::with_capacity(outer.len());
    for part in outer {
        let start = part.start;
        all.push(part.clone());
        all.extend(parts(&folded[part]).into_iter().map(|inner| inner.start + start..inner.end + start));
    }
    all
}

/// Words that look like two and are one, in the order of the alphabet.
const WHOLE: &[&str] = &[
    "achteruit",
    "belangrijk",
    "belangrijke",
    "belangrijkste",
    "bovendien",
    "burgemeester",
    "donderdag",
    "helemaal",
    "huishouden",
    "ijsland",
    "kilometer",
    "kilometers",
    "kunststof",
    "leeftijd",
    "leeftijden",
    "maatregel",
    "maatregelen",
    "paspoort",
    "paspoorten",
    "passport",
    "richtlijn",
    "richtlijnen",
    "standaard",
    "vrijdag",
    "vrijstelling",
    "vrijstellingen",
    "wachtwoord",
    "wethouder",
    "wethouders",
    "zaterdag",
    "zondag",
];

/// What begins at `start` in exactly so many parts.
fn split(word: &str, start: usize, count: usize) -> Option<Vec<Range<usize>>> {
    if count == 1 {
        return is_known(&word[start..]).then(|| std::iter::once(start..word.len()).collect());
    }
    let last = word.len().checked_sub(PART_MIN)?;
    for end in start + PART_MIN..=last {
        if !KNOWN.contains(&word[start..end]) {
            continue;
        }
        for link in ["", "s", "en", "e", "n"] {
            if !word[end..].starts_with(link) {
                continue;
            }
            if let Some(mut rest) = split(word, end + link.len(), count - 1) {
                rest.insert(0, start..end);
                return Some(rest);
            }
        }
    }
    None
}

/// Whether the last part is a known word, or a form of one.
fn is_known(word: &str) -> bool {
    if word.len() < PART_MIN {
        return false;
    }
    if KNOWN.contains(word) {
        return true;
    }
    ["s", "en", "n", "e", "je", "jes", "tje", "tjes"].iter().any(|ending| {
        word.strip_suffix(ending)
            .is_some_and(|word| word.len() > PART_MIN && KNOWN.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: &str) {
        let found: Vec<_> = parts(word).into_iter().map(|range| &word[range]).collect();
        assert_eq!(found.join(" "), expected, "{word}");
    }

    #[test]
    fn a_compound_has_its_parts() {
        for (word, expected) in [
            ("straatverlichting", "straat verlichting"),
            ("afvalcontainer", "afval container"),
            ("afvalcontainers", "afval containers"),
            ("bijstandsuitkering", "bijstand uitkering"),
            ("parkeervergunning", "parkeer vergunning"),
            ("hondenbelasting", "hond belasting"),
            ("huisvuil", "huis vuil"),
            ("rijbewijs", "rij bewijs"),
            ("wijkagent", "wijk agent"),
            ("kinderopvangtoeslag", "kinderopvang kinder opvang toeslag"),
        ] {
            check(word, expected);
        }
    }

    #[test]
    fn what_is_no_compound_is_left_whole() {
        for word in [
            "gemeente",
            "verlichting",
            "vergunning",
            "belasting",
            "container",
            "lantaarn",
            "paspoort",
            "bestemming",
            "overlast",
            "mededeling",
            "999990019",
            "المصباح",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "",
        ] {
            check(word, "");
        }
    }

    #[test]
    fn the_list_of_words_is_in_order_and_folded() {
        let lines: Vec<_> = include_str!("../../data/words.txt").lines().collect();
        assert!(lines.is_sorted_by(|one, other| one < other));
        assert!(lines.iter().all(|word| word.len() >= PART_MIN && crate::language::fold(word) == *word));
    }
}
