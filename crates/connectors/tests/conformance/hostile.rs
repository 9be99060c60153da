//! What nobody should send, and somebody will.

use std::sync::LazyLock;

use domain::channels::{
    After, Answer, ChannelName, Connector, Connectors, Headers, HttpResponse, PartInFlight, RawRequest,
};
use proptest::prelude::*;

use crate::delivery;
use crate::support::{all, fixtures, folder, registry, secrets, some_part};

#[test]
fn empty_huge_and_hostile_bodies_end_as_a_value_or_an_error() {
    let hostile: Vec<Vec<u8>> = vec![
        vec![],
        b" ".to_vec(),
        b"\0".to_vec(),
        b"\xff\xfe".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"NaN".to_vec(),
        b"{} {}".to_vec(),
        b"[".repeat(4 * 1024 * 1024),
        b"{\"a\":".repeat(500_000),
        b"[1,".repeat(500_000),
        vec![b'"'; 3 * 1024 * 1024],
        format!("{{\"entry\":[{}]}}", vec!["{}"; 200_000].join(",")).into_bytes(),
        format!("{{\"object\":\"{}\"}}", "a".repeat(3_000_000)).into_bytes(),
    ];
    for connector in all() {
        for body in &hostile {
            end(connector, body);
        }
        // A whole delivery with the deepest nesting, the longest text and the largest number in each place.
        for (_, body) in fixtures(&folder(connector).join("fixtures")) {
            let text = String::from_utf8(body).expect("a fixture is text");
            for (from, to) in [
                ("\"text\"", format!("{}1{}", "[".repeat(100), "]".repeat(100))),
                ("\"text\"", format!("\"{}\"", "é".repeat(500_000))),
                ("\"Yusuf\"", format!("\"{}\"", "\\u0000".repeat(1000))),
                ("1795", "1e999, \"x\": 1795".to_owned()),
                ("1", "-1e400".to_owned()),
                ("\"id\"", "\"id\": \"once\", \"id\"".to_owned()),
                ("{", "{\"\\ud800\": 1, ".to_owned()),
                ("[", "[null, ".to_owned()),
                ("\"", "\"\\u0000\\ud83d\\u202e".to_owned()),
            ] {
                end(connector, text.replace(from, &to).as_bytes());
            }
        }
    }
}

/// Reads a body in every way; checks that whatever comes out can be stored and shown.
fn end(connector: &dyn Connector, body: &[u8]) {
    delivery::holds(connector, body);
    let request = |query: String| RawRequest { query, headers: Headers::default(), body: body.to_vec() };
    assert!(
        connector.verify(&request(String::new()), &secrets(connector)).is_err(),
        "an unsigned body was accepted"
    );
    let query: String = String::from_utf8_lossy(body).chars().take(10_000).collect();
    connector.handshake(&request(query), &secrets(connector));
}

/// A fixture with some of its bytes written over, cut out or put in between: deeper than arbitrary bytes ever come.
fn damaged() -> impl Strategy<Value = (ChannelName, Vec<u8>)> {
    let fixtures = all().into_iter().flat_map(|connector| {
        let files = fixtures(&folder(connector).join("fixtures"));
        files.into_iter().map(move |(_, body)| (connector.channel(), body))
    });
    let wound = (any::<prop::sample::Index>(), 0_usize..12, prop::collection::vec(any::<u8>(), 0..4));
    let wounds = prop::collection::vec(wound, 1..6);
    (prop::sample::select(fixtures.collect::<Vec<_>>()), wounds).prop_map(|((channel, mut body), wounds)| {
        for (place, length, put) in wounds {
            let start = place.index(body.len().max(1)).min(body.len());
            let end = (start + length).min(body.len());
            body.splice(start..end, put);
        }
        (channel, body)
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_end_as_a_value_or_an_error(body in prop::collection::vec(any::<u8>(), 0..2000)) {
        for connector in all() {
            end(connector, &body);
        }
    }

    #[test]
    fn a_damaged_delivery_ends_as_a_value_or_an_error((channel, body) in damaged()) {
        end(registry().get(&channel).expect("it has fixtures"), &body);
    }

    #[test]
    fn an_arbitrary_answer_is_delivered_only_by_the_platforms_word(
        status in 100_u16..600,
        body in prop::collection::vec(any::<u8>(), 0..500),
        retry_after in ".{0,40}",
    ) {
        static PARTS: LazyLock<Vec<(&dyn Connector, PartInFlight)>> =
            LazyLock::new(|| all().into_iter().map(|connector| (connector, some_part(connector))).collect());
        for (connector, part) in PARTS.iter() {
            let headers = Headers::new([("Retry-After".to_owned(), retry_after.clone())]);
            let response = HttpResponse { status, headers, body: body.clone() };
            let after = connector.after(part, &response);
            prop_assert!(!matches!(after, After::Ended(Answer::Delivered { .. })), "{after:?}");
        }
    }
}
