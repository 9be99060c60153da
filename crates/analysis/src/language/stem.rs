//! Dutch stems: "vergunningen", "vergunning" and "vergund" lead to one another.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

static DUTCH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Dutch));

/// The stem of a folded word. Numbers, and words in another script, are their own stem.
///
/// Source: M. Porter's stemmer of Dutch (snowballstem.org), with what it misses in a municipality's words mended before
/// it: "lantaarns" and "lantaren" are lanterns, and an irregular plural is its singular.
#[must_use]
pub fn stem(folded: &str) -> String {
    if !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return folded.to_owned();
    }
    let known = SAME.binary_search_by(|(word, _)| (*word).cmp(folded));
    let word = known.map_or(folded, |place| SAME[place].1);
    let mut stemmed = DUTCH.stem(word).into_owned();
    // "brieven" and "huizen" are written with the other letter only because an ending follows.
    match stemmed.pop() {
        None => word.to_owned(),
        Some(last) => {
            stemmed.push(match last {
                'v' => 'f',
                'z' => 's',
                other => other,
            });
            stemmed
        }
    }
}

/// Words whose stem the rules do not find, in the order of the alphabet.
const SAME: &[(&str, &str)] = &[
    ("auto", "auto"),
    ("autos", "auto"),
    ("betaald", "betalen"),
    ("betaalde", "betalen"),
    ("betaalt", "betalen"),
    ("gebracht", "brengen"),
    ("gebroken", "breken"),
    ("gebruikt", "gebruiken"),
    ("gekregen", "krijgen"),
    ("gemaakt", "maken"),
    ("gemeld", "melden"),
    ("gemelde", "melden"),
    ("gestolen", "stelen"),
    ("kinderen", "kind"),
    ("kindje", "kind"),
    ("lantaren", "lantaarn"),
    ("lantarens", "lantaarn"),
    ("opgehaald", "ophalen"),
    ("opgehaalde", "ophalen"),
    ("schepen", "schip"),
    ("steden", "stad"),
    ("verhuisd", "verhuizen"),
    ("verhuisde", "verhuizen"),
    ("verhuist", "verhuizen"),
    ("verlengd", "verlengen"),
    ("verlengt", "verlengen"),
    ("wegen", "weg"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_has_one_stem() {
        for together in [
            &["lantaarn", "lantaarns", "lantaren", "lantarens"][..],
            &["vergunning", "vergunningen"],
            &["container", "containers"],
            &["boom", "bomen"],
            &["melden", "gemeld", "meld"],
            &["straat", "straten"],
            &["brief", "brieven"],
            &["huis", "huizen"],
            &["verlichting"],
            &["kind", "kinderen"],
            &["verhuizen", "verhuis", "verhuisd"],
            &["aanvraag", "aanvragen"],
            &["999990019"],
            &["مصباح"],
        ] {
            let stems: Vec<_> = together.iter().map(|word| stem(word)).collect();
            assert!(
                stems.iter().all(|stem| *stem == stems[0] && !stem.is_empty()),
                "{together:?}: {stems:?}"
            );
        }
        assert_ne!(stem("straat"), stem("straf"));
    }

    #[test]
    fn the_list_can_be_searched() {
        assert!(SAME.is_sorted_by(|one, other| one.0 < other.0));
    }
}
