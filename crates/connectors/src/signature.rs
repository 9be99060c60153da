//! The signature of Meta's platforms: `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 over the body as it came.
//!
//! It is checked before anything is read, in constant time, against every live secret. There is no unsigned mode: with
//! no secret every request is forged. The older `X-Hub-Signature` with SHA-1 counts for nothing.
//!
//! Source: RELIABILITY section 2.2; developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-10-11.

use domain::channels::{Authentic, Forged, RawRequest, SecretValue};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const HEADER: &str = "x-hub-signature-256";
const PREFIX: &str = "sha256=";

/// Checks a request against every live secret.
///
/// The raw bytes are tried first. Meta says that it signs a form in which all characters outside ASCII are escaped
/// (`\u00e4`), and sends that same form, so the raw bytes fit; where something on the way unescaped the body, one second
/// try is made over the escaped form. Nothing else is ever written anew: spaces and the order of fields stay.
///
/// # Errors
/// [`Forged`] when no live secret fits, when there is none, and when the header is missing, malformed or there twice.
pub(crate) fn verify(request: &RawRequest, live: &[SecretValue]) -> Result<Authentic, Forged> {
    let signature = the_one_signature(request).ok_or(Forged)?;
    if any_fits(live, &signature, |mac| mac.update(&request.body)) {
        return Ok(Authentic);
    }
    let unescaped = request.body.iter().any(|byte| *byte >= 0x80);
    match std::str::from_utf8(&request.body) {
        Ok(body) if unescaped && any_fits(live, &signature, |mac| update_escaped(mac, body)) => Ok(Authentic),
        _ => Err(Forged),
    }
}

/// The signature, if there is exactly one header line and it holds exactly 64 hexadecimal digits.
fn the_one_signature(request: &RawRequest) -> Option<[u8; 32]> {
    let mut lines = request.headers.all(HEADER);
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return None;
    };
    let mut signature = [0; 32];
    hex::decode_to_slice(line.strip_prefix(PREFIX)?, &mut signature).ok()?;
    Some(signature)
}

/// Whether any secret that is not empty gives this signature. All are tried, whichever fits.
fn any_fits(live: &[SecretValue], signature: &[u8; 32], feed: impl Fn(&mut Hmac<Sha256>)) -> bool {
    let mut fits = false;
    for secret in live.iter().filter(|secret| !secret.reveal().is_empty()) {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
            continue;
        };
        feed(&mut mac);
        fits |= mac.verify_slice(signature).is_ok();
    }
    fits
}

/// The body with each character outside ASCII as `\uXXXX` in small letters, in pairs above U+FFFF; the rest as it is.
fn update_escaped(mac: &mut Hmac<Sha256>, body: &str) {
    let mut plain_from = 0;
    for (at, character) in body.char_indices().filter(|(_, character)| !character.is_ascii()) {
        mac.update(&body.as_bytes()[plain_from..at]);
        for unit in character.encode_utf16(&mut [0; 2]) {
            mac.update(format!("\\u{unit:04x}").as_bytes());
        }
        plain_from = at + character.len_utf8();
    }
    mac.update(&body.as_bytes()[plain_from..]);
}

#[cfg(test)]
mod tests {
    use domain::channels::Headers;

    use super::*;

    const SECRET: &str = "app-secret-van-zwanendam";

    fn sign(secret: &str, body: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(body);
        format!("{PREFIX}{}", hex::encode(mac.finalize().into_bytes()))
    }

    fn accepted(body: &[u8], lines: &[(&str, &str)], secrets: &[&str]) -> bool {
        let request = RawRequest {
            query: String::new(),
            headers: Headers::new(
                lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            ),
            body: body.to_vec(),
        };
        let live: Vec<_> = secrets.iter().map(|secret| SecretValue::new((*secret).to_owned())).collect();
        verify(&request, &live).is_ok()
    }

    #[test]
    fn the_platforms_own_vector_is_accepted() {
        // The example of RFC 4231, case 2, in the form of the header.
        let line = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(accepted(b"what do ya want for nothing?", &[("X-Hub-Signature-256", line)], &["Jefe"]));
    }

    #[test]
    fn any_live_secret_will_do_and_only_those() {
        let body = br#"{"object":"whatsapp_business_account"}"#;
        let line = sign(SECRET, body);
        let lines = [("x-hub-signature-256", line.as_str())];
        assert!(accepted(body, &lines, &[SECRET]));
        assert!(accepted(body, &lines, &["the-new-one", SECRET]));
        assert!(accepted(body, &lines, &[SECRET, "the-old-one"]));
        assert!(!accepted(body, &lines, &["of-another-municipality"]));
        assert!(!accepted(body, &lines, &[]));
    }

    #[test]
    fn an_empty_secret_is_no_secret() {
        let line = sign("", b"{}");
        assert!(!accepted(b"{}", &[("x-hub-signature-256", &line)], &[""]));
        assert!(!accepted(b"{}", &[("x-hub-signature-256", &line)], &[]));
    }

    #[test]
    fn a_signature_that_is_not_exactly_one_is_none() {
        let good = sign(SECRET, b"{}");
        let digits = &good[PREFIX.len()..];
        let check = |expected: bool, lines: &[(&str, &str)]| {
            assert_eq!(accepted(b"{}", lines, &[SECRET]), expected, "{lines:?}");
        };
        check(true, &[("X-Hub-Signature-256", &good)]);
        check(true, &[("x-hub-signature-256", &format!("sha256={}", digits.to_uppercase()))]);
        check(false, &[]);
        check(false, &[("x-hub-signature-256", &good), ("x-hub-signature-256", &good)]);
        check(false, &[("x-hub-signature-256", ""), ("x-hub-signature-256", &good)]);
        check(false, &[("x-hub-signature", &good)]);
        check(false, &[("x-hub-signature", "sha1=0000000000000000000000000000000000000000")]);
        let zeros = "0".repeat(64);
        for line in [
            "",
            "sha256=",
            digits,
            &good[..good.len() - 1],
            &good[..good.len() - 2],
            &format!("{good}0"),
            &format!("{good}00"),
            &format!(" {good}"),
            &format!("SHA256={digits}"),
            &format!("sha1={digits}"),
            &format!("sha256=sha256={digits}"),
            &format!("sha256={}", digits.replace(|c: char| c.is_ascii_alphabetic(), "g")),
            &format!("sha256={zeros}"),
        ] {
            check(false, &[("x-hub-signature-256", line)]);
        }
    }

    #[test]
    fn a_body_that_was_unescaped_on_its_way_is_accepted_over_the_escaped_form() {
        let escaped = br#"{"body":"\u00e9\u00e9n \ud83d\udc4d"}"#;
        let unescaped = r#"{"body":"één 👍"}"#.as_bytes();
        let line = sign(SECRET, escaped);
        let lines = [("x-hub-signature-256", line.as_str())];
        assert!(accepted(escaped, &lines, &[SECRET]));
        assert!(accepted(unescaped, &lines, &["the-new-one", SECRET]));
        // Only the escaping is undone, never anything else that a parser would find the same.
        assert!(!accepted(r#"{ "body":"één 👍"}"#.as_bytes(), &lines, &[SECRET]));
        assert!(!accepted(br#"{"body":"\u00E9\u00E9n \uD83D\uDC4D"}"#, &lines, &[SECRET]));
        assert!(!accepted(b"{\"body\":\"\xff\"}", &lines, &[SECRET]));
        // And a body signed as it is, characters and all, is fine as well.
        let line = sign(SECRET, unescaped);
        assert!(accepted(unescaped, &[("x-hub-signature-256", &line)], &[SECRET]));
    }
}
