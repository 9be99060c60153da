//! Whether a message fits a query, and where.

use std::ops::Range;

use domain::search::INDEXED_WORDS;

use super::query::{Query, Sought, SoughtWord};
use crate::language::{parts, stem, words};

/// A place in a text where something that was looked for stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// In bytes of the text.
    pub range: Range<usize>,
    /// Which of what was looked for, by its place in the query.
    pub sought: usize,
}

/// A text that is searched: its words with their stems and parts, found out once.
#[derive(Debug, Clone)]
pub struct Searched {
    pub(super) words: Vec<Analysed>,
}

/// A word with what a search compares.
#[derive(Debug, Clone)]
pub(super) struct Analysed {
    folded: String,
    pub(super) stem: String,
    pub(super) parts: Vec<String>,
    range: Range<usize>,
}

impl Searched {
    /// Analyses a text, as far as it is indexed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let analyse = |word: crate::language::Word| Analysed {
            stem: stem(&word.folded),
            parts: parts(&word.folded).into_iter().map(|part| stem(&word.folded[part])).collect(),
            folded: word.folded,
            range: word.range,
        };
        Self {
            words: words(text, INDEXED_WORDS).into_iter().map(analyse).collect(),
        }
    }

    /// Where what is looked for stands, in the order of the text; `None` when some of it is missing, or something that
    /// nobody wants is there.
    #[must_use]
    pub fn hits(&self, query: &Query) -> Option<Vec<Hit>> {
        let found = self.hits_of_any(query)?;
        let all = (0..query.sought.len()).all(|place| found.iter().any(|hit| hit.sought == place));
        all.then_some(found)
    }

    /// The same, content with a part of what is looked for; `None` when there is nothing of it.
    #[must_use]
    pub fn hits_of_any(&self, query: &Query) -> Option<Vec<Hit>> {
        let unwanted = |word: &Analysed| query.without.iter().any(|unwanted| word.stem == unwanted.stem);
        if self.words.iter().any(unwanted) {
            return None;
        }
        let mut found = Vec::new();
        for (place, sought) in query.sought.iter().enumerate() {
            for range in self.places(sought) {
                found.push(Hit { range, sought: place });
            }
        }
        found.sort_by_key(|hit| (hit.range.start, hit.sought));
        (!found.is_empty() || query.sought.is_empty()).then_some(found)
    }

    fn places(&self, sought: &Sought) -> Vec<Range<usize>> {
        match sought {
            Sought::Word(word) => self.places_of_word(word),
            Sought::Phrase(phrase) => {
                let fits =
                    |window: &[Analysed]| window.iter().zip(phrase).all(|(word, sought)| word.is(sought));
                let windows = self.words.windows(phrase.len().max(1)).filter(|window| fits(window));
                windows
                    .filter_map(|window| Some(window.first()?.range.start..window.last()?.range.end))
                    .collect()
            }
        }
    }

    fn places_of_word(&self, sought: &SoughtWord) -> Vec<Range<usize>> {
        let whole: Vec<_> =
            self.words.iter().filter(|word| word.is(sought)).map(|word| word.range.clone()).collect();
        if !whole.is_empty() || sought.parts.is_empty() {
            return whole;
        }
        // A compound is also what its parts say apart: "verlichting in de straat".
        let holds = |word: &Analysed, part: &String| word.stem == *part || word.parts.contains(part);
        if sought.parts.iter().all(|part| self.words.iter().any(|word| holds(word, part))) {
            let one_of = |word: &&Analysed| sought.parts.iter().any(|part| holds(word, part));
            return self.words.iter().filter(one_of).map(|word| word.range.clone()).collect();
        }
        whole
    }
}

impl Analysed {
    /// Whether this is the word, in any of its forms, or as a part.
    fn is(&self, sought: &SoughtWord) -> bool {
        self.stem == sought.stem
            || self.folded == sought.folded
            || self.parts.contains(&sought.stem)
            || (sought.or_longer && self.folded.starts_with(&sought.folded))
    }
}

#[cfg(test)]
mod tests {
    use super::super::query::parse;
    use super::*;

    fn marked(text: &str, typed: &str) -> Option<String> {
        let hits = Searched::new(text).hits(&parse(typed).expect("short enough"))?;
        let marks: Vec<_> = hits.iter().map(|hit| &text[hit.range.clone()]).collect();
        Some(marks.join("|"))
    }

    #[test]
    fn forms_parts_and_beginnings_are_found_where_they_stand() {
        let text = "De straatverlichting in de Kerkstraat doet het niet, foto's volgen. Café 't Hoekje belt.";
        for (typed, expected) in [
            ("verlichting", Some("straatverlichting")),
            ("straat verlichting", Some("straatverlichting|straatverlichting|Kerkstraat")),
            ("kerkstr", Some("Kerkstraat")),
            ("foto", Some("foto")),
            ("cafe", Some("Café")),
            ("\"in de kerkstraat\"", Some("in de Kerkstraat")),
            ("\"kerkstraat in\"", None),
            ("verlichting lantaarn", None),
            ("verlichting -foto", None),
            ("verlichting -lantaarn", Some("straatverlichting")),
        ] {
            assert_eq!(marked(text, typed).as_deref(), expected, "{typed}");
        }
        assert_eq!(
            marked("Er is geen verlichting in onze straat", "straatverlichting").as_deref(),
            Some("verlichting|straat")
        );
        assert_eq!(marked("3 containers voor afval", "afvalcontainer").as_deref(), Some("containers|afval"));
    }

    proptest::proptest! {
        #[test]
        fn a_hit_can_always_be_cut_out_of_its_text(text in "\\PC{0,200}", typed in "\\PC{0,40}") {
            if let Ok(query) = parse(&typed) {
                for hit in Searched::new(&text).hits_of_any(&query).unwrap_or_default() {
                    proptest::prop_assert!(text.get(hit.range).is_some_and(|cut| !cut.is_empty()));
                }
            }
        }

        /// What is found in a text is found by the terms of its index, too: else it could never be a candidate.
        #[test]
        fn whatever_fits_a_text_is_found_by_its_terms(text in "(straat|verlichting|afval|container|en|de|foto's|Café| ){1,20}", typed in "(straat|licht|afval|cont|foto| ){1,6}") {
            let query = parse(&typed).expect("short");
            if Searched::new(&text).hits(&query).is_some() {
                let terms = super::super::terms(&text, &[]);
                for group in query.wanted().groups {
                    proptest::prop_assert!(group.iter().any(|term| terms.contains(term)), "{group:?} of {typed} in {text}");
                }
            }
        }
    }
}
