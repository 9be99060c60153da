//! How people type: a slip now and then, and sometimes the word again with a star.

use std::time::Duration;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// One message in so many has a slip; the stories have mistakes of their own.
const SLIP_CHANCE: f64 = 0.05;
/// How often the writer sees it and corrects it.
const CORRECTION_CHANCE: f64 = 0.3;
/// Shorter words are left alone: a slip there makes them unreadable.
const WORD_MIN: usize = 6;

/// The messages as they are really typed: perhaps with a slip, perhaps followed by a correction.
pub(super) fn typed(texts: &[String], generator: &mut ChaCha8Rng) -> Vec<String> {
    let mut typed = Vec::with_capacity(texts.len());
    for text in texts {
        match slip(text, generator) {
            Some((slipped, word)) => {
                typed.push(slipped);
                if generator.random_bool(CORRECTION_CHANCE) {
                    typed.push(format!("*{word}"));
                }
            }
            None => typed.push(text.clone()),
        }
    }
    typed
}

/// How long it takes to type this on a phone: about five letters a second, at least one second, at most twenty.
pub(super) fn time_to_type(text: &str) -> Duration {
    let letters = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    Duration::from_millis(letters.saturating_mul(200).clamp(1000, 20_000))
}

/// Two letters change places in a long word; returns the text and the word as it was meant.
fn slip(text: &str, generator: &mut ChaCha8Rng) -> Option<(String, String)> {
    if !generator.random_bool(SLIP_CHANCE) {
        return None;
    }
    // Only plain words: a slip in an address, a number or a name would make another case of it.
    let plain = |word: &&str| word.len() >= WORD_MIN && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let words: Vec<&str> = text.split(' ').filter(plain).collect();
    let word = *words.get(generator.random_range(0..words.len().max(1)))?;
    let place = generator.random_range(1..word.len() - 2);
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(place, place + 1);
    let slipped: String = letters.into_iter().collect();
    (slipped != word).then(|| (text.replacen(word, &slipped, 1), word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::chance::chance;
    use super::*;

    #[test]
    fn slips_are_rare_and_leave_numbers_and_names_alone() {
        let text =
            "de straatverlichting bij Molenwerf 14 knippert, zie https://zwanendam.example/lamp".to_owned();
        let mut generator = chance(1, 1, 1);
        let slipped: Vec<String> = (0..1000)
            .flat_map(|_| typed(std::slice::from_ref(&text), &mut generator))
            .filter(|typed| *typed != text)
            .collect();
        assert!((20..120).contains(&slipped.len()), "{}", slipped.len());
        assert!(slipped.iter().any(|typed| typed == "*straatverlichting"));
        let whole = |typed: &&String| !typed.starts_with('*');
        assert!(
            slipped
                .iter()
                .filter(whole)
                .all(|typed| typed.contains("Molenwerf 14") && typed.contains("/lamp"))
        );
    }
}
