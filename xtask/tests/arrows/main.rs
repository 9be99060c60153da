//! Guards the map of the repository: which crate may know which, and what no crate may have.
//!
//! A crate is a wall, put where the compiler should say no. This test says no to the doors that a line in a manifest
//! would cut into it. To add a crate: give it a line in [`map::MAP`], with the crates it may know and the reason.

mod checks;
mod map;
mod planted;
mod repository;

use checks::{empty_names, impure_below, sql_outside_store, too_long, without_shared_lints, wrong_arrows};
use repository::{crates, lock, manifest, read, root, rust_files};

#[track_caller]
fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n\n{}\n", findings.join("\n\n"));
}

#[test]
fn every_arrow_between_crates_is_on_the_map() {
    assert_none(&wrong_arrows(&crates()));
}

#[test]
fn only_store_knows_sql() {
    assert_none(&sql_outside_store(&crates()));
}

#[test]
fn domain_analysis_and_connectors_have_no_traffic_clock_or_chance_below_them() {
    assert_none(&impure_below(&crates(), &lock()));
}

#[test]
fn every_crate_is_under_the_shared_lints() {
    let mut all = crates();
    all.push(manifest(&root().join("xtask")));
    assert_none(&without_shared_lints(&all));
}

#[test]
fn no_file_is_named_after_nothing() {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    rust_files(&root().join("xtask"), &mut files);
    assert!(files.len() > 10, "only {} files were looked at", files.len());
    assert_none(&empty_names(&files));
}

#[test]
fn the_architecture_is_read_in_one_sitting() {
    let page = root().join("ARCHITECTURE.md");
    if page.exists() {
        assert_none(&too_long(&read(&page)).into_iter().collect::<Vec<_>>());
    }
}
