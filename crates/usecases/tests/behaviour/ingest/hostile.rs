//! What nobody should send, and somebody does (A8).
//!
//! The cases are of the kinds of the published suites (JSONTestSuite, the big list of naughty strings), written out
//! here.

use domain::channels::RawEvent;
use domain::limits::READ_ATTEMPTS;
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::{Webhook, signed};
use usecases::ingest::{Refusal, read_event};

/// Texts that break something somewhere, as JSON writes them between quotes.
const NAUGHTY: &[&str] = &[
    r"\u0000",
    r"a\u0000b",
    r"\u0000\u0000\u0001\u001f",
    r"\ud800",
    r"\udfff",
    r"\ud800\ud800",
    r"\udc00\ud800",
    r"\ud83d\ude48",
    r"\ufeff",
    r"\u202eomgekeerd\u202c",
    r"\u200b\u200d\ufeff",
    r"\uffff\ufffe",
    r"\u2028\u2029",
    r"Z\u0351\u036b\u0343a\u0314\u034bl\u0367g\u0300o\u0301",
    r"\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
    r"\u0645\u0631\u062d\u0628\u0627",
    r"",
    r" ",
    r"\t\r\n",
    "null",
    "undefined",
    "NaN",
    "Infinity",
    "true",
    "-1",
    "1e309",
    r"9223372036854775808",
    r"'; DROP TABLE message; --",
    r"\u0027 OR 1=1 --",
    r"$1",
    r"%s%n%p",
    r"${jndi:ldap://x}",
    r"{{7*7}}",
    r"<script>alert(1)<\/script>",
    r"../../../../etc/passwd",
    r"C:\\CON",
    r"|",
    r"\\",
    r"\\x00",
    r"author:1",
    r"thread:",
    r"wamid.",
    r"\u1e9b\u0323",
    r"\ud83c\uddf3\ud83c\uddf1",
];

/// Bodies that are no JSON, or only just.
fn bodies() -> Vec<Vec<u8>> {
    let deep =
        |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "\u{feff}{}",
        "{}",
        "[]",
        "null",
        "true",
        "0",
        "-",
        "-0",
        "1e400",
        "1E-400",
        "0x1",
        "+1",
        ".5",
        "1.",
        "01",
        "\"",
        "\"\\",
        "\"\\u12\"",
        "\"\\ud800\"",
        "[",
        "]",
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{'a':1}",
        "NaN",
        "[NaN]",
        "Infinity",
        "[1] x",
        "{} {}",
        "//x\n{}",
        "/**/{}",
        "\"\t\"",
        "\"\n\"",
        "nul",
        "tru",
        "\u{0}",
        "{\"object\":\"whatsapp_business_account\"}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":null}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":{}}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":[]}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":[null,1,\"x\",[],{}]}",
        "{\"object\":\"page\",\"entry\":[]}",
        "{\"object\":1}",
        "{\"entry\":[],\"entry\":[{}],\"object\":\"whatsapp_business_account\"}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"changes\":[{\"value\":NaN}]}]}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"changes\":[{\"value\":{\"metadata\":1}}]}]}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    bodies.extend([
        deep("[", "]", 100).into_bytes(),
        deep("[", "]", 100_000).into_bytes(),
        deep("{\"a\":", "}", 100_000).into_bytes(),
        "[".repeat(1_000_000).into_bytes(),
        format!("{{\"object\":\"whatsapp_business_account\",\"entry\":[{}]}}", deep("[", "]", 60))
            .into_bytes(),
        vec![0xff, 0xfe, b'{', 0, b'}', 0],
        vec![b'"', 0xc3, 0x28, b'"'],
        vec![b'"', 0xed, 0xa0, 0x80, b'"'],
        vec![b'"', 0xf5, 0x80, 0x80, 0x80, b'"'],
        vec![0; 1000],
    ]);
    bodies
}

/// Every text in a value, by the way to it.
fn texts(value: &Value, way: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(way.to_owned()),
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(place, one)| texts(one, &format!("{way}/{place}"), found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, one)| texts(one, &format!("{way}/{name}"), found));
        }
        _ => (),
    }
}

/// A delivery with one of everything.
fn everything(world: &World) -> Value {
    let number = world.number("wa-main").settings;
    let (who, now) = (("31600000009", "Hanna"), world.now());
    let at = now.as_second().to_string();
    Webhook::about(&number)
        .text(who, "wamid.E1", now, "Hallo")
        .message(
            who,
            json!({"id": "wamid.E2", "timestamp": at, "type": "image",
            "image": {"caption": "Kijk", "mime_type": "image/jpeg", "sha256": "x", "id": "1"}}),
        )
        .message(
            who,
            json!({"id": "wamid.E3", "timestamp": at, "type": "location",
            "location": {"name": "Markt", "address": "Markt 1", "latitude": 52.1, "longitude": 4.9}}),
        )
        .message(
            who,
            json!({"id": "wamid.E4", "timestamp": at, "type": "iets-nieuws", "iets-nieuws": {"a": "b"}}),
        )
        .message(
            who,
            json!({"id": "wamid.E5", "timestamp": at, "type": "text", "text": {"body": "Ja"},
            "context": {"from": "31600999888", "id": "wamid.E1"}}),
        )
        .message(
            who,
            json!({"id": "wamid.E6", "timestamp": at, "type": "system", "system": {"body": "x",
            "type": "user_changed_number", "wa_id": "31600000010"}}),
        )
        .reaction(who, "wamid.E7", now, ("wamid.E1", "👍"))
        .edit(who, "wamid.E8", now, ("wamid.E1", "Hallo!"))
        .revoke(who, "wamid.E9", now, "wamid.E2")
        .echo("31600000009", "wamid.E10", now, "Dag")
        .status("wamid.E11", ("failed", "31600000009"), now, Some("een-spoor"))
        .json()
}

/// Reads what waits as the reader would, and compares with the translator: what it understood must be stored, on
/// either database; only what it did not understand may wait for a person.
async fn nothing_understood_becomes_poison(world: &World, about: &str) {
    let connectors = crate::connectors();
    let whatsapp = domain::channels::ChannelName::new("whatsapp").expect("a name");
    let connector = connectors.get(&whatsapp).expect("a connector");
    loop {
        let claimed = world.installation.store.inbox().claim(64, 60).await.expect("the store answers");
        if claimed.is_empty() {
            return;
        }
        for event in claimed {
            let raw = RawEvent { ..event.event.clone() };
            let (good, bad) = match connector.parse(&raw) {
                Ok(items) => items.iter().fold((0, 0), |(good, bad), item| match item.what {
                    Ok(_) => (good + 1, bad),
                    Err(_) => (good, bad + 1),
                }),
                Err(_) => (0, 1),
            };
            let mut outcome = usecases::ingest::ReadOutcome::default();
            for attempt in 1..=READ_ATTEMPTS {
                let taken = usecases::ingest::Claimed { attempts: i64::from(attempt), ..event.clone() };
                outcome = read_event(&world.installation, &taken).await.expect("the store answers");
                if outcome.again == 0 {
                    break;
                }
            }
            assert_eq!((outcome.done, outcome.quarantined, outcome.again), (good, bad, 0), "{about}");
            let state = if bad > 0 {
                usecases::ingest::RawState::Quarantined
            } else {
                usecases::ingest::RawState::Read
            };
            world
                .installation
                .store
                .inbox()
                .finish(vec![(event, state)])
                .await
                .expect("the store answers");
        }
    }
}

both_databases! {
    /// A8: 400 or 2xx, never 5xx, and the next message is read as if nothing had been.
    async fn a_body_that_is_no_delivery_is_refused_and_does_no_harm(world: World) {
        let secret = world.number("wa-main").settings.app_secret;
        for (place, body) in bodies().into_iter().enumerate() {
            let answer = world.knock("wa-main", &signed(&secret, body)).await;
            assert!(matches!(answer, Ok(_) | Err(Refusal::Malformed(_))), "body {place}: {answer:?}");
            nothing_understood_becomes_poison(&world, &format!("body {place}")).await;
        }
        let talk = world.resident("Yusuf").writes("Gewoon een bericht").await;
        assert_eq!(world.agent("Noor").await.reads(&talk).await.len(), 1);
    }

    /// A8: U+0000, lone surrogates and the rest, in each text of a delivery in turn.
    async fn a_naughty_text_in_any_field_becomes_poison_on_neither_database(world: World) {
        let secret = world.number("wa-main").settings.app_secret;
        let whole = everything(&world);
        let mut ways = Vec::new();
        texts(&whole, "", &mut ways);
        assert!(ways.len() > 60, "{}", ways.len());
        // In every field the worst, and in turn one of the others.
        let chosen = |place: usize| [NAUGHTY[0], NAUGHTY[3], NAUGHTY[place % NAUGHTY.len()]];
        for (place, way) in ways.iter().enumerate() {
            for naughty in chosen(place) {
                let mut changed = whole.clone();
                *changed.pointer_mut(way).expect("it is there") = json!("HERE-IT-COMES");
                // Without the other changes, which were read a moment ago.
                let changes = changed["entry"][0]["changes"].as_array_mut().expect("a list");
                changes.retain(|change| !way.contains("/changes/") || change.to_string().contains("HERE-IT-COMES"));
                let body = changed.to_string().replace("HERE-IT-COMES", naughty).into_bytes();
                let answer = world.knock("wa-main", &signed(&secret, body)).await;
                assert!(matches!(answer, Ok(_) | Err(Refusal::Malformed(_))), "{way} is {naughty}: {answer:?}");
            }
        }
        nothing_understood_becomes_poison(&world, "a naughty text").await;
    }

    /// A8: what a resident writes is kept and shown as text, whatever it is.
    async fn whatever_a_resident_writes_is_a_message(world: World) {
        let secret = world.number("wa-main").settings.app_secret;
        let noor = world.ctx("Noor").await;
        for (place, naughty) in NAUGHTY.iter().enumerate() {
            let wamid = format!("wamid.N{place}");
            let webhook = world.resident("Yusuf").webhook(&wamid, "HERE-IT-COMES");
            let body = String::from_utf8(webhook.body()).expect("ASCII").replace("HERE-IT-COMES", naughty);
            world.knock("wa-main", &signed(&secret, body.into_bytes())).await.expect("a good delivery");
            world.read_all().await;
            let conversation = world.conversation_of("wa-main", &wamid).await;
            let conversation = conversation.unwrap_or_else(|| unreachable!("{naughty} is not there"));
            usecases::conversations::read_conversation(&noor, conversation).await.expect("it can be looked at");
        }
        assert_eq!(world.inbox("zwanendam").await["quarantined"], 0);
    }
}
