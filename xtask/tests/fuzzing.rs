//! The fuzz targets stand in a workspace of their own, which no ordinary build looks at: here is what keeps it whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// Package name → its versions.
fn versions(lock: &str) -> BTreeMap<String, BTreeSet<String>> {
    let table: Table = lock.parse().expect("cargo has written the lock file");
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in table.get("package").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(Value::as_str).expect("a package has it").to_owned();
        versions.entry(text("name")).or_default().insert(text("version"));
    }
    versions
}

/// What is fuzzed in other versions than those that run.
fn other_versions(lock: &str, fuzz_lock: &str) -> Vec<String> {
    let run = versions(lock);
    let differs = |(name, fuzzed): (String, BTreeSet<String>)| {
        let run = run.get(&name)?;
        (!fuzzed.is_subset(run)).then(|| {
            format!(
                "fuzz/Cargo.lock has {name} {fuzzed:?}, Cargo.lock has {run:?}: what is fuzzed must be what runs. \
                 Say: cargo update --manifest-path fuzz/Cargo.toml --package {name} --precise VERSION"
            )
        })
    };
    versions(fuzz_lock).into_iter().filter_map(differs).collect()
}

/// Crates that our own need and that the fuzz targets' lock file does not have.
fn not_locked(manifests: &[Table], fuzz_lock: &str) -> Vec<String> {
    let locked = versions(fuzz_lock);
    let needed = manifests.iter().filter_map(|table| table.get("dependencies")?.as_table()).flatten();
    let missing = needed.map(|(name, _)| name).filter(|name| {
        !locked.contains_key(name.as_str()) && !locked.contains_key(&format!("gehoor-{name}"))
    });
    missing
        .map(|name| {
            format!(
                "{name} is new in domain or connectors, and fuzz/Cargo.lock does not have it. \
                 Say: cargo metadata --manifest-path fuzz/Cargo.toml >/dev/null"
            )
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository")
        .to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file of the repository can be read")
}

/// The names in a folder, without their endings.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder of the repository can be listed");
    let name = |path: PathBuf| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
    entries
        .map(|entry| entry.expect("it can be listed").path())
        .map(|path| name(path).expect("a plain name"))
        .collect()
}

#[test]
fn what_is_fuzzed_is_what_runs() {
    let lock = read("fuzz/Cargo.lock");
    let manifest = |name: &str| read(&format!("crates/{name}/Cargo.toml")).parse().expect("a manifest");
    let mut found = other_versions(&read("Cargo.lock"), &lock);
    found.extend(not_locked(&["domain", "connectors"].map(manifest), &lock));
    assert!(found.is_empty(), "\n\n{}\n", found.join("\n"));
}

#[test]
fn another_version_and_a_missing_crate_are_found() {
    let package =
        |name: &str, version: &str| format!("[[package]]\nname = '{name}'\nversion = '{version}'\n");
    let run = package("serde", "1.0.2") + &package("hashbrown", "0.15.0") + &package("hashbrown", "0.16.0");
    let same =
        package("serde", "1.0.2") + &package("hashbrown", "0.16.0") + &package("libfuzzer-sys", "0.4.0");
    assert_eq!(other_versions(&run, &same), Vec::<String>::new());
    assert_eq!(other_versions(&run, &package("serde", "1.0.1")).len(), 1);
    let manifest: Table = "[dependencies]\nserde = '1'\ndomain.workspace = true\n".parse().expect("TOML");
    assert_eq!(not_locked(std::slice::from_ref(&manifest), &package("gehoor-domain", "0.1.0")).len(), 1);
    assert_eq!(
        not_locked(&[manifest], &(same + &package("gehoor-domain", "0.1.0"))),
        Vec::<String>::new()
    );
}

#[test]
fn every_target_has_its_line_its_corpus_and_its_dictionary() {
    let manifest: Table = read("fuzz/Cargo.toml").parse().expect("cargo has read this manifest before us");
    let programs = manifest.get("bin").and_then(Value::as_array).expect("it lists its targets");
    let listed = programs.iter().filter_map(|program| program.get("name")?.as_str().map(str::to_owned));
    let targets = names("fuzz/fuzz_targets");
    assert_eq!(targets, listed.collect(), "fuzz/fuzz_targets and the [[bin]] of fuzz/Cargo.toml");
    assert_eq!(targets, names("fuzz/corpus"), "fuzz/fuzz_targets and fuzz/corpus");
    assert_eq!(targets, names("fuzz/dictionaries"), "fuzz/fuzz_targets and fuzz/dictionaries");
}
