//! What stands here as others made it is unchanged.

use std::path::Path;
use std::process::Command;

#[test]
fn files_of_others_are_as_they_were_taken_over() {
    let look = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/look");
    let readme = std::fs::read_to_string(look.join("README.md")).expect("a README");
    let sums: Vec<(&str, &str)> =
        readme.lines().filter_map(|line| line.strip_prefix("    ")?.split_once("  ")).collect();
    for folder in ["vendor", "fonts"] {
        for entry in std::fs::read_dir(look.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{folder}/{}", path.file_name().expect("a name").to_string_lossy());
            let stated = sums.iter().find(|(_, file)| *file == name).map(|(sum, _)| *sum);
            let told = Command::new("sha256sum").arg(&path).output().expect("sha256sum is there");
            let told = String::from_utf8_lossy(&told.stdout).into_owned();
            assert_eq!(told.split_whitespace().next(), stated, "{name}");
        }
    }
}
