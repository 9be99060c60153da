//! What commands print: results on standard output, remarks on standard error.

/// Prints a result.
pub fn result(text: impl std::fmt::Display) {
    use std::io::Write;
    // A reader that went away (`| head`) is no error of ours.
    let _ = writeln!(std::io::stdout(), "{text}");
    let _ = std::io::stdout().flush();
}

/// Prints a remark.
pub fn remark(text: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}
