//! Ids that look like Meta's own.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Which way a message goes; it shows in the id.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// From a resident.
    In,
    /// To a resident.
    Out,
}

/// A message id as WhatsApp writes them: `wamid.` and base64 of a small record with the resident's number and a random
/// part, 32 hex digits inwards and 18 outwards. Numbers of eleven digits give the well-known `wamid.HBgL…`.
pub(super) fn wamid(way: Way, phone: &str, run: [u64; 2], count: u64) -> String {
    let random = hex::encode_upper(digest("wamid", run, count));
    let (kind, length) = match way {
        Way::In => (0x12, 32_u8),
        Way::Out => (0x11, 18),
    };
    let mut record = vec![0x1c, 0x18, u8::try_from(phone.len()).unwrap_or(u8::MAX)];
    record.extend_from_slice(phone.as_bytes());
    record.extend_from_slice(&[0x15, 0x02, 0x00, kind, 0x18, length]);
    record.extend_from_slice(&random.as_bytes()[..usize::from(length)]);
    record.push(0x00);
    format!("wamid.{}", STANDARD.encode(record))
}

/// The id by which support would find a request.
pub(super) fn trace(run: [u64; 2], count: u64) -> String {
    format!("A{}", URL_SAFE_NO_PAD.encode(&digest("trace", run, count)[..16]))
}

/// The number that a callback must repeat to prove that it is ours.
pub(super) fn challenge(run: [u64; 2], count: u64) -> String {
    digits(&digest("challenge", run, count), 10)
}

/// The id of a file.
pub(super) fn media_id(run: [u64; 2], count: u64) -> String {
    digits(&digest("media", run, count), 16)
}

/// The id of a template.
pub(super) fn template_id(run: [u64; 2], count: u64) -> String {
    digits(&digest("template", run, count), 16)
}

/// What shows that an address of a file was given out by the platform. The same after a restart.
pub(super) fn address_proof(media_id: &str, ends: i64) -> String {
    let digest = Sha256::new()
        .chain_update("address")
        .chain_update(media_id)
        .chain_update(ends.to_be_bytes());
    format!("ARt{}", URL_SAFE_NO_PAD.encode(&digest.finalize()[..24]))
}

/// The id of the window that an advertisement opened for a person.
pub(super) fn conversation_id(number_id: &str, phone: &str, until: i64) -> String {
    let digest = Sha256::new().chain_update(number_id).chain_update("/").chain_update(phone);
    hex::encode(&digest.chain_update(until.to_be_bytes()).finalize()[..16])
}

/// The business-scoped id of a person: the same for all numbers of one business account, another elsewhere.
pub(super) fn user_id(waba_id: &str, phone: &str) -> String {
    let digest = Sha256::new().chain_update(waba_id).chain_update("/").chain_update(phone).finalize();
    format!("NL.{}", digits(&digest, 17))
}

fn digest(purpose: &str, run: [u64; 2], count: u64) -> [u8; 32] {
    let mut hash = Sha256::new().chain_update(purpose);
    for number in [run[0], run[1], count] {
        hash.update(number.to_be_bytes());
    }
    hash.finalize().into()
}

/// Decimal digits, the first not zero.
fn digits(bytes: &[u8], length: usize) -> String {
    let digit =
        |(place, byte): (usize, &u8)| char::from(if place == 0 { b'1' + byte % 9 } else { b'0' + byte % 10 });
    bytes.iter().enumerate().take(length).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_have_the_shape_of_real_ones_and_never_repeat() {
        let inward = wamid(Way::In, "31600123456", [1, 2], 1);
        assert!(inward.starts_with("wamid.HBgLMzE2MDAxMjM0NTYVAgASGC"), "{inward}");
        let outward = wamid(Way::Out, "31600123456", [1, 2], 1);
        assert!(outward.starts_with("wamid.HBgLMzE2MDAxMjM0NTYVAgARGB"), "{outward}");
        assert_ne!(inward, wamid(Way::In, "31600123456", [1, 2], 2));
        assert_ne!(inward, wamid(Way::In, "31600123456", [1, 3], 1));
    }
}
