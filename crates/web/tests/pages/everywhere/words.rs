//! No code name reaches the screen: whatever has a name in the code has a word in both languages.

use std::collections::BTreeSet;

use domain::access::{Permission, Role};
use domain::channels::Connectors;
use domain::conversations::{ConversationState, Outcome};
use domain::messages::{DeliveryStatus, MessageKind};
use domain::outbox::PartState;
use usecases::ingest::RawState;
use web::{Language, Words};

/// Each has a word, no two have the same, and a word of two parts is not written as code writes it.
fn check<T: Copy + std::fmt::Debug>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    word: impl Fn(Words, T) -> &'static str,
) {
    for language in Language::ALL {
        let w = Words::of(language);
        let mut seen = BTreeSet::new();
        for one in all {
            let word = word(w, *one);
            assert!(!word.is_empty() && !word.contains('_'), "{one:?} is \"{word}\" in {language:?}");
            assert!(
                word != code(*one) || !code(*one).contains('_'),
                "{one:?} is a code name in {language:?}"
            );
            assert!(seen.insert(word), "\"{word}\" stands for two things in {language:?}");
        }
    }
}

#[test]
fn whatever_has_a_name_in_the_code_has_a_word_in_both_languages() {
    check(&Role::ALL, Role::as_str, Words::role);
    check(&Permission::ALL, Permission::as_str, Words::permission);
    check(ConversationState::ALL, ConversationState::as_str, Words::state);
    check(Outcome::ALL, Outcome::as_str, Words::outcome);
    check(MessageKind::ALL, MessageKind::as_str, Words::kind);
    check(DeliveryStatus::ALL, DeliveryStatus::as_str, Words::delivery);
    check(PartState::ALL, PartState::as_str, Words::part);
    check(
        &[RawState::Received, RawState::Read, RawState::Quarantined],
        RawState::as_str,
        Words::raw_state,
    );
}

#[test]
fn every_channel_that_there_is_a_connector_for_has_its_name() {
    for language in Language::ALL {
        let w = Words::of(language);
        for connector in connectors::registry::Registry::standard().all() {
            let channel = connector.channel();
            assert_ne!(
                w.channel(channel.as_str()),
                w.channel_other(),
                "{channel} has no word in {language:?}"
            );
        }
    }
}

/// Everything below a folder, as one text.
fn text_below(folder: &std::path::Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text.push_str(&text_below(&path));
        } else {
            // Letters and pictures say nothing.
            text.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
    text
}

#[test]
fn no_word_waits_for_a_page_that_does_not_say_it() {
    let room = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = text_below(&room.join("src"));
    // These are looked up by the word that a finding of ours has.
    let found = text_below(&room.join("../usecases/src/accounts"));
    for line in text_below(&room.join("locales/nl")).lines() {
        let Some((key, _)) = line.split_once(" =") else { continue };
        if let Some(word) = key.strip_prefix("health-").or_else(|| key.strip_prefix("check-")) {
            let word = word.strip_suffix("-do").or_else(|| word.strip_suffix("-help")).unwrap_or(word);
            let said = word == "unknown" || found.contains(&format!("\"{word}\""));
            assert!(said, "nothing finds \"{key}\": remove it from locales/");
            continue;
        }
        if key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            let call = format!(".{}(", key.replace('-', "_"));
            assert!(said.contains(&call), "nothing says \"{key}\": remove it from locales/");
        }
    }
}
