//! What must hold of any request to a webhook of Meta's platforms before its body is believed: its signature, and the
//! question whether the address is ours.
//!
//! An input is written as a request is: the query on the first line, then header lines, an empty line, and the body.

use domain::channels::{Connector, Handshake, Headers, RawRequest, SecretValue, Secrets};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const HEADER: &str = "X-Hub-Signature-256";
const APP_SECRET: &str = "app-secret-van-zwanendam";
const VERIFY_TOKEN: &str = "verify-token-van-zwanendam";

/// Asks whether a request is believed exactly when it may be.
pub fn holds(connector: &dyn Connector, input: &[u8]) {
    let request = request(input);
    let secrets = secrets(APP_SECRET, VERIFY_TOKEN);
    let believed = |request: &RawRequest| connector.verify(request, &secrets).is_ok();
    assert_eq!(
        believed(&request),
        is_signed(&request),
        "believed, and not signed; or the other way round"
    );
    assert!(connector.verify(&request, &Secrets::none()).is_err(), "there is no unsigned mode");

    let signature = signature(&request.body);
    let signed = |signature: &str, body: &[u8]| RawRequest {
        query: request.query.clone(),
        headers: Headers::new([(HEADER.to_owned(), signature.to_owned())]),
        body: body.to_vec(),
    };
    assert!(believed(&signed(&signature, &request.body)), "our own signature is believed");
    let of_another = self::secrets("app-secret-van-een-ander", VERIFY_TOKEN);
    assert!(connector.verify(&signed(&signature, &request.body), &of_another).is_err());
    // One bit elsewhere, in a place that depends on the input.
    let place = request.body.iter().fold(request.body.len(), |sum, byte| sum + usize::from(*byte));
    assert!(!believed(&signed(&with_another_digit(&signature, place), &request.body)));
    assert!(!believed(&signed(&signature, &with_another_bit(&request.body, place))));
    assert!(!believed(&signed(&signature, &[request.body.as_slice(), b"\n"].concat())));

    is_answered_rightly(connector, &request, &secrets);
}

fn request(input: &[u8]) -> RawRequest {
    let end = input.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((input, &[][..]), |end| (&input[..end], &input[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let query = lines.next().unwrap_or_default().to_owned();
    let line = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned()))
    };
    RawRequest {
        query,
        headers: Headers::new(lines.filter_map(line)),
        body: body.to_vec(),
    }
}

fn secrets(app_secret: &str, verify_token: &str) -> Secrets {
    let mut secrets = Secrets::none();
    for (name, value) in [("app_secret", app_secret), ("verify_token", verify_token)] {
        secrets.add(name, SecretValue::new(value.to_owned()));
    }
    secrets
}

fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("a key of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Whether there is exactly one signature, and it is ours of the body as it came or as it was before it was unescaped.
fn is_signed(request: &RawRequest) -> bool {
    let name = HEADER.to_ascii_lowercase();
    let lines: Vec<&str> = request.headers.all(&name).collect();
    let [line] = lines.as_slice() else { return false };
    let Some(digits) = line.strip_prefix("sha256=") else { return false };
    let given = format!("sha256={}", digits.to_ascii_lowercase());
    let escaped = std::str::from_utf8(&request.body).map(escaped);
    given == signature(&request.body) || escaped.is_ok_and(|body| given == signature(body.as_bytes()))
}

fn escaped(body: &str) -> String {
    let unit = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    body.encode_utf16().map(unit).collect()
}

/// One of the 64 digits is another one.
fn with_another_digit(signature: &str, place: usize) -> String {
    let at = "sha256=".len() + place % 64;
    let other = if signature.as_bytes()[at] == b'0' { "1" } else { "0" };
    format!("{}{other}{}", &signature[..at], &signature[at + 1..])
}

fn with_another_bit(body: &[u8], place: usize) -> Vec<u8> {
    let mut body = body.to_vec();
    match body.len() {
        0 => body.push(0),
        length => body[place % length] ^= 1 << (place % 8),
    }
    body
}

/// The question is answered only to whom knows the token, and with nothing but a plain word.
fn is_answered_rightly(connector: &dyn Connector, request: &RawRequest, secrets: &Secrets) {
    let answer = connector.handshake(request, secrets);
    assert!(!matches!(connector.handshake(request, &Secrets::none()), Handshake::Answer(_)));
    if let Handshake::Answer(challenge) = answer {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        assert!(
            !challenge.is_empty() && challenge.len() <= 200 && challenge.chars().all(plain),
            "{challenge:?}"
        );
        let pairs: Vec<Vec<u8>> = request.query.split('&').map(decoded).collect();
        let has = |name: &str, value: &str| pairs.contains(&format!("{name}={value}").into_bytes());
        assert!(
            has("hub.verify_token", VERIFY_TOKEN) && has("hub.challenge", &challenge),
            "{:?}",
            request.query
        );
    }
    let ours = RawRequest {
        query: format!("hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=1158201444"),
        ..request.clone()
    };
    assert_eq!(connector.handshake(&ours, secrets), Handshake::Answer("1158201444".to_owned()));
}

/// Spaces and bytes as a form writes them, undone; what cannot be undone stays.
fn decoded(pair: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = pair.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escape = behind.get(..2).filter(|_| *first == b'%');
        let byte = escape.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    bytes
}
