//! What the platforms really send, through the real door: each file to an account of its own, signed as the platform
//! signs, put down, read. Prints a table file → outcome. The files stand beside the repository where they may be kept;
//! where they are not, this says so and passes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "in a test, what cannot be is the end of it")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and measured")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connectors::Registry;
use domain::channels::{Connectors, Headers, RawRequest, SecretValue};
use domain::municipality::Municipality;
use drivers::{Delivered, Reader, Webhooks};
use simulation::both_databases;
use simulation::platforms::signature;
use simulation::world::World;
use usecases::configuration::{Declaration, DeclaredAccount, DeclaredLook, DeclaredTeam, apply_declaration};
use usecases::conversations::{ConversationFilter, Page, list_conversations, read_messages};
use usecases::ingest::{RawState, list_raw_events};

const SECRET: &str = "a-secret-that-only-this-test-knows";

/// The files, by name; empty where they are not kept.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/payloads/whatsapp");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: the real payloads are not beside the repository");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files
}

/// Files that hold something which is no valid delivery, with the reason.
const INVALID: &[(&str, &str)] = &[
    ("chatwoot-cloud-line63", "its invented message has no id"),
    ("chatwoot-cloud-line7", "its invented message has no id"),
];

fn connectors() -> Arc<dyn Connectors> {
    Arc::new(Registry::standard())
}

/// One account per file, since the files share ids.
async fn declare_accounts(world: &World, files: usize) {
    let account = |index: usize| DeclaredAccount {
        id: format!("wa-{index}").parse().unwrap(),
        channel: domain::channels::ChannelName::new("whatsapp").unwrap(),
        team: "webcare".parse().unwrap(),
        base_url: None,
        settings: BTreeMap::from([("phone_number_id".to_owned(), number(index))]),
        secrets: ["app_secret", "access_token", "verify_token"]
            .map(|name| (name.to_owned(), SecretValue::new(SECRET.to_owned())))
            .to_vec(),
    };
    let declaration = Declaration {
        municipality: Municipality {
            id: "proefdam".parse().unwrap(),
            name: "Gemeente Proefdam".to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            hosts: Vec::new(),
            second_factor: domain::municipality::SecondFactor::Optional,
        },
        look: DeclaredLook::default(),
        teams: vec![DeclaredTeam { id: "webcare".parse().unwrap(), name: "Webcare".to_owned() }],
        users: Vec::new(),
        channel_accounts: (0..files).map(account).collect(),
        canned_texts: Vec::new(),
    };
    apply_declaration(&world.installation, declaration, false).await.unwrap();
}

/// The number of the account for a file: as long as a real one, and no file's own.
fn number(index: usize) -> String {
    format!("99900000000{index:04}")
}

/// The file's text with every number of its own replaced by that of its account.
fn readdressed(text: &str, index: usize) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut own = Vec::new();
    collect(&value, &mut own);
    own.iter().fold(text.to_owned(), |text, id| {
        text.replace(&format!("\"{id}\""), &format!("\"{}\"", number(index)))
    })
}

fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, inner) in fields {
                if let (true, Some(id)) = (name == "phone_number_id", inner.as_str()) {
                    found.push(id.to_owned());
                }
                collect(inner, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|inner| collect(inner, found)),
        _ => (),
    }
}

/// Everything that came of one account's file, in words.
async fn outcome(world: &World, index: usize) -> String {
    let ctx = world.installation.system(&"proefdam".parse().unwrap(), "test");
    let filter = ConversationFilter {
        channel_account: Some(format!("wa-{index}").parse().unwrap()),
        ..ConversationFilter::default()
    };
    let mut seen = Vec::new();
    for listed in list_conversations(&ctx, &filter, None, 100).await.unwrap().items {
        for view in read_messages(&ctx, listed.conversation.id, Page::After(None), 100).await.unwrap().items {
            seen.push(format!("{} {}", view.message.direction, view.message.kind));
            seen.extend(view.events.iter().map(|event| event.kind.clone()));
        }
    }
    if seen.is_empty() { "no message".to_owned() } else { seen.join(", ") }
}

both_databases! {
    /// Every real file of WhatsApp and its signature vector are taken in, and nothing in them is dropped
    /// silently.
    async fn every_real_file_of_whatsapp_goes_through_the_door(world: World) {
        let files = files();
        if files.is_empty() {
            return;
        }
        declare_accounts(&world, files.len()).await;
        let webhooks = Webhooks::new(Arc::clone(&world.installation));
        for (index, path) in files.iter().enumerate() {
            let body = readdressed(&std::fs::read_to_string(path).unwrap(), index).into_bytes();
            let signed = ("x-hub-signature-256".to_owned(), signature(SECRET, &body));
            let request = RawRequest { query: String::new(), headers: Headers::new([signed]), body };
            let account = format!("wa-{index}").parse().unwrap();
            let delivered = webhooks.deliver(&account, &request).await;
            assert!(matches!(delivered, Delivered::Stored), "{}: {delivered:?}", path.display());
        }
        let reader = Reader::new(Arc::clone(&world.installation), webhooks.arrived());
        for _ in 0..200 {
            if reader.read_once().await.unwrap() == 0
                && world.installation.store.inbox().backlog().await.unwrap().iter().all(|(state, ..)| *state != RawState::Received)
            {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        let ctx = world.installation.system(&"proefdam".parse().unwrap(), "test");
        let quarantined = list_raw_events(&ctx, RawState::Quarantined, None, 100).await.unwrap();
        let reasons: BTreeMap<String, String> = quarantined
            .iter()
            .map(|one| {
                let reasons: Vec<&str> = one.items.iter().map(|item| item.reason.as_str()).collect();
                (one.event.channel_account.to_string(), reasons.join("; "))
            })
            .collect();
        for (index, path) in files.iter().enumerate() {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let put_aside = reasons.get(&format!("wa-{index}"));
            let said = outcome(&world, index).await;
            println!("{name:<66} {}", put_aside.map_or(said, |reason| format!("put aside: {reason}")));
            let expected = INVALID.iter().any(|(invalid, _)| *invalid == name);
            assert_eq!(put_aside.is_some(), expected, "{name}: {put_aside:?}");
        }
    }
}
