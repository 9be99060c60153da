//! The inputs of a fuzz target that stand in the repository: examples of each kind, and whatever was found once.

use std::path::Path;

/// Files of one target.
const FILES_MAX: usize = 40;
/// Bytes of all files of one target.
const BYTES_MAX: usize = 100_000;

/// The inputs of `target` with their names, in the order of those.
///
/// # Panics
/// When there are none, or more than everybody should have to carry.
pub fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()));
    let paths = entries
        .expect("each target has a corpus")
        .map(|entry| entry.expect("a readable folder").path());
    let mut inputs: Vec<_> = paths
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned();
            (name, std::fs::read(&path).expect("a readable file"))
        })
        .collect();
    inputs.sort();
    let bytes: usize = inputs.iter().map(|(_, input)| input.len()).sum();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    assert!(
        inputs.len() <= FILES_MAX && bytes <= BYTES_MAX,
        "{} has {} files with {bytes} bytes; keep at most {FILES_MAX} with {BYTES_MAX}, the smallest that show each thing",
        folder.display(),
        inputs.len(),
    );
    inputs
}
