//! What we send, and what the platforms answer.

use domain::channels::{
    After, Answer, Headers, Hold, HttpResponse, Identifier, Outgoing, Place, ProviderId, RawRequest,
    RefusalReason, RetryAfter, SecretValue, Step, StepKind, Strength, Unsendable,
};

use crate::readable;
use crate::support::{MARK, account, all, authors, fixtures, folder, in_flight, reply, snapshot, some_part};

#[test]
fn what_the_platform_answered_is_understood() {
    for connector in all() {
        let answers = folder(connector).join("fixtures/answers");
        let part = some_part(connector);
        for (name, file) in fixtures(&answers) {
            snapshot(&answers, &name, &readable::after(&connector.after(&part, &answer(&file))));
        }
    }
}

/// An answer from its fixture: `status`, `headers`, and a `body` that is JSON or, as a string, plain text.
fn answer(file: &[u8]) -> HttpResponse {
    let file: serde_json::Value = serde_json::from_slice(file).expect("a fixture is JSON");
    let status = file["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    let headers = file["headers"].as_object().expect("headers").iter();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    HttpResponse {
        status,
        headers: Headers::new(headers.map(|(name, value)| (name.clone(), text(value)))),
        body: text(&file["body"]).into_bytes(),
    }
}

#[test]
fn dead_credentials_hold_the_account_or_refuse_and_never_leave_a_reply_uncertain() {
    for connector in all() {
        let file = folder(connector).join("fixtures/answers/credentials.json");
        let file = std::fs::read(file).expect("each connector has an answer to dead credentials");
        let after = connector.after(&some_part(connector), &answer(&file));
        let refused = After::Ended(Answer::Refused { reason: RefusalReason::Credentials, detail: None });
        let held = matches!(
            after,
            After::Ended(Answer::Retry {
                hold: Hold::Broken { .. },
                after: RetryAfter::Seconds(60..),
                ..
            })
        );
        assert!(held || after == refused, "{after:?}");
        // The platform's own sentence may quote the token.
        assert!(!format!("{after:?}").contains("geheim"), "{after:?}");
    }
}

#[test]
fn every_author_of_a_message_can_be_answered() {
    for connector in all() {
        for author in authors(connector) {
            let parts =
                connector.compose(&reply(author.identifiers.clone(), Place::Private, "Dank u wel 👍"));
            let parts = parts.unwrap_or_else(|reason| panic!("{author:?}: {reason}"));
            assert!(!parts.is_empty() && parts.iter().all(|part| !part.steps.is_empty()), "{author:?}");
        }
    }
}

#[test]
fn a_reply_that_cannot_be_sent_is_refused_before_it_is_stored() {
    for connector in all() {
        let capabilities = connector.capabilities();
        let author = authors(connector).into_iter().next().expect("the fixtures hold a message").identifiers;
        let compose = |to: &[Identifier], place, text: &str| {
            connector.compose(&reply(to.to_vec(), place, text)).map(drop)
        };
        // Each of these is as long as one character can be in every unit.
        for letter in ["a", "é", "👍", "ع"] {
            let fitting = capabilities.text_max / capabilities.text_unit.length(letter);
            assert_eq!(compose(&author, Place::Private, &letter.repeat(fitting)), Ok(()));
            let too_long = letter.repeat(fitting + 1);
            assert_eq!(compose(&author, Place::Private, &too_long), Err(Unsendable::TooLong), "{letter}");
        }
        assert_eq!(compose(&[], Place::Private, "Dag"), Err(Unsendable::NoAddress));
        let stranger = Identifier {
            kind: "smoke-signal".into(),
            value: "1".to_owned(),
            strength: Strength::Passing,
        };
        assert_eq!(compose(&[stranger], Place::Private, "Dag"), Err(Unsendable::NoAddress));
        if !capabilities.public {
            let thread = ProviderId::new("post-1").expect("a valid id");
            let public = Place::Public { thread, parent: None };
            assert_eq!(compose(&author, public, "Dag"), Err(Unsendable::WrongPlace));
        }
        if !capabilities.private {
            assert_eq!(compose(&author, Place::Private, "Dag"), Err(Unsendable::WrongPlace));
        }
    }
}

#[test]
fn secrets_are_never_printed_and_leave_only_as_credentials() {
    for connector in all() {
        let account = account(connector);
        let part = some_part(connector);
        let outgoing = connector.request(&part, &account);
        // The test could fail: the marks are there.
        assert!(connector.settings().iter().any(|field| field.secret), "nothing to hide");
        let mut printed = format!("{account:?} {part:?} {outgoing:?}");
        if let Outgoing::Http(request) = &outgoing {
            let bearer = request.bearer.as_ref().map(SecretValue::reveal);
            assert!(
                bearer.is_none_or(|bearer| bearer.contains(MARK)),
                "the bearer is not from the account's secrets"
            );
            printed +=
                &format!("{} {:?} {}", request.url, request.headers, String::from_utf8_lossy(&request.body));
        }
        let request = RawRequest {
            query: String::new(),
            headers: Headers::default(),
            body: Vec::new(),
        };
        printed += &format!(
            "{:?} {:?}",
            connector.verify(&request, &account.secrets),
            connector.handshake(&request, &account.secrets)
        );
        assert!(!printed.contains(MARK), "{printed}");
    }
}

#[test]
fn a_request_goes_to_the_accounts_own_address_and_survives_odd_settings() {
    for connector in all() {
        let part = some_part(connector);
        for value in ["", " ", "../../x", "a b", "ü", "1?x=y#z", "1/../2"] {
            let mut account = account(connector);
            account.base_url = "http://127.0.0.1:9100".to_owned();
            account.settings.values_mut().for_each(|setting| value.clone_into(setting));
            if let Outgoing::Http(request) = connector.request(&part, &account) {
                let path = request.url.strip_prefix("http://127.0.0.1:9100/").expect("the account's address");
                assert!(!path.contains([' ', '#', 'ü']) && !path.contains("/../"), "{path}");
            }
        }
        // Data that another release wrote, or nobody: a request all the same, which the platform will refuse.
        for data in [serde_json::Value::Null, serde_json::json!([1]), serde_json::json!({ "body": 7 })] {
            let step = Step {
                name: "no such step".to_owned(),
                kind: StepKind::Effect,
                carries_file: false,
                data,
            };
            connector.request(&in_flight(step), &account(connector));
        }
    }
}
