//! Fixtures, accounts and replies for any connector.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use connectors::Registry;
use domain::channels::{
    AccountAccess, AuthorClaim, Connector, Connectors, Identifier, Inbound, Outbound, PartInFlight, Place,
    RawEvent, Recipient, SecretValue, Secrets, Step,
};
use domain::ids::{MessageId, PartId, RawEventId};
use jiff::Timestamp;
use uuid::Uuid;

/// Marks each secret, so that it can be found where it must not be.
pub const MARK: &str = "GEHEIM-0c2b";

pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::standard);
    &REGISTRY
}

pub fn all() -> Vec<&'static dyn Connector> {
    let all = registry().all();
    assert!(!all.is_empty(), "there is nothing to check");
    all
}

pub fn folder(connector: &dyn Connector) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/channels")
        .join(connector.channel().as_str())
}

/// The `.json` files of a folder: name without its ending, and bytes; in the order of their names.
pub fn fixtures(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a connector has a folder with fixtures");
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_owned();
            (name, std::fs::read(&path).expect("a readable file"))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no fixtures", folder.display());
    files
}

pub fn raw(body: &[u8]) -> RawEvent {
    RawEvent {
        id: RawEventId(Uuid::from_u128(1)),
        channel_account: "some-account".parse().expect("a valid id"),
        received_at: Timestamp::from_second(1_795_500_000).expect("a valid moment"),
        body: body.to_vec(),
    }
}

pub fn secrets(connector: &dyn Connector) -> Secrets {
    let mut secrets = Secrets::none();
    for (n, field) in connector.settings().iter().filter(|field| field.secret).enumerate() {
        secrets.add(field.name, SecretValue::new(format!("{MARK}-{n}")));
    }
    secrets
}

pub fn account(connector: &dyn Connector) -> AccountAccess {
    let settings = connector.settings().iter().filter(|field| !field.secret && field.required);
    AccountAccess {
        base_url: connector.default_base_url().to_owned(),
        settings: settings.map(|field| (field.name.to_owned(), "12345".to_owned())).collect(),
        secrets: secrets(connector),
    }
}

/// The authors of all messages in the fixtures: people whom the connector must be able to answer.
pub fn authors(connector: &dyn Connector) -> Vec<AuthorClaim> {
    let events = fixtures(&folder(connector).join("fixtures"));
    let items = events.iter().flat_map(|(_, body)| connector.parse(&raw(body)).unwrap_or_default());
    let authors = items.filter_map(|item| match item.what {
        Ok(Inbound::Message(message)) => Some(message.from),
        _ => None,
    });
    authors.collect()
}

pub fn reply(identifiers: Vec<Identifier>, place: Place, text: &str) -> Outbound {
    Outbound {
        message: MessageId(Uuid::from_u128(2)),
        to: Recipient { identifiers, place },
        text: text.to_owned(),
        files: Vec::new(),
        extras: Vec::new(),
        reply_to: None,
    }
}

pub fn in_flight(step: Step) -> PartInFlight {
    PartInFlight {
        id: PartId(Uuid::from_u128(3)),
        step,
        memory: serde_json::Value::Null,
    }
}

pub fn some_part(connector: &dyn Connector) -> PartInFlight {
    let author = authors(connector).into_iter().next().expect("the fixtures hold a message");
    let parts = connector.compose(&reply(author.identifiers, Place::Private, "Wij kijken ernaar."));
    in_flight(parts.expect("a plain reply can be sent").remove(0).steps.remove(0))
}

pub fn snapshot(folder: &Path, name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}
