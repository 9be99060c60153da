//! What a page loads besides its HTML: one stylesheet and one script of many small files, the pictures and letters that
//! they name. Each is served under a name that holds its hash: another content is another name, so that a browser may
//! keep it for ever, and a page that was open over a release keeps what it was made with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

/// Files of `look/`, in the order of the cascade; every other sheet is a component.
const LAYERS: [(&str, &str); 4] = [
    ("reset", "reset.css"),
    ("tokens", "tokens.css"),
    ("vendor", "vendor/utrecht.css"),
    ("base", "base.css"),
];

/// What is served as it stands: the name of its constant, where a page names it, and its file in `look/`.
const AS_THEY_STAND: [(&str, &str); 7] = [
    ("EMOJI", "../components/composer/emoji.txt"),
    ("FONT", "fonts/source-sans-3-latin-wght-normal.woff2"),
    ("", "fonts/source-sans-3-latin-ext-wght-normal.woff2"),
    ("", "fonts/source-sans-3-latin-wght-italic.woff2"),
    ("HTMX", "vendor/htmx-4.0.1.min.js"),
    ("ICON", "icon.svg"),
    ("ICONS", "icons.svg"),
];

/// What is written.
pub(crate) struct Gathered {
    /// The Rust source of the table of files.
    pub(crate) table: String,
    /// Where each picture of the manual is served, by the name of its file.
    pub(crate) pictures: BTreeMap<String, String>,
}

/// Writes the files into `out`. `pictures`: those of the manual.
pub(crate) fn gather(source: &Path, pictures: &[PathBuf], out: &Path) -> io::Result<Gathered> {
    let look = source.join("look");
    let mut table = Table { out, constants: String::new(), lines: String::new() };
    let mut names = BTreeMap::new();
    for (constant, file) in AS_THEY_STAND {
        let path = look.join(file);
        let served = table.add(constant, &path, &read(&path)?)?;
        names.insert(file, served);
    }
    let sheet = stylesheet(source, &look, &names)?;
    table.add("STYLESHEET", &out.join("gehoor.css"), sheet.as_bytes())?;
    let script = script(source)?;
    table.add("SCRIPT", &out.join("gehoor.js"), script.as_bytes())?;
    let mut served = BTreeMap::new();
    for path in pictures {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        served.insert(name, format!("/assets/{}", table.add("", path, &read(path)?)?));
    }
    let table = format!("{}const FILES: &[File] = &[\n{}];\n", table.constants, table.lines);
    Ok(Gathered { table, pictures: served })
}

struct Table<'a> {
    out: &'a Path,
    constants: String,
    lines: String,
}

impl Table<'_> {
    /// A file under its name with hash; returns that name.
    fn add(&mut self, constant: &str, path: &Path, content: &[u8]) -> io::Result<String> {
        let hash = hex::encode(Sha256::digest(content));
        let part = |part: Option<&std::ffi::OsStr>| {
            part.and_then(|part| part.to_str()).unwrap_or_default().to_owned()
        };
        let (stem, ending) = (part(path.file_stem()), part(path.extension()));
        let name = format!("{stem}-{}.{ending}", hash.get(..12).unwrap_or_default());
        let kind = match ending.as_str() {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "png" => "image/png",
            "txt" => "text/plain; charset=utf-8",
            "svg" => "image/svg+xml",
            "woff2" => "font/woff2",
            _ => return Err(io::Error::other(format!("{}: served as what?", path.display()))),
        };
        let kept = self.out.join(&name);
        if fs::read(&kept).ok().as_deref() != Some(content) {
            fs::write(&kept, content)?;
        }
        if !constant.is_empty() {
            self.constants
                .push_str(&format!("pub(crate) const {constant}: &str = \"/assets/{name}\";\n"));
        }
        self.lines.push_str(&format!(
            "    File {{ name: {name:?}, kind: {kind:?}, content: include_bytes!({:?}) }},\n",
            kept.display().to_string()
        ));
        Ok(name)
    }
}

fn stylesheet(source: &Path, look: &Path, names: &BTreeMap<&str, String>) -> io::Result<String> {
    let mut css = String::from("@layer reset, tokens, vendor, base, components, utilities;\n");
    for (layer, file) in LAYERS {
        add_sheet(&mut css, layer, &look.join(file))?;
        if layer == "tokens" {
            css.push_str(&contrast(&look.join("contrast.css"))?);
        }
    }
    for path in super::files_below(source, "css")? {
        if !path.starts_with(look) {
            add_sheet(&mut css, "components", &path)?;
        }
    }
    add_sheet(&mut css, "utilities", &look.join("utilities.css"))?;
    for (file, served) in names {
        css = css.replace(&format!("url(\"{file}\")"), &format!("url(\"{served}\")"));
    }
    if css.contains("url(\"fonts/") {
        return Err(io::Error::other("the stylesheet names a font that is not in build/assets.rs"));
    }
    Ok(css)
}

/// The declarations of high contrast, for whose device asks it and for who chose it.
fn contrast(path: &Path) -> io::Result<String> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    let (_, declarations) = text
        .split_once("*/")
        .ok_or_else(|| io::Error::other("contrast.css begins with a comment"))?;
    let asked = format!("@media (prefers-contrast: more) {{\n:root {{{declarations}}}\n}}\n");
    let chosen = format!(":root[data-contrast=\"more\"] {{{declarations}}}\n");
    Ok(format!("@layer tokens {{\n{asked}{chosen}}}\n"))
}

fn add_sheet(css: &mut String, layer: &str, path: &Path) -> io::Result<()> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    css.push_str(&format!("@layer {layer} {{\n{}}}\n", lean(&text)));
    Ok(())
}

/// A sheet or script without what only its reader needs: lines that are a comment, and the space before a line.
fn lean(text: &str) -> String {
    let mut kept = String::new();
    let mut in_comment = false;
    for line in text.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
        let ends = line.find("*/").map(|at| line[at + 2..].trim().is_empty());
        let begins = line.starts_with("/*") || in_comment;
        match ends {
            None if begins => in_comment = true,
            Some(true) if begins => in_comment = false,
            _ if line.starts_with("//") => (),
            _ => {
                in_comment = false;
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    kept
}

/// Each file's own names stay its own; they speak to each other by events and `data-` attributes.
fn script(source: &Path) -> io::Result<String> {
    let vendor = source.join("look/vendor");
    let mut script = String::new();
    for path in super::files_below(source, "js")? {
        if !path.starts_with(&vendor) {
            let text = String::from_utf8_lossy(&read(&path)?).into_owned();
            // What goes wrong in one stops none of the others.
            let text = lean(&text);
            script.push_str(&format!("try {{\n{text}}} catch (error) {{\n  reportError(error);\n}}\n"));
        }
    }
    Ok(script)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
