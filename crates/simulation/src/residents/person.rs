//! Who writes: a name and a telephone number that nobody has.

use rand::RngExt;

use super::chance::{chance, in_turn};

/// The first number of the residents' range, as WhatsApp writes it: 06-00 000 000.
///
/// The Netherlands keep no numbers free for fiction, as far as we could find. Mobile numbers are given out under 061–065
/// and 068, pagers under 066; 060 is in no list of the ranges, so a number here belongs to nobody. Source: the numbering
/// plan (wetten.overheid.nl/BWBR0010198) as listed in "Telephone numbers in the Netherlands", Wikipedia, November 2026.
pub const PHONES_FROM: u64 = 31_600_000_000;
/// The last number of the residents' range.
pub const PHONES_TO: u64 = 31_600_999_999;

const PHONES: u64 = PHONES_TO - PHONES_FROM + 1;
/// Has no divisor in common with the size of the range, so that the numbers repeat only after all had a turn.
const STRIDE: u64 = 618_033;

/// The number of the `ordinal`-th resident to arrive.
pub(super) fn phone(seed: u64, ordinal: u64) -> String {
    let first = chance(seed, 0, u64::MAX - 1).random_range(0..PHONES);
    let place = (first + (ordinal % PHONES) * STRIDE) % PHONES;
    (PHONES_FROM + place).to_string()
}

/// The name of the `ordinal`-th resident to arrive; nobody shares it until all names were used.
pub(super) fn name(seed: u64, ordinal: u64, names: &[String]) -> String {
    names
        .get(in_turn(seed.rotate_left(17), ordinal, names.len()))
        .cloned()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_lie_in_the_range_and_differ() {
        let phones: BTreeSet<String> = (0..5000).map(|ordinal| phone(42, ordinal)).collect();
        assert_eq!(phones.len(), 5000);
        assert!(phones.iter().all(|phone| phone.len() == 11 && phone.starts_with("31600")));
    }
}
