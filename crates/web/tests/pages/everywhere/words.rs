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
