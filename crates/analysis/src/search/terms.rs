//! The terms that a message is found by.

use std::collections::BTreeSet;

use domain::search::{INDEXED_WORDS, Term, TermKind};

use crate::language::{is_stop_word, parts, stem, words};

/// Letters of a short and of a long beginning.
const BEGINNINGS: [usize; 2] = [3, 5];
/// Words of a name that count.
const NAME_WORDS: usize = 24;

/// The terms of a message: of its text, and of the names of who wrote it. Each once, in order.
///
/// Every word gives its stem, those of its parts, and its first three and five letters; a name gives its words and their
/// beginnings. A term says that the word occurs, not where.
#[must_use]
pub fn terms(text: &str, names: &[&str]) -> Vec<Term> {
    let mut found = BTreeSet::new();
    for word in words(text, INDEXED_WORDS) {
        let folded = word.folded.as_str();
        found.extend(Term::new(TermKind::Word, &stem(folded)));
        for part in parts(folded) {
            found.extend(Term::new(TermKind::Word, &stem(&folded[part])));
        }
        if !is_stop_word(folded) {
            let beginnings = BEGINNINGS.iter().filter_map(|letters| first(folded, *letters));
            found.extend(beginnings.filter_map(|letters| Term::new(TermKind::Beginning, letters)));
        }
    }
    for word in names.iter().flat_map(|name| words(name, NAME_WORDS)) {
        let beginnings = BEGINNINGS.iter().filter_map(|letters| first(&word.folded, *letters));
        found.extend(beginnings.filter_map(|letters| Term::new(TermKind::Writer, letters)));
        found.extend(Term::new(TermKind::Writer, &word.folded));
    }
    found.into_iter().collect()
}

/// The term by which words that begin like this are found; `None` when it is too short to say anything.
pub(super) fn beginning(kind: TermKind, folded: &str) -> Option<Term> {
    let longest = BEGINNINGS.iter().rev().find_map(|letters| first(folded, *letters))?;
    Term::new(kind, longest)
}

/// The first so many letters, if there are as many.
fn first(word: &str, letters: usize) -> Option<&str> {
    let (place, letter) = word.char_indices().nth(letters - 1)?;
    Some(&word[..place + letter.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_by_stems_parts_beginnings_and_its_writer() {
        let found: Vec<_> = terms("De straatverlichting is kapot", &["Yusuf A."])
            .iter()
            .map(Term::to_string)
            .collect();
        for term in ["wstrat", "wverlicht", "bstr", "bstraa", "bkap", "bkapot", "vyusuf", "vyus", "va", "wde"]
        {
            assert!(found.iter().any(|one| one == term), "{term} in {found:?}");
        }
        assert!(!found.iter().any(|one| one == "bverli" || one == "bis"), "{found:?}");
        assert!(terms("", &[]).is_empty());
    }

    #[test]
    fn a_long_text_has_a_bounded_number_of_terms() {
        let text: String = (0..50_000).map(|number| format!("woord{number} ")).collect();
        assert!(terms(&text, &[]).len() <= INDEXED_WORDS * 3);
    }
}
