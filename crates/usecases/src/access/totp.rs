//! Codes that count with the time (RFC 6238): six digits of HMAC-SHA-1 over steps of thirty seconds, as every app for it
//! knows them. SHA-1 is what the apps take; its collisions do not matter in an HMAC.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Seconds of a step.
const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one of which the code is taken, for clocks that are a little off.
const DRIFT: i64 = 1;
/// Bytes of a secret: as many as HMAC-SHA-1 gives.
pub(super) const SECRET_BYTES: usize = 20;
/// Digits of a code.
const DIGITS: usize = 6;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step that a moment lies in.
fn step_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP_SECONDS)
}

/// The code of a step, cut to `digits`.
fn code_of(secret: &[u8], step: i64, digits: usize) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let offset = usize::from(hash[19] & 0x0f);
    let four = [hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]];
    let number = u64::from(u32::from_be_bytes(four)) % 10_u64.pow(u32::try_from(digits).unwrap_or(6));
    format!("{number:0digits$}")
}

/// The step of which `code` is, if it is one of now; all are compared, so that the time tells nothing.
pub(super) fn matching_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let present = step_of(now);
    let mut found = None;
    for step in present - DRIFT..=present + DRIFT {
        let expected = code_of(secret, step, DIGITS);
        if bool::from(expected.as_bytes().ct_eq(code.as_bytes())) && expected.len() == DIGITS {
            found = Some(step);
        }
    }
    found
}

/// What somebody typed, if it looks like a code: spaces are forgiven.
pub(super) fn as_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
    (code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// The code of a secret at a moment, as an app shows it; for tests and the simulation.
///
/// `secret`: in base32, as the page shows it.
#[must_use]
pub fn code_at(secret: &str, at: Timestamp) -> String {
    code_of(&from_base32(secret), step_of(at), DIGITS)
}

/// Bytes in base32 without filling, as apps take them.
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[((held >> bits) & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(BASE32[((held << (5 - bits)) & 31) as usize]));
    }
    text
}

fn from_base32(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let Some(value) = BASE32.iter().position(|known| *known == letter) else { continue };
        held = (held << 5) | u32::try_from(value).unwrap_or_default();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).unwrap_or_default());
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    /// RFC 6238, appendix B, the rows of SHA-1; RFC 4226, appendix D, for six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (second, expected) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code_of(secret, step_of(at(second)), 8), expected, "at {second}");
            assert_eq!(code_of(secret, step_of(at(second)), 6), expected[2..], "at {second}");
        }
        for (count, expected) in [(0, "755224"), (1, "287082"), (9, "520489")] {
            assert_eq!(code_of(secret, count, 6), expected);
        }
    }

    #[test]
    fn a_code_of_the_step_before_or_after_is_taken_and_no_other() {
        let (secret, now) = (b"12345678901234567890", at(1_234_567_890));
        let present = step_of(now);
        for (step, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = code_of(secret, present + step, 6);
            assert_eq!(matching_step(secret, &code, now), taken.then_some(present + step), "{step}");
        }
        assert_eq!(matching_step(secret, "", now), None);
        assert_eq!(matching_step(secret, "89005924", now), None, "eight digits");
    }

    #[test]
    fn spaces_in_a_code_are_forgiven_and_letters_are_not() {
        assert_eq!(as_code(" 123 456 "), Some("123456".to_owned()));
        for wrong in ["12345", "1234567", "12345a", "", "１２３４５６"] {
            assert_eq!(as_code(wrong), None, "{wrong}");
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn secrets_are_written_as_apps_read_them() {
        for (plain, expected) in [
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), expected);
            assert_eq!(from_base32(expected), plain.as_bytes());
        }
    }
}
