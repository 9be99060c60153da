//! What every connector must keep to, whichever platform it talks to. A new one joins through the registry, with its
//! fixtures: `fixtures/<name>.json` is what the platform sent, `fixtures/answers/<name>.json` what it answered to a send,
//! and the `.snap` beside each what we make of it.

#[path = "../../../../fuzz/properties/corpus.rs"]
mod corpus;
mod deliveries;
#[path = "../../../../fuzz/properties/delivery.rs"]
mod delivery;
mod found;
mod hostile;
mod readable;
mod replies;
#[path = "../../../../fuzz/properties/signed_request.rs"]
mod signed_request;
mod support;

use std::collections::BTreeMap;

use support::{all, folder};

/// When something left is forgotten some time after that. Settings change how many may leave, not how far that looks back.
#[test]
fn no_pace_looks_back_further_than_departures_are_kept() {
    for connector in all() {
        let looks_back = connector.pace(&BTreeMap::new()).looks_back_millis();
        assert!(
            looks_back <= domain::channels::LOOKS_BACK_MILLIS_MAX,
            "{}: {looks_back} ms",
            connector.channel()
        );
    }
}

#[test]
fn a_connector_has_its_six_files_and_says_what_an_administrator_must_know() {
    for connector in all() {
        let folder = folder(connector);
        for file in ["mod.rs", "wire.rs", "parse.rs", "compose.rs", "settings.rs", "README.md"] {
            assert!(folder.join(file).is_file(), "{} lacks {file}", folder.display());
        }
        let readme = std::fs::read_to_string(folder.join("README.md")).expect("a readable README");
        for heading in [
            "## What it talks to",
            "## Settings",
            "## What is understood",
            "## What it does not support",
            "## Limits and terms",
        ] {
            assert!(readme.lines().any(|line| line == heading), "{}: no \"{heading}\"", folder.display());
        }
        let mut names = BTreeMap::new();
        for field in connector.settings() {
            assert!(
                readme.contains(&format!("`{}`", field.name)),
                "the README does not explain {}",
                field.name
            );
            assert!(
                field.help.ends_with('.') && field.help.len() > 20,
                "{}: {:?} helps nobody",
                field.name,
                field.help
            );
            assert_eq!(names.insert(field.name, ()), None, "{} is described twice", field.name);
        }
    }
}
