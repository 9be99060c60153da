//! The repository as it lies there: manifests, the lock file, the names of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

pub struct Manifest {
    /// The name of its folder, which is also the name it has in `use` statements.
    pub name: String,
    pub table: Table,
}

/// The crates of ours and from outside that a manifest names under the given headings, for every platform.
pub fn named_under(table: &Table, headings: &[&str]) -> BTreeSet<String> {
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

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository")
        .to_path_buf()
}

pub fn read(path: &Path) -> String {
    let text = fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()));
    text.expect("a file of the repository can be read")
}

pub fn manifest(folder: &Path) -> Manifest {
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a crate's folder has a plain name")
        .to_owned();
    let table = read(&folder.join("Cargo.toml")).parse().expect("cargo has read this manifest before us");
    Manifest { name, table }
}

/// The crates under `crates/`, in the order of the alphabet.
pub fn crates() -> Vec<Manifest> {
    let entries = fs::read_dir(root().join("crates")).expect("crates/ is there");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("crates/ can be listed").path()).collect();
    folders.retain(|folder| folder.join("Cargo.toml").exists());
    folders.sort();
    folders.iter().map(|folder| manifest(folder)).collect()
}

/// Package name → the names of what it needs. Versions are put together: what one version may reach, all may.
pub fn lock() -> BTreeMap<String, BTreeSet<String>> {
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

pub fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path.strip_prefix(root()).expect("found below the root").to_path_buf());
        }
    }
}
