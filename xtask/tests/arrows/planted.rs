//! Proof that each check finds a planted mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::assert_none;
use crate::checks::{
    empty_names, impure_below, sql_outside_store, too_long, without_shared_lints, wrong_arrows,
};
use crate::map::MAP;
use crate::repository::Manifest;

/// A crate with a manifest as somebody might write it.
fn planted(name: &str, text: &str) -> Manifest {
    Manifest {
        name: name.into(),
        table: text.parse().expect("the planted manifest is valid TOML"),
    }
}

/// All crates of the map without any arrow, and one with the given manifest.
fn crates_with(name: &str, text: &str) -> Vec<Manifest> {
    let others = MAP.iter().filter(|room| room.name != name).map(|room| planted(room.name, ""));
    others.chain([planted(name, text)]).collect()
}

#[track_caller]
fn assert_finds(findings: &[String], words: &[&str]) {
    assert_eq!(findings.len(), 1, "expected one finding: {findings:#?}");
    for word in words {
        assert!(findings[0].contains(word), "“{word}” is not in: {}", findings[0]);
    }
}

#[test]
fn a_wrong_arrow_is_found_named_and_explained() {
    for text in [
        "[dependencies]\nstore.workspace = true",
        "[dependencies.store]\npath = '../store'",
        "[build-dependencies]\nstore = { workspace = true }",
        "[target.'cfg(unix)'.dependencies]\nkept = { package = 'gehoor-store', path = '../store' }",
    ] {
        assert_finds(
            &wrong_arrows(&crates_with("connectors", text)),
            &["connectors → store", "because", "Move"],
        );
    }
}

#[test]
fn tests_may_play_in_the_simulated_town_and_nothing_more() {
    let fine = "[dependencies]\nusecases.workspace = true\n[dev-dependencies]\nsimulation.workspace = true";
    assert_none(&wrong_arrows(&crates_with("web", fine)));
    let wrong = "[dev-dependencies]\nstore.workspace = true";
    assert_finds(&wrong_arrows(&crates_with("web", wrong)), &["web → store", "[dev-dependencies]"]);
    let real = "[dependencies]\nsimulation.workspace = true";
    assert_finds(&wrong_arrows(&crates_with("web", real)), &["web → simulation in [dependencies]"]);
}

#[test]
fn a_crate_that_is_not_on_the_map_is_found() {
    assert_finds(&wrong_arrows(&crates_with("plumbing", "")), &["crates/plumbing", "decision"]);
}

#[test]
fn sql_in_another_crate_is_found() {
    for heading in ["dependencies", "dev-dependencies"] {
        let text = format!("[{heading}]\nsqlx.workspace = true");
        assert_finds(&sql_outside_store(&crates_with("web", &text)), &["web depends on sqlx"]);
    }
}

#[test]
fn traffic_below_a_pure_crate_is_found_directly_and_through_another() {
    let lock = BTreeMap::from([
        ("fine".to_owned(), BTreeSet::from(["sly".to_owned()])),
        ("sly".to_owned(), BTreeSet::from(["fine".to_owned(), "tokio".to_owned()])),
    ]);
    let direct = [planted("domain", "[dependencies]\nrand = '1'")];
    assert_finds(&impure_below(&direct, &lock), &["domain → rand reaches rand"]);
    let through = [planted("domain", "[dependencies]\nfine = '1'")];
    assert_finds(&impure_below(&through, &lock), &["domain → fine → sly → tokio reaches tokio"]);
    let tests_only = [planted("domain", "[dev-dependencies]\nrand = '1'")];
    assert_none(&impure_below(&tests_only, &lock));
}

#[test]
fn a_crate_without_the_shared_lints_is_found() {
    assert_finds(
        &without_shared_lints(&[planted("web", "[lints.rust]\nunused = 'warn'")]),
        &["web", "[lints]"],
    );
}

#[test]
fn an_empty_name_is_found_as_file_and_as_folder() {
    let files = [
        "crates/web/src/utils.rs",
        "crates/web/src/common/dates.rs",
        "crates/web/src/helper_shift.rs",
    ];
    let found = empty_names(&files.map(PathBuf::from));
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn an_architecture_page_of_201_lines_is_found() {
    assert!(too_long(&"line\n".repeat(201)).is_some());
    assert!(too_long(&"line\n".repeat(200)).is_none());
}
