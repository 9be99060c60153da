//! Every crate from outside is named, with its reason, in a decision record: a dependency is a decision.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The dependencies of a workspace that are not crates of ours. That of the fuzz targets is one crate, and has its own.
fn from_outside(manifest: &str) -> BTreeSet<String> {
    let table: Table = manifest.parse().expect("cargo has read this manifest before us");
    let workspace = table.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let all = workspace.or_else(|| table.get("dependencies")).and_then(Value::as_table);
    all.expect("the workspace has dependencies")
        .iter()
        .filter(|(_, value)| value.get("path").is_none())
        .map(|(name, _)| name.clone())
        .collect()
}

/// The crates that stand in the tables of a record, each with a reason behind it.
fn named(record: &str) -> BTreeSet<String> {
    let rows = record.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.filter(|(_, reason)| reason.trim_matches(['|', ' ']).len() > 3)
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn differences(manifests: &[&str], records: &str) -> Vec<String> {
    let used: BTreeSet<String> = manifests.iter().flat_map(|manifest| from_outside(manifest)).collect();
    let named = named(records);
    let unnamed = used.difference(&named).map(|name| {
        format!(
            "{name} is in Cargo.toml or fuzz/Cargo.toml, but no record says why. Add a row with its reason to \
             docs/decisions/2026-11-22-dependencies.md; if you find no good reason, leave the crate out."
        )
    });
    let unused = named.difference(&used).map(|name| {
        format!("{name} has a reason in docs/decisions, but is in no Cargo.toml any more. Remove its row.")
    });
    unnamed.chain(unused).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository")
        .to_path_buf()
}

#[test]
fn every_dependency_has_a_reason_in_a_decision_record() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("each workspace has a manifest");
    let (manifest, of_fuzzing) = (read("Cargo.toml"), read("fuzz/Cargo.toml"));
    let record =
        fs::read_to_string(root().join("docs/decisions/2026-11-22-dependencies.md")).expect("it is there");
    let found = differences(&[&manifest, &of_fuzzing], &record);
    assert!(found.is_empty(), "\n\n{}\n", found.join("\n"));
}

#[test]
fn a_dependency_without_a_reason_and_a_reason_without_a_dependency_are_found() {
    let manifest = "[workspace.dependencies]\nours = { path = 'x' }\nkept = '1'\nnew = '1'\nmute = '1'\n";
    let records = "| crate | reason |\n|---|---|\n| `kept` | for good reason |\n| `gone` | was needed |\n| `mute` | |\n";
    let of_fuzzing = "[workspace]\n[dependencies]\nours = { path = '../x' }\nfuzzer = '1'\nkept = '1'\n";
    let found = differences(&[manifest, of_fuzzing], records);
    let starts = ["fuzzer is", "mute is", "new is", "gone has"];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    assert!(found.iter().zip(starts).all(|(found, start)| found.starts_with(start)), "{found:#?}");
}
