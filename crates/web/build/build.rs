//! Makes the words and what a page loads before the crate is compiled, so that a missing text or colour file is an error
//! at the desk and never a gap on a screen.

mod assets;
mod manual;
mod words;

use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> io::Result<()> {
    let room = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=src");
    // What is said about a channel stands with its connector, so that one folder holds all of it.
    let channels = room.join("../connectors/src/channels");
    println!("cargo::rerun-if-changed={}", channels.display());
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells a build script its output directory this way only"
    )]
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    let out = PathBuf::from(out);
    let words = words::generate(&room.join("locales"), &channels).map_err(io::Error::other)?;
    write_changed(&out.join("words.rs"), &words)?;
    let book = room.join("../../docs/manual");
    println!("cargo::rerun-if-changed={}", book.display());
    let gathered = assets::gather(&room.join("src"), &manual::pictures(&book)?, &out)?;
    write_changed(&out.join("assets.rs"), &gathered.table)?;
    write_changed(&out.join("manual.rs"), &manual::generate(&book, &gathered.pictures)?)
}

/// Files with this extension in a folder and those below it, sorted, because the order of a directory differs per
/// machine.
fn files_below(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path, extension)?);
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Leaves an unchanged file alone, so that nothing is compiled for nothing.
fn write_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text)
}
