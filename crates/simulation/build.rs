//! Lists the files of the residents' voices, so that the binary carries all of them and a new one needs no code.

use std::path::PathBuf;
use std::{fs, io};

fn main() -> io::Result<()> {
    let voices = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("residents");
    println!("cargo::rerun-if-changed={}", voices.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(&voices)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    // Sorted, because the order of a directory differs per machine and the crowd must not.
    files.sort();
    let mut list = String::from("[\n");
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        list.push_str(&format!("    ({name:?}, include_str!({:?})),\n", path.to_string_lossy()));
    }
    list.push(']');
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells a build script its output directory this way only"
    )]
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(PathBuf::from(out).join("voices.rs"), list)
}
