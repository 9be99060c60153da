//! The question of Meta's platforms whether an address is ours: `GET …?hub.mode=subscribe&hub.challenge=…`.
//!
//! Source: developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-10-11.

use domain::channels::{Handshake, SecretValue};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Longest challenge that is given back. Meta sends about ten digits.
const CHALLENGE_CHARACTERS: usize = 200;

/// Answers the question. `live`: the verify tokens, any of which may be the one that Meta was given.
///
/// Each token is compared by its digest, all of them in every case: the time taken tells neither how long a token is,
/// nor how much of a guess was right. The challenge is given back only if it is a plain word, so that this address can
/// never be made to show somebody's page.
#[must_use]
pub(crate) fn hub_challenge(query: &str, live: &[SecretValue]) -> Handshake {
    let fields = Fields::read(query);
    match fields.get("hub.mode") {
        Field::Absent => Handshake::None,
        Field::Once("subscribe") => answer(&fields, live),
        Field::Once(_) | Field::Unclear => Handshake::Refuse,
    }
}

fn answer(fields: &Fields, live: &[SecretValue]) -> Handshake {
    match (fields.get("hub.verify_token"), fields.get("hub.challenge")) {
        (Field::Once(token), Field::Once(challenge)) if is_live(token, live) && is_plain(challenge) => {
            Handshake::Answer(challenge.to_owned())
        }
        _ => Handshake::Refuse,
    }
}

fn is_live(token: &str, live: &[SecretValue]) -> bool {
    let given = Sha256::digest(token.as_bytes());
    let mut found = Choice::from(0);
    for secret in live.iter().filter(|secret| !secret.reveal().is_empty()) {
        found |= Sha256::digest(secret.reveal().as_bytes())[..].ct_eq(&given[..]);
    }
    found.into()
}

fn is_plain(challenge: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !challenge.is_empty() && challenge.len() <= CHALLENGE_CHARACTERS && challenge.bytes().all(allowed)
}

/// The fields of a query string, decoded; `None` for a value that is no text.
struct Fields(Vec<(String, Option<String>)>);

/// How a field stands in a query string.
enum Field<'f> {
    Absent,
    Once(&'f str),
    /// Given twice, or no text: two readers of it would not agree.
    Unclear,
}

impl Fields {
    fn read(query: &str) -> Self {
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.filter_map(|(name, value)| Some((decoded(name)?, decoded(value)))).collect())
    }

    fn get(&self, name: &str) -> Field<'_> {
        let mut found = self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value);
        match (found.next(), found.next()) {
            (None, _) => Field::Absent,
            (Some(Some(value)), None) => Field::Once(value),
            _ => Field::Unclear,
        }
    }
}

/// `application/x-www-form-urlencoded` undone; `None` when the bytes are no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                let mut byte = [0];
                hex::decode_to_slice(digits, &mut byte).ok()?;
                bytes.push(byte[0]);
                rest = after;
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &Handshake) {
        let live = ["nieuw-token", "oud token & meer"].map(|token| SecretValue::new(token.to_owned()));
        assert_eq!(&hub_challenge(query, &live), expected, "{query}");
    }

    #[test]
    fn any_live_token_is_answered_with_the_bare_challenge() {
        let answer = Handshake::Answer("1158201444".to_owned());
        check("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=nieuw-token", &answer);
        check(
            "hub.verify_token=oud+token%20%26%20meer&hub.challenge=1158201444&hub.mode=subscribe",
            &answer,
        );
        check("hub.mode=subscribe&hub%2Echallenge=1158201444&hub.verify_token=nieuw-token&x=y", &answer);
    }

    #[test]
    fn a_wrong_token_is_refused() {
        for token in ["", "nieuw", "nieuw-token2", "Nieuw-token", "nieuw-token%00", "%ff", "%zz"] {
            check(
                &format!("hub.mode=subscribe&hub.challenge=1&hub.verify_token={token}"),
                &Handshake::Refuse,
            );
        }
        check("hub.mode=subscribe&hub.challenge=1", &Handshake::Refuse);
        check(
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=x&hub.verify_token=nieuw-token",
            &Handshake::Refuse,
        );
        check("hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=nieuw-token", &Handshake::Refuse);
    }

    #[test]
    fn without_a_live_token_nobody_is_answered() {
        let query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=";
        assert_eq!(hub_challenge(query, &[]), Handshake::Refuse);
        assert_eq!(hub_challenge(query, &[SecretValue::new(String::new())]), Handshake::Refuse);
    }

    #[test]
    fn a_challenge_that_is_no_plain_word_is_not_given_back() {
        let long = "1".repeat(CHALLENGE_CHARACTERS + 1);
        for challenge in ["", "%3Cscript%3E", "a+b", "a%0d%0ab", "é", &long] {
            check(
                &format!("hub.mode=subscribe&hub.verify_token=nieuw-token&hub.challenge={challenge}"),
                &Handshake::Refuse,
            );
        }
    }

    #[test]
    fn a_request_without_a_mode_is_no_handshake() {
        for query in ["", "a=b", "hub.challenge=1&hub.verify_token=nieuw-token", "%", "&&=&"] {
            check(query, &Handshake::None);
        }
    }
}
