//! Every delivery that we know from the platforms' own manuals and from other projects, read to the last item.
//!
//! The files are no part of this repository. Where their folder is absent the test says so and ends.

use std::path::{Path, PathBuf};

use connectors::Registry;
use domain::channels::{
    Connectors, Headers, Inbound, Item, MessageChangeKind, RawEvent, RawRequest, SecretValue, Secrets,
};
use domain::ids::RawEventId;
use jiff::Timestamp;
use uuid::Uuid;

/// Files of which an item may be unreadable, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("chatwoot-cloud-line63.json", "a test's own invention: its message has no id"),
    ("chatwoot-cloud-line7.json", "a test's own invention: its message has no id"),
];

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn payloads() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/payloads");
    if !folder.is_dir() {
        println!("skipped: there is no folder of real payloads beside this repository");
        return None;
    }
    Some(folder)
}

/// The kind of each item, for a table.
fn kinds(items: &[Item]) -> String {
    let kind = |item: &Item| match &item.what {
        Ok(Inbound::Message(message)) => format!("message:{}", message.kind),
        Ok(Inbound::Echo(echo)) => format!("echo:{}", echo.kind),
        Ok(Inbound::Delivery(report)) => format!("delivery:{}", report.status),
        Ok(Inbound::Change(change)) => match change.change {
            MessageChangeKind::Reacted(_) => "reaction".to_owned(),
            MessageChangeKind::Edited(_) => "edit".to_owned(),
            MessageChangeKind::Deleted => "deletion".to_owned(),
        },
        Ok(Inbound::Identity(_)) => "identity".to_owned(),
        Ok(Inbound::Account(notice)) => format!("account:{}", notice.kind),
        Ok(Inbound::Nothing { kind }) => format!("nothing:{kind}"),
        Err(reason) => format!("ERROR:{reason}"),
    };
    items.iter().map(kind).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_real_delivery_is_understood() {
    let Some(payloads) = payloads() else { return };
    let mut wrong = Vec::new();
    for connector in Registry::standard().all() {
        let folder = payloads.join(connector.channel().as_str());
        let Ok(entries) = std::fs::read_dir(&folder) else {
            println!("skipped: no real payloads of {}", connector.channel());
            continue;
        };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name");
            let body = std::fs::read(&path).expect("a readable file");
            let mut found = Vec::new();
            for part in connector.split(&body).unwrap_or_else(|error| panic!("{name}: {error}")) {
                let raw = RawEvent {
                    id: RawEventId(Uuid::from_u128(1)),
                    channel_account: "some-account".parse().expect("a valid id"),
                    received_at: Timestamp::UNIX_EPOCH,
                    body: part.body,
                };
                found.extend(connector.parse(&raw).unwrap_or_else(|error| panic!("{name}: {error}")));
            }
            println!("{:10} {name:70} {}", connector.channel().as_str(), kinds(&found));
            let unreadable = found.is_empty() || found.iter().any(|item| item.what.is_err());
            if unreadable != EXCEPTIONS.iter().any(|(file, _)| *file == name) {
                wrong.push(format!("{name}: {}", kinds(&found)));
            }
        }
    }
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "unreadable without a reason, or an exception that is none any more"
    );
}

#[test]
fn the_real_signature_is_accepted_and_a_changed_one_is_not() {
    let Some(payloads) = payloads() else { return };
    let file = std::fs::read(payloads.join("signatures/meta-x-hub-256-pywa.json")).expect("the vector");
    let vector: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
    let text = |name: &str| vector[name].as_str().expect("a text").to_owned();
    let channel = domain::channels::ChannelName::new("whatsapp").expect("a valid name");
    let registry = Registry::standard();
    let connector = registry.get(&channel).expect("WhatsApp is there");
    let mut secrets = Secrets::none();
    secrets.add("app_secret", SecretValue::new(text("app_secret")));
    let accepted = |body: String, signature: String| {
        let headers = Headers::new([("X-Hub-Signature-256".to_owned(), signature)]);
        connector
            .verify(&RawRequest { query: String::new(), headers, body: body.into_bytes() }, &secrets)
            .is_ok()
    };
    assert!(accepted(text("body"), text("signature")));
    assert!(!accepted(text("body").replace("Hey", "hey"), text("signature")));
    assert!(!accepted(text("body") + "\n", text("signature")));
    assert!(!accepted(text("body"), text("signature").replace("54ed", "54ee")));
}
