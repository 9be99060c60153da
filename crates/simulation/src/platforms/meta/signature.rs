//! How Meta writes and signs the body of a webhook.
//!
//! Source: developers.facebook.com/docs/graph-api/webhooks/getting-started and the Messenger webhooks page, as read
//! on 11 September 2026: the hash is over the body with non-ASCII escaped as `\u00e4`, and that is how bodies arrive.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// JSON text with everything outside ASCII as `\u` and four lower-case hex digits, emoji as surrogate pairs.
///
/// Outside strings JSON is ASCII already, so that the result is the same document.
#[must_use]
pub fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0_u16; 2];
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// The value of `X-Hub-Signature-256`: `sha256=` and the lower-case hex of the HMAC-SHA256 of the raw body.
#[must_use]
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;

    #[test]
    fn non_ascii_is_escaped_in_lower_case_and_emoji_as_pairs() {
        assert_eq!(escaped(r#"{"body":"Één 👍 / ok"}"#), r#"{"body":"\u00c9\u00e9n \ud83d\udc4d / ok"}"#);
    }

    #[test]
    fn the_signature_equals_hmac_written_out_by_hand() {
        // RFC 2104: H((K ^ opad) || H((K ^ ipad) || text)), with the key padded to the block of 64 bytes.
        let (key, text) = ("app-secret", r#"{"object":"whatsapp_business_account"}"#);
        let pad = |with: u8| {
            let mut block = [with; 64];
            for (place, byte) in block.iter_mut().zip(key.bytes()) {
                *place ^= byte;
            }
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
        let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
        assert_eq!(signature(key, text.as_bytes()), format!("sha256={}", hex::encode(outer)));
    }

    #[test]
    fn the_signature_of_a_real_delivery_matches() {
        let vector = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/payloads/signatures/meta-x-hub-256-pywa.json"
        );
        let Ok(text) = std::fs::read_to_string(vector) else {
            println!("skipped: no vector at {vector}");
            return;
        };
        let vector: serde_json::Value = serde_json::from_str(&text).expect("the vector is JSON");
        let field = |name: &str| vector[name].as_str().expect("a text field").to_owned();
        assert_eq!(signature(&field("app_secret"), escaped(&field("body")).as_bytes()), field("signature"));
    }
}
