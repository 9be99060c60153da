//! Words that say nothing of what a text is about. They stand in the index, but a query does not insist on them.

/// Whether a folded word is one.
#[must_use]
pub fn is_stop_word(folded: &str) -> bool {
    STOP_WORDS.binary_search(&folded).is_ok()
}

/// In the order of the alphabet.
const STOP_WORDS: &[&str] = &[
    "aan", "al", "alle", "als", "alsof", "ben", "bent", "bij", "daar", "daarom", "dan", "dat", "de", "der",
    "deze", "die", "dit", "doe", "doen", "doet", "door", "dus", "een", "eens", "en", "er", "gaan", "gaat",
    "geen", "graag", "had", "hadden", "hallo", "heb", "hebben", "hebt", "heeft", "hem", "het", "hier", "hij",
    "hoe", "hoi", "ik", "in", "is", "ja", "je", "jij", "jouw", "jullie", "kan", "kun", "kunnen", "kunt",
    "maar", "mag", "me", "mee", "met", "mij", "mijn", "moet", "moeten", "mogen", "na", "naar", "nee", "niet",
    "nog", "nu", "of", "om", "omdat", "onder", "ons", "onze", "ook", "op", "over", "s", "t", "te", "tegen",
    "toch", "tot", "tussen", "u", "uit", "uw", "van", "veel", "voor", "waar", "waarom", "wanneer", "want",
    "waren", "was", "wat", "we", "wel", "welk", "welke", "werd", "wie", "wij", "wil", "willen", "wilt",
    "word", "worden", "wordt", "zal", "ze", "zich", "zij", "zijn", "zo", "zonder", "zou", "zullen",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched_and_holds_no_word_with_a_meaning() {
        assert!(STOP_WORDS.is_sorted_by(|one, other| one < other));
        assert!(is_stop_word("het") && is_stop_word("zijn"));
        for word in ["afval", "kapot", "weg", "paspoort", ""] {
            assert!(!is_stop_word(word), "{word}");
        }
    }
}
