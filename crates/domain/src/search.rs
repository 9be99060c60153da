//! What is looked for, as the store understands it: terms that a message must have. How words become terms is decided in
//! `analysis`; here they are only told apart from anything that an engine could take for an operator.

use std::fmt;

/// Characters of a query; a longer one is refused, kindly.
pub const QUERY_CHARACTERS: usize = 500;
/// Words of a query that are looked for; those behind them are left out, and the page says so.
pub const QUERY_WORDS: usize = 16;
/// Words of a message that are searchable; of a longer one the beginning.
pub const INDEXED_WORDS: usize = 3_000;
/// Messages that one question looks at before it stops and says where to go on.
pub const CANDIDATES: u32 = 1_000;
/// Messages of these that are read and ranked.
pub const RANKED: usize = 200;

/// A term of the index: letters and digits only, so that it means nothing to any engine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(String);

impl Term {
    /// A term of this kind; `None` when there is nothing left of `word`, or when it holds anything but letters and digits.
    #[must_use]
    pub fn new(kind: TermKind, word: &str) -> Option<Self> {
        let fits = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() && !c.is_ascii_uppercase());
        fits.then(|| Self(format!("{}{word}", kind.letter())))
    }

    /// The term as it stands in the index.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a term says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermKind {
    /// It holds this word, or a word that it is a part of.
    Word,
    /// It holds a word that begins like this.
    Beginning,
    /// The name of who wrote it holds this word, or one that begins like this.
    Writer,
}

impl TermKind {
    const fn letter(self) -> char {
        match self {
            Self::Word => 'w',
            Self::Beginning => 'b',
            Self::Writer => 'v',
        }
    }
}

/// What a message must have: of each group one term at least, and none of `without`. Nothing asked is every message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of each of these one.
    pub groups: Vec<Vec<Term>>,
    /// None of these.
    pub without: Vec<Term>,
}

impl Wanted {
    /// Whether there is nothing that a message must have.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The same, content with any one of the groups.
    #[must_use]
    pub fn any(&self) -> Self {
        let any = self.groups.iter().flatten().cloned().collect();
        Self { groups: vec![any], without: self.without.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_holds_nothing_that_an_engine_could_take_for_an_operator() {
        for word in ["", "a b", "a\"b", "a'b", "a:b", "a*", "(a", "NEAR", "a\0", "a-b", "a\\"] {
            assert_eq!(Term::new(TermKind::Word, word), None, "{word}");
        }
        for (word, term) in [("lantarn", "wlantarn"), ("2026", "w2026"), ("مصباح", "wمصباح")] {
            assert_eq!(Term::new(TermKind::Word, word).map(|term| term.to_string()).as_deref(), Some(term));
        }
    }
}
