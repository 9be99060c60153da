//! Guards the map of the repository: which crate may know which, and what no crate may have.
//!
//! A crate is a wall, put where the compiler should say no. This test says no to the doors that a line in a manifest
//! would cut into it. To add a crate: give it a line in [`MAP`], with the crates it may know and the reason.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// One crate of ours: its folder under `crates/`, what it may know, and why no more.
struct Room {
    name: &'static str,
    may_know: &'static [&'static str],
    /// What its tests may know beside that.
    tests_may_know: &'static [&'static str],
    because: &'static str,
}

const EVERYTHING: &[&str] = &[
    "analysis",
    "api",
    "connectors",
    "domain",
    "drivers",
    "simulation",
    "store",
    "usecases",
    "web",
];

const MAP: &[Room] = &[
    Room {
        name: "analysis",
        may_know: &["domain"],
        tests_may_know: &[],
        because: "calculations take values and return values, so that they can be repeated on any data",
    },
    Room {
        name: "api",
        may_know: &["usecases", "domain"],
        tests_may_know: &["connectors", "simulation"],
        because: "the API calls the same use cases as the pages; it never sees SQL and never goes around a permission",
    },
    Room {
        name: "connectors",
        may_know: &["domain"],
        tests_may_know: &[],
        because: "a connector translates: bytes in, values out. The drivers do the traffic, the use cases the writing",
    },
    Room {
        name: "domain",
        may_know: &[],
        tests_may_know: &[],
        because: "the rules stand on their own, so that they can be read, tested and trusted without the rest",
    },
    Room {
        name: "drivers",
        may_know: &["usecases", "domain"],
        tests_may_know: &["connectors", "simulation", "store"],
        because: "the drivers serve every connector through the trait in `domain`; `server` hands them the real ones",
    },
    Room {
        name: "server",
        may_know: EVERYTHING,
        tests_may_know: EVERYTHING,
        because: "it wires everything together",
    },
    Room {
        name: "simulation",
        may_know: &["usecases", "store", "domain"],
        tests_may_know: &[],
        because: "it writes the platforms' side by its own hand: sharing code with `connectors` would prove nothing",
    },
    Room {
        name: "store",
        may_know: &["domain"],
        tests_may_know: &[],
        because: "it keeps what it is given; what may be kept and by whom is decided above it",
    },
    Room {
        name: "usecases",
        may_know: &["store", "analysis", "domain"],
        tests_may_know: &["connectors", "simulation"],
        because: "a use case decides and writes; it knows no web page, no platform and no network",
    },
    Room {
        name: "web",
        may_know: &["usecases", "domain"],
        tests_may_know: &["connectors", "simulation"],
        because: "a page shows what a use case gives; it never sees SQL and never goes around a permission",
    },
];

/// Crates without traffic, time and chance: nothing of this may be below them, not even through another crate.
const PURE: &[&str] = &["analysis", "connectors", "domain"];
const IMPURE: &[&str] = &["axum", "hyper", "rand", "reqwest", "rusqlite", "sqlx", "tokio"];

/// Folders and files that say nothing about what is in them.
const EMPTY_NAMES: &[&str] = &["common", "helpers", "misc", "util", "utils"];

const ARCHITECTURE_LINES_MAX: usize = 200;

struct Manifest {
    /// The name of its folder, which is also the name it has in `use` statements.
    name: String,
    table: Table,
}

/// The crates of ours and from outside that a manifest names under the given headings, for every platform.
fn named_under(table: &Table, headings: &[&str]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let targets = table.get("target").and_then(Value::as_table).into_iter().flatten();
    let places = std::iter::once(table).chain(targets.filter_map(|(_, place)| place.as_table()));
    for place in places {
        for heading in headings {
            for (name, value) in place.get(*heading).and_then(Value::as_table).into_iter().flatten() {
                let package = value.get("package").and_then(Value::as_str).unwrap_or(name);
                names.insert(package.strip_prefix("gehoor-").unwrap_or(package).to_owned());
            }
        }
    }
    names
}

fn wrong_arrows(manifests: &[Manifest]) -> Vec<String> {
    let ours: BTreeSet<&str> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    let mut wrong = Vec::new();
    for Manifest { name, table } in manifests {
        let Some(room) = MAP.iter().find(|room| room.name == name) else {
            wrong.push(format!(
                "crates/{name} is not on the map. A crate is a wall, so it is a decision: write a decision record, \
                 then give it a line in MAP (xtask/tests/arrows.rs) and in ARCHITECTURE.md."
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

fn sql_outside_store(manifests: &[Manifest]) -> Vec<String> {
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
fn impure_below(manifests: &[Manifest], lock: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
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

fn without_shared_lints(manifests: &[Manifest]) -> Vec<String> {
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

fn empty_names(files: &[PathBuf]) -> Vec<String> {
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

fn too_long(architecture: &str) -> Option<String> {
    let lines = architecture.lines().count();
    (lines > ARCHITECTURE_LINES_MAX).then(|| {
        format!(
            "ARCHITECTURE.md has {lines} lines; it is read in one sitting, so it stays within {ARCHITECTURE_LINES_MAX}. \
             Move detail to the README of the room it is about."
        )
    })
}

// --- the repository itself ---

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository")
        .to_path_buf()
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()));
    text.expect("a file of the repository can be read")
}

fn manifest(folder: &Path) -> Manifest {
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a crate's folder has a plain name")
        .to_owned();
    let table = read(&folder.join("Cargo.toml")).parse().expect("cargo has read this manifest before us");
    Manifest { name, table }
}

/// The crates under `crates/`, in the order of the alphabet.
fn crates() -> Vec<Manifest> {
    let entries = fs::read_dir(root().join("crates")).expect("crates/ is there");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("crates/ can be listed").path()).collect();
    folders.retain(|folder| folder.join("Cargo.toml").exists());
    folders.sort();
    folders.iter().map(|folder| manifest(folder)).collect()
}

/// Package name → the names of what it needs. Versions are put together: what one version may reach, all may.
fn lock() -> BTreeMap<String, BTreeSet<String>> {
    let table: Table = read(&root().join("Cargo.lock")).parse().expect("cargo has written the lock file");
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in table.get("package").and_then(Value::as_array).expect("the lock file lists packages") {
        let name = package.get("name").and_then(Value::as_str).expect("a package has a name");
        let below = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        // An entry is a name, or a name and a version. Our own crates are followed by their manifests instead,
        // because the lock file mixes what a crate needs with what its tests need.
        let below = below.filter_map(Value::as_str).filter_map(|entry| entry.split(' ').next());
        if !name.starts_with("gehoor-") {
            needs.entry(name.to_owned()).or_default().extend(below.map(str::to_owned));
        }
    }
    for Manifest { name, table } in crates() {
        needs.insert(name, named_under(&table, &["dependencies"]));
    }
    needs
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path.strip_prefix(root()).expect("found below the root").to_path_buf());
        }
    }
}

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

// --- proof that each check finds a planted mistake ---

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
