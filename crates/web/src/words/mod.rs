//! Everything that a page says, in Dutch and English. Made from `locales/` when the crate is built: one function per
//! message, so that a missing text or variable is an error at the desk.
//!
//! To add a language: a folder in `locales/`, a line in `build/words.rs`, a variant of [`Language`].

mod failures;
mod language;
mod moments;
mod names;

pub(crate) use failures::code_of;
pub(crate) use language::COOKIE as LANGUAGE_COOKIE;
pub use language::Language;
pub(crate) use moments::{Moment, Moments};

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// Which language.
    pub language: Language,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

impl Words {
    /// The words of `language`.
    #[must_use]
    pub const fn of(language: Language) -> Self {
        Self { language }
    }

    /// A count with the language's mark between thousands: 4.096 or 4,096.
    #[must_use]
    pub(crate) fn number(self, number: impl std::fmt::Display) -> String {
        let mark = match self.language {
            Language::Nl => '.',
            Language::En => ',',
        };
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// How many are in a list: "12", or "meer dan 12" where not all were counted.
    #[must_use]
    pub(crate) fn counted(self, (count, more): (u64, bool)) -> String {
        let number = self.number(count);
        if more { self.counted_more(&number) } else { number }
    }

    /// An amount in millionths of a euro: "€ 0,045" in Dutch, "€0.045" in English; at least two decimals, at most six.
    #[must_use]
    pub(crate) fn euros(self, micros: u64) -> String {
        let (sign, point) = match self.language {
            Language::Nl => ("€\u{a0}", ','),
            Language::En => ("€", '.'),
        };
        let all = format!("{:06}", micros % 1_000_000);
        let decimals = all.trim_end_matches('0');
        let whole = usize::try_from(micros / 1_000_000).unwrap_or(usize::MAX);
        format!("{sign}{}{point}{decimals:0<2}", self.number(whole))
    }
}

/// Adds somebody's own text, closed in by marks, so that its writing direction stays its own.
fn push_isolated(text: &mut String, own: &str) {
    text.push('\u{2068}');
    text.push_str(own);
    text.push('\u{2069}');
}

#[cfg(test)]
mod tests {
    use super::{Language, Words};

    #[test]
    fn thousands_are_marked_as_the_language_does() {
        assert_eq!(Words::of(Language::Nl).number(4096), "4.096");
        assert_eq!(Words::of(Language::En).number(1_234_567), "1,234,567");
        assert_eq!(Words::of(Language::Nl).number(999), "999");
    }

    #[test]
    fn an_amount_has_the_decimals_that_it_needs() {
        for (micros, nl, en) in [
            (0, "€\u{a0}0,00", "€0.00"),
            (20_000, "€\u{a0}0,02", "€0.02"),
            (45_600, "€\u{a0}0,0456", "€0.0456"),
            (1_500_000, "€\u{a0}1,50", "€1.50"),
            (1_234_000_001, "€\u{a0}1.234,000001", "€1,234.000001"),
        ] {
            assert_eq!(Words::of(Language::Nl).euros(micros), nl);
            assert_eq!(Words::of(Language::En).euros(micros), en);
        }
    }

    #[test]
    fn one_and_many_have_their_own_words() {
        assert_eq!(Words::of(Language::Nl).waits_days(1), "wacht 1 dag");
        assert_eq!(Words::of(Language::Nl).waits_days(3), "wacht 3 dagen");
    }

    #[test]
    fn a_name_does_not_turn_the_sentence_around() {
        assert_eq!(Words::of(Language::En).row_team("أمل"), "Team \u{2068}أمل\u{2069}");
    }
}
