//! What is wrong with a set of manifests, each in words that say what to do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use toml::Value;

use crate::map::{ARCHITECTURE_LINES_MAX, EMPTY_NAMES, IMPURE, MAP, PURE};
use crate::repository::{Manifest, named_under};

pub fn wrong_arrows(manifests: &[Manifest]) -> Vec<String> {
    let ours: BTreeSet<&str> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    let mut wrong = Vec::new();
    for Manifest { name, table } in manifests {
        let Some(room) = MAP.iter().find(|room| room.name == name) else {
            wrong.push(format!(
                "crates/{name} is not on the map. A crate is a wall, so it is a decision: write a decision record, \
                 then give it a line in MAP (xtask/tests/arrows/map.rs) and in ARCHITECTURE.md."
            ));
            continue;
        };
        for (headings, tests) in
            [(&["dependencies", "build-dependencies"][..], false), (&["dev-dependencies"], true)]
        {
            for known in named_under(table, headings) {
                let allowed = room.may_know.contains(&known.as_str())
                    || (tests && room.tests_may_know.contains(&known.as_str()))
                    || known == *name;
                if ours.contains(known.as_str()) && !allowed {
                    let heading = if tests { "[dev-dependencies]" } else { "[dependencies]" };
                    wrong.push(format!(
                        "{name} → {known} in {heading} is not allowed, because {because}. {name} may know: {list}{also}. \
                         Move the code to where both may reach it, or let `server` hand over a value or a closure.",
                        because = room.because,
                        also = if tests && !room.tests_may_know.is_empty() {
                            format!("; its tests also {}", room.tests_may_know.join(", "))
                        } else {
                            String::new()
                        },
                        list = if room.may_know.is_empty() { "nothing".into() } else { room.may_know.join(", ") },
                    ));
                }
            }
        }
    }
    wrong
}

pub fn sql_outside_store(manifests: &[Manifest]) -> Vec<String> {
    let everywhere = ["dependencies", "dev-dependencies", "build-dependencies"];
    manifests
        .iter()
        .filter(|manifest| manifest.name != "store" && named_under(&manifest.table, &everywhere).contains("sqlx"))
        .map(|Manifest { name, .. }| {
            format!(
                "{name} depends on sqlx, but SQL stands in `store` alone: there it is written once for both databases \
                 and checked on both. Add a function there, named after the question it answers, and call that."
            )
        })
        .collect()
}

/// Follows the lock file from each pure crate down. `lock`: package name → the names it needs.
pub fn impure_below(manifests: &[Manifest], lock: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for Manifest { name, table } in manifests.iter().filter(|manifest| PURE.contains(&manifest.name.as_str()))
    {
        let mut seen = BTreeSet::new();
        let mut ahead: VecDeque<Vec<String>> =
            named_under(table, &["dependencies"]).into_iter().map(|first| vec![first]).collect();
        while let Some(path) = ahead.pop_front() {
            let last = path.last().expect("a path begins with a dependency").clone();
            if IMPURE.contains(&last.as_str()) {
                wrong.push(format!(
                    "{name} → {path} reaches {last}, but {name} has no traffic, clock or chance: bytes, time and ids \
                     come in as arguments. Leave the crate out, or switch off the feature of it that needs {last}.",
                    path = path.join(" → "),
                ));
            } else if seen.insert(last.clone()) {
                for next in lock.get(&last).into_iter().flatten() {
                    ahead.push_back([path.clone(), vec![next.clone()]].concat());
                }
            }
        }
    }
    wrong
}

pub fn without_shared_lints(manifests: &[Manifest]) -> Vec<String> {
    manifests
        .iter()
        .filter(|manifest| {
            let lints = manifest.table.get("lints").and_then(Value::as_table);
            lints.and_then(|table| table.get("workspace")).and_then(Value::as_bool) != Some(true)
        })
        .map(|Manifest { name, .. }| {
            format!(
                "{name} does not have `[lints] workspace = true`, so none of our lints look at it. Add those two lines \
                 to its Cargo.toml; a single exception is #[expect(…, reason = \"…\")] at the spot."
            )
        })
        .collect()
}

pub fn empty_names(files: &[PathBuf]) -> Vec<String> {
    files
        .iter()
        .filter(|file| {
            let parts = file.iter().filter_map(|part| part.to_str());
            parts.map(|part| part.strip_suffix(".rs").unwrap_or(part)).any(|part| EMPTY_NAMES.contains(&part))
        })
        .map(|file| {
            format!(
                "{} says nothing about what is in it, so everything ends up there. Name the concept and give it a room.",
                file.display()
            )
        })
        .collect()
}

pub fn too_long(architecture: &str) -> Option<String> {
    let lines = architecture.lines().count();
    (lines > ARCHITECTURE_LINES_MAX).then(|| {
        format!(
            "ARCHITECTURE.md has {lines} lines; it is read in one sitting, so it stays within {ARCHITECTURE_LINES_MAX}. \
             Move detail to the README of the room it is about."
        )
    })
}
