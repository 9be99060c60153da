//! The name under which a file is saved: it says what the file is, whatever its sender called it.

use super::Format;
use crate::attachments::{NAME_CHARACTERS, is_dropped_at_an_edge, safe_name};
use crate::limits::cut;

/// Endings that start something where they are opened, or that are there to bring such a thing along. A file with one of
/// them is refused, whatever is in it.
const DANGEROUS: [&str; 65] = [
    "ade",
    "adp",
    "apk",
    "app",
    "appx",
    "bat",
    "bin",
    "cab",
    "chm",
    "cmd",
    "com",
    "cpl",
    "deb",
    "desktop",
    "dll",
    "dmg",
    "docm",
    "dotm",
    "exe",
    "hta",
    "htm",
    "html",
    "img",
    "inf",
    "iso",
    "jar",
    "jnlp",
    "js",
    "jse",
    "lib",
    "lnk",
    "mde",
    "mht",
    "mhtml",
    "msc",
    "msi",
    "msix",
    "msp",
    "mst",
    "ocx",
    "pif",
    "potm",
    "ppam",
    "ppsm",
    "pptm",
    "ps1",
    "py",
    "reg",
    "rpm",
    "scr",
    "sct",
    "settingcontent-ms",
    "sh",
    "svg",
    "sys",
    "url",
    "vb",
    "vbe",
    "vbs",
    "vhd",
    "wsf",
    "xhtml",
    "xlam",
    "xll",
    "xlsm",
];

/// Endings that say the same.
const SAME: [(&str, &str); 14] = [
    ("jpeg", "jpg"),
    ("jpe", "jpg"),
    ("jfif", "jpg"),
    ("heif", "heic"),
    ("avif", "heic"),
    ("tif", "tiff"),
    ("oga", "ogg"),
    ("opus", "ogg"),
    ("m4v", "mp4"),
    ("3gpp", "3gp"),
    ("csv", "txt"),
    ("vcf", "txt"),
    ("ics", "txt"),
    ("eml", "txt"),
];

/// Whether a file of this name is refused whatever is in it.
#[must_use]
pub fn is_dangerous(name: &str) -> bool {
    // Some systems drop dots and spaces at the end before they look, and signs that nobody sees hide nothing from us.
    let name = safe_name(name).unwrap_or_default().to_lowercase();
    name.rsplit_once('.').is_some_and(|(_, ending)| DANGEROUS.contains(&ending))
}

/// The name under which a file of this format is saved, with an ending that is true; at most [`NAME_CHARACTERS`].
#[must_use]
pub fn saved_as(given: Option<&str>, format: Format) -> String {
    let name = given.and_then(safe_name).unwrap_or_else(|| "bijlage".to_owned());
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let fits = ending.is_some_and(|ending| {
        let same = SAME.iter().find(|(other, _)| *other == ending).map_or(ending.as_str(), |(_, same)| same);
        same == format.ending()
    });
    if fits {
        return name;
    }
    let room = NAME_CHARACTERS - format.ending().len() - 1;
    format!("{}.{}", cut(&name, room).trim_end_matches(is_dropped_at_an_edge), format.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_the_file_is() {
        for (given, format, expected) in [
            (Some("besluit.pdf"), Format::Pdf, "besluit.pdf"),
            (Some("FOTO.JPEG"), Format::Jpeg, "FOTO.JPEG"),
            (Some("foto.jpg"), Format::Png, "foto.jpg.png"),
            (Some("factuur.pdf"), Format::Text, "factuur.pdf.txt"),
            (Some("lijst.csv"), Format::Text, "lijst.csv"),
            (Some("../x/spraak.opus"), Format::Ogg, "spraak.opus"),
            (Some("zonder"), Format::Docx, "zonder.docx"),
            (None, Format::Jpeg, "bijlage.jpg"),
            (Some("..."), Format::Mp4, "bijlage.mp4"),
        ] {
            assert_eq!(saved_as(given, format), expected, "{given:?}");
        }
        // With its ending it is no longer than a name may be.
        let long = saved_as(Some(&"é".repeat(500)), Format::Docx);
        assert_eq!(long.chars().count(), NAME_CHARACTERS);
        assert!(long.ends_with("é.docx"));
        assert_eq!(saved_as(Some(&long), Format::Docx), long);
    }

    #[test]
    fn what_starts_something_is_dangerous_by_its_name() {
        for name in ["x.exe", "X.EXE", "foto.jpg.js", "a.html", "a.svg", "a.docm", "a.bat ", "a.vbs."] {
            assert!(is_dangerous(name), "{name}");
        }
        for hidden in ["x.exe\u{200b}", "x.e\u{61c}xe", "x.exe\u{a0}", "x.exe\0"] {
            assert!(is_dangerous(hidden), "{hidden:?}");
        }
        for name in ["foto.jpg", "exe", "besluit.pdf", "a.exe.jpg", "svg.txt"] {
            assert!(!is_dangerous(name), "{name}");
        }
        assert!(DANGEROUS.is_sorted(), "in the order of the alphabet");
    }
}
