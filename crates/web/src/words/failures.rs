//! Why a platform did not take a message, by its number for it, and what an agent can do.

use super::Words;

impl Words {
    /// What a number of WhatsApp means for whoever reads it; `None` for one that we do not know.
    ///
    /// Source: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (15 May 2026), read
    /// 2026-10-11.
    #[must_use]
    pub const fn failure_code(self, code: i64) -> Option<&'static str> {
        Some(match code {
            0 | 190 => self.failure_token(),
            3 | 10 | 200..=299 | 131_005 => self.failure_permission(),
            1 | 2 | 131_000 | 131_016 | 133_004 => self.failure_temporary(),
            4 | 80_007 | 130_429 => self.failure_rate(),
            131_056 => self.failure_pair(),
            131_048 => self.failure_spam(),
            368 | 131_031 => self.failure_blocked(),
            130_497 => self.failure_country(),
            131_047 => self.failure_window(),
            131_026 => self.failure_undeliverable(),
            131_049 | 130_472 => self.failure_limited(),
            131_050 => self.failure_unsubscribed(),
            131_051 => self.failure_kind(),
            100 | 131_008 | 131_009 => self.failure_parameter(),
            131_052 => self.failure_file_fetch(),
            131_053 => self.failure_file_upload(),
            132_000 => self.failure_template_number(),
            132_001 => self.failure_template_missing(),
            132_005 => self.failure_template_long(),
            132_007 => self.failure_template_policy(),
            132_012 => self.failure_template_format(),
            132_015 => self.failure_template_paused(),
            132_016 => self.failure_template_disabled(),
            131_021 => self.failure_self(),
            131_030 => self.failure_test_list(),
            131_037 => self.failure_name(),
            131_042 => self.failure_payment(),
            131_045 | 133_010 => self.failure_certificate(),
            131_057 => self.failure_maintenance(),
            131_062 => self.failure_hidden_number(),
            _ => return None,
        })
    }

    /// The same for a message that failed and that nothing tries again, where [`Words::failure_code`] says that it waits.
    #[must_use]
    pub const fn failed_code(self, code: i64) -> Option<&'static str> {
        Some(match code {
            0 | 190 => self.failed_token(),
            1 | 2 | 131_000 | 131_016 | 133_004 => self.failed_temporary(),
            4 | 80_007 | 130_429 => self.failed_rate(),
            131_056 => self.failed_pair(),
            131_042 => self.failed_payment(),
            131_057 => self.failed_maintenance(),
            _ => return None,
        })
    }
}

/// The platform's number at the head of what is kept of a failure: "unreachable: 131026 the resident …",
/// "131047 Re-engagement message", "WhatsApp error 131056: …".
#[must_use]
pub(crate) fn code_of(failure: &str) -> Option<i64> {
    let behind = failure.split_once(": ").map_or(failure, |(head, behind)| {
        let is_word = head.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_word { behind } else { failure }
    });
    let number = behind.strip_prefix("WhatsApp error ").unwrap_or(behind);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    number.get(..digits).filter(|digits| digits.len() <= 6)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn the_number_is_found_however_the_failure_came() {
        for (failure, expected) in [
            ("unreachable: 131026 the resident cannot be reached", Some(131_026)),
            ("131047 Re-engagement message: more than 24 hours", Some(131_047)),
            ("WhatsApp error 131056: too many messages", Some(131_056)),
            ("window_closed", None),
            ("no answer in time", None),
            ("1234567 is no number of theirs", None),
            ("", None),
        ] {
            assert_eq!(code_of(failure), expected, "{failure}");
        }
    }

    #[test]
    fn every_number_of_the_platforms_table_has_its_words() {
        let w = Words::of(Language::Nl);
        for code in [
            0, 1, 2, 4, 10, 100, 190, 200, 299, 368, 80_007, 130_429, 130_472, 130_497, 131_000, 131_005,
            131_008, 131_009, 131_016, 131_021, 131_026, 131_030, 131_031, 131_037, 131_042, 131_045,
            131_047, 131_048, 131_049, 131_050, 131_051, 131_052, 131_053, 131_056, 131_057, 131_062,
            132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 133_004, 133_010,
        ] {
            assert!(w.failure_code(code).is_some_and(|words| words.ends_with('.')), "{code}");
        }
        assert_eq!(w.failure_code(999_999), None);
    }
}
