//! A reply on its way out: as a part, as a request, and what the platform's answer means.

use domain::channels::{
    AccountAccess, Answer, HttpRequest, HttpResponse, Outbound, Outgoing, PartDraft, PartInFlight, Place,
    ProviderId, Recipient, Step, StepKind, TextUnit, Unsendable,
};
use serde::{Deserialize, Serialize};

use super::{errors, parse, settings, wire};
use crate::{json, retry_after};

/// The longest text, in characters.
pub(super) const TEXT_MAX: usize = 4096;

/// What a part keeps to build its request from, today or after an update of Gehoor.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct SendText {
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
}

/// A reply as one part: WhatsApp takes a text in one call or not at all.
pub(super) fn parts(reply: &Outbound) -> Result<Vec<PartDraft>, Unsendable> {
    if reply.to.place != Place::Private {
        return Err(Unsendable::WrongPlace);
    }
    if TextUnit::Characters.length(&reply.text) > TEXT_MAX {
        return Err(Unsendable::TooLong);
    }
    let (to, recipient) = address(&reply.to)?;
    let send = SendText {
        to,
        recipient,
        body: reply.text.clone(),
        reply_to: reply.reply_to.as_ref().map(|id| id.as_str().to_owned()),
    };
    let data = serde_json::to_value(send).expect("a struct of texts is always JSON");
    Ok(vec![PartDraft {
        steps: vec![Step { name: "send_text".to_owned(), kind: StepKind::Effect, data }],
    }])
}

/// The first name that can be sent to, a number or a business-scoped id: the one that was seen last. An older number may
/// be somebody else's by now.
fn address(to: &Recipient) -> Result<(Option<String>, Option<String>), Unsendable> {
    let first = to
        .identifiers
        .iter()
        .find(|known| known.kind == parse::PHONE || known.kind == parse::BSUID);
    let first = first.ok_or(Unsendable::NoAddress)?;
    let value = Some(first.value.clone());
    Ok(if first.kind == parse::PHONE { (value, None) } else { (None, value) })
}

/// The request of a part. The part's id goes along as `biz_opaque_callback_data` and comes back in every report.
pub(super) fn request(part: &PartInFlight, account: &AccountAccess) -> Outgoing {
    let send = SendText::deserialize(&part.step.data).unwrap_or_default();
    let body = wire::Send {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: send.to.as_deref(),
        recipient: send.recipient.as_deref(),
        kind: "text",
        text: wire::SendText { body: &send.body, preview_url: false },
        context: send.reply_to.as_deref().map(|message_id| wire::SendContext { message_id }),
        biz_opaque_callback_data: part.id.to_string(),
    };
    Outgoing::Http(HttpRequest {
        method: "POST",
        url: format!("{}/messages", number_address(account)),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: serde_json::to_vec(&body).expect("a struct of texts is always JSON"),
        form: None,
    })
}

/// Where the platform keeps the account's number.
fn number_address(account: &AccountAccess) -> String {
    object_address(account, settings::value(&account.settings, settings::PHONE_NUMBER_ID).unwrap_or_default())
}

/// Where the platform keeps something that has this id.
pub(super) fn object_address(account: &AccountAccess, id: &str) -> String {
    let version = settings::value(&account.settings, settings::API_VERSION);
    format!(
        "{}/{}/{}",
        account.base_url.trim_end_matches('/'),
        path_segment(version.unwrap_or(settings::API_VERSION_DEFAULT)),
        path_segment(id),
    )
}

/// A look at the number itself: harmless, and refused when the token is.
pub(super) fn probe(account: &AccountAccess) -> Outgoing {
    Outgoing::Http(HttpRequest {
        method: "GET",
        url: format!("{}?fields=display_phone_number,verified_name,quality_rating", number_address(account)),
        headers: Vec::new(),
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: Vec::new(),
        form: None,
    })
}

/// What the platform says about the number.
pub(super) fn probed(response: &HttpResponse) -> Result<String, String> {
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status == 200 {
        let said =
            |field: &str| body.get(field).and_then(serde_json::Value::as_str).unwrap_or("?").to_owned();
        return Ok(format!("{}, quality {}", said("verified_name"), said("quality_rating")));
    }
    let code = body.pointer("/error/code").and_then(serde_json::Value::as_i64);
    Err(match code {
        Some(190) => "the access token is not accepted (190)".to_owned(),
        Some(code) => format!("the platform answers with error {code}"),
        None => format!("status {}", response.status),
    })
}

/// A setting as one segment of a path: whatever was typed there, the request stays on the API.
fn path_segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// What the platform's answer means.
///
/// Certainly sent is what came back with an id. Certainly not sent is what came back with the platform's own error
/// object, whatever the status. All else may come from something on the way there, and may have been sent.
pub(super) fn answer(response: &HttpResponse) -> Answer {
    let status = response.status;
    let body = std::str::from_utf8(&response.body).unwrap_or_default();
    if (200..300).contains(&status) {
        return match sent_id(body) {
            Some(id) => Answer::Delivered { provider_id: Some(id) },
            None => Answer::Unknown { reason: format!("HTTP {status} without a message id") },
        };
    }
    match json::read::<wire::NotSent>(body) {
        Ok(not_sent) if status >= 400 => {
            errors::answer(not_sent.error.code, status, retry_after::named(&response.headers))
        }
        _ => Answer::Unknown {
            reason: format!("HTTP {status} without the platform's own error"),
        },
    }
}

fn sent_id(body: &str) -> Option<ProviderId> {
    let sent: wire::Sent = json::read(body).ok()?;
    ProviderId::new(sent.messages.first()?.id.text()?).ok()
}

#[cfg(test)]
mod tests {
    use domain::channels::{Headers, Hold, Identifier, RetryAfter, SecretValue, Secrets, Strength};
    use domain::ids::{MessageId, PartId};
    use serde_json::{Value, json};

    use super::*;

    fn reply(names: &[(&'static str, &str)], text: &str, reply_to: Option<&str>) -> Outbound {
        let identifier = |(kind, value): &(&'static str, &str)| Identifier {
            kind: (*kind).into(),
            value: (*value).to_owned(),
            strength: Strength::Passing,
        };
        Outbound {
            message: MessageId(uuid::Uuid::from_u128(1)),
            to: Recipient {
                identifiers: names.iter().map(identifier).collect(),
                place: Place::Private,
            },
            text: text.to_owned(),
            files: Vec::new(),
            extras: Vec::new(),
            reply_to: reply_to.map(|id| ProviderId::new(id).expect("a valid id")),
        }
    }

    fn account(settings: &[(&str, &str)], tokens: &[&str]) -> AccountAccess {
        let mut secrets = Secrets::none();
        tokens
            .iter()
            .for_each(|token| secrets.add("access_token", SecretValue::new((*token).to_owned())));
        AccountAccess {
            base_url: "http://127.0.0.1:9100".to_owned(),
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            secrets,
        }
    }

    fn sent(reply: &Outbound, account: &AccountAccess) -> (HttpRequest, Value) {
        let mut parts = parts(reply).expect("it can be sent");
        let step = parts.remove(0).steps.remove(0);
        assert_eq!((parts.len(), step.name.as_str(), step.kind), (0, "send_text", StepKind::Effect));
        // As the outbox keeps it: as text, perhaps over an update.
        let step = serde_json::from_str(&serde_json::to_string(&step).expect("JSON")).expect("a step");
        let part = PartInFlight {
            id: PartId(uuid::Uuid::from_u128(0xabc)),
            step,
            memory: Value::Null,
        };
        let Outgoing::Http(request) = request(&part, account) else {
            panic!("WhatsApp gets no mail")
        };
        let body = serde_json::from_slice(&request.body).expect("JSON");
        (request, body)
    }

    #[test]
    fn a_reply_goes_to_the_number_with_the_newest_token() {
        let reply =
            reply(&[("phone", "31612340001"), ("bsuid", "NL.7001")], "Dag Yusuf 👋\n<b>", Some("wamid.Z001"));
        let (request, body) =
            sent(&reply, &account(&[("phone_number_id", "2099")], &["the-new-one", "the-old-one"]));
        assert_eq!(
            (request.method, request.url.as_str()),
            ("POST", "http://127.0.0.1:9100/v26.0/2099/messages")
        );
        assert_eq!(request.bearer.as_ref().map(SecretValue::reveal), Some("the-new-one"));
        assert_eq!(
            body,
            json!({
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": "31612340001",
                "type": "text",
                "text": { "body": "Dag Yusuf 👋\n<b>", "preview_url": false },
                "context": { "message_id": "wamid.Z001" },
                "biz_opaque_callback_data": "00000000-0000-0000-0000-000000000abc",
            })
        );
    }

    #[test]
    fn somebody_without_a_number_is_written_to_by_the_business_scoped_id() {
        let reply = reply(&[("parent_bsuid", "NL.ENT.1"), ("bsuid", "NL.7010")], "Dag Sanne", None);
        let (request, body) =
            sent(&reply, &account(&[("phone_number_id", "2099"), ("api_version", "v27.0")], &[]));
        assert_eq!(request.url, "http://127.0.0.1:9100/v27.0/2099/messages");
        assert_eq!(request.bearer, None);
        assert_eq!(
            (&body["recipient"], body.get("to"), body.get("context")),
            (&json!("NL.7010"), None, None)
        );
    }

    #[test]
    fn the_newest_known_number_is_the_one() {
        let reply =
            reply(&[("phone", "31612340009"), ("bsuid", "NL.7001"), ("phone", "31612340001")], "Dag", None);
        let (_, body) = sent(&reply, &account(&[], &[]));
        assert_eq!(body["to"], "31612340009");
    }

    #[test]
    fn a_parent_id_alone_is_no_address() {
        assert_eq!(parts(&reply(&[("parent_bsuid", "NL.ENT.1")], "Dag", None)), Err(Unsendable::NoAddress));
    }

    fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let lines = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        answer(&HttpResponse {
            status,
            headers: Headers::new(lines),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn only_the_platforms_own_word_says_that_a_reply_was_not_sent() {
        let error = r#"{"error":{"message":"(#131026)","type":"OAuthException","code":131026}}"#;
        for status in [400, 404, 500, 503] {
            assert!(matches!(answered(status, &[], error), Answer::Refused { .. }), "{status}");
        }
        for (status, body) in [
            (200, error),
            (302, error),
            (400, ""),
            (400, "{}"),
            (400, r#"{"error":"x"}"#),
            (400, r#"{"error":{}}"#),
            (400, r#"{"error":{"code":"131026"}}"#),
            (400, r#"{"error":{"code":131026}}trailing"#),
            (429, "Too Many Requests"),
            (502, "<html>"),
            (504, ""),
            (200, ""),
            (200, r#"{"messages":[{"id":""}]}"#),
            (200, r#"{"messages":[{"id":"a\u0000b"}]}"#),
        ] {
            assert!(matches!(answered(status, &[], body), Answer::Unknown { .. }), "{status} {body}");
        }
    }

    #[test]
    fn a_rate_limit_holds_the_account_for_as_long_as_the_platform_asks() {
        let body = r#"{"error":{"code":130429}}"#;
        let check = |headers: &[(&str, &str)], expected: RetryAfter| match answered(429, headers, body) {
            Answer::Retry { after, hold: Hold::Account, .. } => assert_eq!(after, expected),
            other => panic!("{other:?}"),
        };
        check(&[("retry-after", "30")], RetryAfter::Seconds(30));
        check(&[("retry-after", "1000000000")], RetryAfter::Seconds(3600));
        check(&[("retry-after", "abc")], RetryAfter::Backoff);
        check(&[], RetryAfter::Backoff);
    }

    #[test]
    fn nothing_of_an_errors_own_words_is_kept() {
        let body = r#"{"error":{"message":"Malformed access token EAAG-geheim","type":"OAuthException","code":190}}"#;
        let answer = answered(401, &[], body);
        assert!(matches!(
            answer,
            Answer::Retry { after: RetryAfter::Seconds(300), hold: Hold::Account, .. }
        ));
        assert!(!format!("{answer:?}").contains("EAAG"));
    }
}
