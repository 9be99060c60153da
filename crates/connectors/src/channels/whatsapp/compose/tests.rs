use domain::channels::{
    After, Answer, Headers, Hold, HttpResponse, Identifier, RetryAfter, SecretValue, Secrets, Strength,
};
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
        settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        secrets,
    }
}

fn sent(reply: &Outbound, account: &AccountAccess) -> (HttpRequest, Value) {
    let mut parts = parts(reply).expect("it can be sent");
    let step = parts.remove(0).steps.remove(0);
    assert_eq!((parts.len(), step.name.as_str(), step.kind), (0, "send", StepKind::Effect));
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
    assert_eq!((&body["recipient"], body.get("to"), body.get("context")), (&json!("NL.7010"), None, None));
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
    let part = PartInFlight {
        id: PartId(uuid::Uuid::from_u128(0xabc)),
        step: Step {
            name: SEND.to_owned(),
            kind: StepKind::Effect,
            carries_file: false,
            data: Value::Null,
        },
        memory: Value::Null,
    };
    let lines = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let response = HttpResponse {
        status,
        headers: Headers::new(lines),
        body: body.as_bytes().to_vec(),
    };
    match after(&part, &response) {
        After::Ended(answer) => answer,
        other => panic!("{other:?}"),
    }
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
    let body =
        r#"{"error":{"message":"Malformed access token EAAG-geheim","type":"OAuthException","code":190}}"#;
    let answer = answered(401, &[], body);
    assert!(matches!(
        answer,
        Answer::Retry {
            after: RetryAfter::Seconds(300),
            hold: Hold::Broken { word: "token" },
            ..
        }
    ));
    assert!(!format!("{answer:?}").contains("EAAG"));
}
