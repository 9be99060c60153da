use std::collections::BTreeMap;

use domain::channels::{Headers, SecretValue, Secrets};
use serde_json::json;

use super::*;

fn account() -> AccountAccess {
    let mut secrets = Secrets::none();
    secrets.add(settings::ACCESS_TOKEN, SecretValue::new("EAAG-token".to_owned()));
    AccountAccess {
        base_url: "https://graph.facebook.com".to_owned(),
        settings: BTreeMap::new(),
        secrets,
    }
}

fn answer(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        headers: Headers::default(),
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn the_way_is_asked_for_and_then_the_file() {
    let (reference, account) = (json!({"id": "1037543291543636"}), account());
    let first = fetch(&reference, &Value::Null, &account).expect("a request");
    assert!(first.request.url.starts_with("https://graph.facebook.com/v"), "{}", first.request.url);
    assert!(first.request.url.ends_with("/1037543291543636"));
    assert!(first.request.bearer.is_some() && !first.brings_the_file);
    let url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=3";
    let body = json!({"url": url, "mime_type": "image/jpeg", "file_size": 5}).to_string();
    let Fetched::Next { memory } = fetched(&Value::Null, &answer(200, &body)) else {
        unreachable!("the way is known")
    };
    let second = fetch(&reference, &memory, &account).expect("a request");
    assert_eq!(second.request.url, url);
    assert!(second.request.bearer.is_some() && second.brings_the_file);
    assert_eq!(fetched(&memory, &answer(200, "")), Fetched::Here);
}

#[test]
fn a_way_that_ended_is_asked_for_again_and_not_for_ever() {
    let mut memory = Value::Null;
    for _ in 0..ASKED_MAX {
        let way = answer(200, r#"{"url": "https://lookaside.fbsbx.com/a"}"#);
        let Fetched::Next { memory: known } = fetched(&memory, &way) else {
            unreachable!("the way")
        };
        match fetched(&known, &answer(404, "")) {
            Fetched::Next { memory: again } => memory = again,
            Fetched::Trouble { trouble, .. } => {
                assert_eq!(trouble, AttachmentTrouble::NotGiven);
                return;
            }
            Fetched::Here => unreachable!("a 404 is no file"),
            Fetched::Broken { .. } => unreachable!("a 404 says nothing about the token"),
        }
        assert!(fetch(&json!({"id": "1"}), &memory, &account()).is_some_and(|fetch| !fetch.brings_the_file));
    }
    unreachable!("it went round in circles");
}

#[test]
fn each_refusal_has_its_consequence() {
    use AttachmentTrouble::{Credentials, NotGiven};
    let error = |code: i64| json!({"error": {"message": "x", "code": code}}).to_string();
    let way = json!({"url": "https://lookaside.fbsbx.com/a", "asked": 9});
    for (memory, status, body, expected) in [
        (&Value::Null, 400, error(100), NotGiven),
        (&Value::Null, 403, error(10), Credentials),
        (&Value::Null, 403, error(200), Credentials),
        (&Value::Null, 400, error(131_005), Credentials),
        (&Value::Null, 401, error(0), Credentials),
        (&Value::Null, 401, error(999_999), Credentials),
        (&Value::Null, 401, "<html>".to_owned(), Credentials),
        (&Value::Null, 400, error(4), NotGiven),
        (&Value::Null, 429, error(130_429), NotGiven),
        (&Value::Null, 500, error(2), NotGiven),
        (&Value::Null, 500, error(131_052), NotGiven),
        (&Value::Null, 200, "<html>".to_owned(), NotGiven),
        (&Value::Null, 200, "{}".to_owned(), NotGiven),
        (&Value::Null, 302, String::new(), NotGiven),
        (&way, 401, String::new(), Credentials),
        (&way, 404, String::new(), NotGiven),
        (&way, 500, String::new(), NotGiven),
    ] {
        let Fetched::Trouble { trouble, .. } = fetched(memory, &answer(status, &body)) else {
            unreachable!("{status} {body} is a refusal")
        };
        assert_eq!(trouble, expected, "{status} {body}");
    }
}

/// A file that we may not have must not stop the sending of a whole account; a dead token does.
#[test]
fn only_a_token_that_has_ended_stops_the_account() {
    let way = json!({"url": "https://lookaside.fbsbx.com/a", "asked": 9});
    let ended = json!({"error": {"message": "x", "code": 190}}).to_string();
    for memory in [&Value::Null, &way] {
        for status in [400, 401] {
            assert_eq!(fetched(memory, &answer(status, &ended)), Fetched::Broken { word: "token" });
        }
    }
}

/// T10: an address in an answer is not believed; our token goes to nobody else.
#[test]
fn the_token_goes_to_the_platform_alone() {
    let base = "https://graph.facebook.com";
    for url in [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
        "https://LOOKASIDE.fbsbx.com/x",
        "https://scontent.xx.fbcdn.net/v/t1",
        "https://mmg.whatsapp.net:443/d",
        "https://graph.facebook.com/v23.0/1",
    ] {
        assert!(is_of_the_platform(url, base), "{url}");
    }
    for url in [
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://evilfbsbx.com/x",
        "https://evil.example/lookaside.fbsbx.com",
        "https://evil.example\\@lookaside.fbsbx.com/",
        "https://lookaside.fbsbx.com@evil.example/",
        "https://evil.example#lookaside.fbsbx.com",
        "https://lookaside.fbsbx.com:8443/x",
        "https://graph.facebook.com:8443/x",
        "http://graph.facebook.com/x",
        "https://evil\t.example/",
        "ftp://fbsbx.com/",
        "fbsbx.com",
        "",
    ] {
        assert!(!is_of_the_platform(url, base), "{url}");
    }
    let memory = json!({"url": "https://evil.example/"});
    assert_eq!(fetch(&json!({"id": "1"}), &memory, &account()), None);
    assert!(is_of_the_platform("http://127.0.0.1:9100/whatsapp_business/a", "http://127.0.0.1:9100"));
    assert!(!is_of_the_platform("http://127.0.0.1:9101/whatsapp_business/a", "http://127.0.0.1:9100"));
}
