//! How well a text fits a query: BM25 over stems, with the parts of compounds for less.

use std::collections::HashMap;

use super::matching::Searched;
use super::query::{Query, Sought, SoughtWord};

/// How soon more of the same word counts for less.
///
/// Source of both: S. Robertson and H. Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond.
const K1: f64 = 1.6;
/// How much a long text is held back.
const B: f64 = 0.75;
/// What a part of a compound counts beside a whole word.
const PART: f64 = 0.7;

/// What a text is made of, as far as its rank depends on it.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// By stem: how often as a word, how often as a part.
    counts: HashMap<String, (u32, u32)>,
    length: f64,
}

/// What is known of the texts among which one is ranked.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    documents: f64,
    length: f64,
    holding: HashMap<String, u32>,
}

impl Document {
    /// Counts a text.
    #[must_use]
    pub fn of(searched: &Searched) -> Self {
        let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
        for word in &searched.words {
            counts.entry(word.stem.clone()).or_default().0 += 1;
            for part in &word.parts {
                counts.entry(part.clone()).or_default().1 += 1;
            }
        }
        let length = f64::from(u32::try_from(searched.words.len()).unwrap_or(u32::MAX));
        Self { counts, length }
    }

    /// How well it fits; 0 when nothing of the query is in it. Higher is better, and only the order means something.
    #[must_use]
    pub fn score(&self, query: &Query, among: &Statistics) -> f64 {
        let words = query.sought.iter().flat_map(Sought::words);
        words.map(|word| self.score_of(word, among)).sum()
    }

    fn score_of(&self, word: &SoughtWord, among: &Statistics) -> f64 {
        let whole = self.score_of_stem(&word.stem, among);
        // The parts of a compound that is looked for: for less, and not on top of the whole.
        let apart: f64 = word.parts.iter().map(|part| self.score_of_stem(part, among) * PART).sum();
        whole.max(apart)
    }

    fn score_of_stem(&self, stem: &str, among: &Statistics) -> f64 {
        let Some((as_word, as_part)) = self.counts.get(stem) else { return 0.0 };
        let often = f64::from(*as_word) + PART * f64::from(*as_part);
        let long = 1.0 - B + B * self.length / among.length.max(1.0);
        among.rarity(stem) * often * (K1 + 1.0) / (often + K1 * long)
    }
}

impl Statistics {
    /// Counts over texts.
    #[must_use]
    pub fn over<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Self {
        let mut all = Self::default();
        let mut length = 0.0;
        for document in documents {
            all.documents += 1.0;
            length += document.length;
            for stem in document.counts.keys() {
                *all.holding.entry(stem.clone()).or_default() += 1;
            }
        }
        all.length = length / all.documents.max(1.0);
        all
    }

    /// Above 0: a word that all texts hold says little, and not nothing.
    fn rarity(&self, stem: &str) -> f64 {
        let holding = f64::from(self.holding.get(stem).copied().unwrap_or_default());
        (1.0 + (self.documents - holding + 0.5) / (holding + 0.5)).ln()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn the_text_that_is_about_it_comes_first() {
        let texts = [
            "De container is vol",
            "De container van de container, een container voor wie een container zoekt en nog heel veel andere woorden meer",
            "Ik heb een vraag over mijn paspoort, en mijn buurman over een afvalcontainer in de straat bij ons voor",
            "Mijn paspoort is kwijt",
        ];
        let documents: Vec<_> = texts.iter().map(|text| Document::of(&Searched::new(text))).collect();
        let among = Statistics::over(&documents);
        for (typed, best, worst) in
            [("paspoort", 3, 0), ("afvalcontainer", 2, 3), ("container", 1, 3), ("vol container", 0, 3)]
        {
            let query = parse(typed).expect("short");
            let scores: Vec<_> = documents.iter().map(|document| document.score(&query, &among)).collect();
            let place = |wanted: f64| scores.iter().position(|score| (score - wanted).abs() < 1e-9);
            assert_eq!(place(scores.iter().copied().fold(0.0, f64::max)), Some(best), "{typed}: {scores:?}");
            assert_eq!(scores[worst], 0.0, "{typed}: {scores:?}");
        }
    }
}
