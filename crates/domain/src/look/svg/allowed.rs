//! What a logo may consist of.

use super::super::LogoRefused;
use super::reader::Tag;
use super::shortened;

const SHAPES: [&str; 13] = [
    "circle",
    "clipPath",
    "defs",
    "ellipse",
    "g",
    "line",
    "linearGradient",
    "path",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
];

/// What drawing programs write besides, and nobody sees.
const LEFT_BEHIND: [&str; 3] = ["desc", "metadata", "title"];

/// Attributes of which the value is checked and kept.
const PLAIN: [&str; 52] = [
    "clip-path",
    "clip-rule",
    "clipPathUnits",
    "color",
    "cx",
    "cy",
    "d",
    "display",
    "fill",
    "fill-opacity",
    "fill-rule",
    "fr",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "id",
    "offset",
    "opacity",
    "overflow",
    "paint-order",
    "points",
    "preserveAspectRatio",
    "r",
    "rx",
    "ry",
    "shape-rendering",
    "spreadMethod",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "transform",
    "vector-effect",
    "viewBox",
    "visibility",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
    "mix-blend-mode",
    "isolation",
];

/// Whether an element is kept.
pub(super) fn is_shape(name: &str) -> bool {
    SHAPES.contains(&name)
}

/// Whether an element is left out with all that is in it.
pub(super) fn is_left_behind(name: &str) -> bool {
    LEFT_BEHIND.contains(&name) || name.contains(':')
}

/// What is kept of the attributes of an element.
///
/// # Errors
/// `Forbidden` for what could run or fetch something.
pub(super) fn attributes<'t>(element: &str, tag: &Tag<'t>) -> Result<Vec<(&'t str, String)>, LogoRefused> {
    let mut kept: Vec<(&'t str, String)> = Vec::new();
    for (name, value) in &tag.attributes {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("on") {
            return Err(LogoRefused::Forbidden(shortened(name)));
        }
        if matches!(*name, "href" | "xlink:href") {
            let fits = element.ends_with("Gradient") && value.strip_prefix('#').is_some_and(is_id);
            if !fits {
                return Err(LogoRefused::Forbidden(shortened(name)));
            }
            kept.retain(|(known, _)| *known != "href");
            kept.push(("href", value.clone()));
        } else if *name == "style" {
            declared(value, &mut kept)?;
        } else if let Some(known) = PLAIN.iter().find(|known| *known == name) {
            let value = plain(value).ok_or_else(|| LogoRefused::Forbidden(shortened(name)))?;
            // What a style says counts more than what an attribute says.
            if !kept.iter().any(|(already, _)| already == known) {
                kept.push((known, value));
            }
        }
    }
    Ok(kept)
}

/// `fill:#fff;stroke:none` becomes attributes.
fn declared(style: &str, kept: &mut Vec<(&str, String)>) -> Result<(), LogoRefused> {
    for one in style.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        let (name, value) = one.split_once(':').ok_or(LogoRefused::Damaged("a style is none"))?;
        let Some(known) = PLAIN.iter().find(|known| **known == name.trim()) else { continue };
        let value = plain(value).ok_or_else(|| LogoRefused::Forbidden(shortened(name.trim())))?;
        kept.retain(|(already, _)| already != known);
        kept.push((known, value));
    }
    Ok(())
}

/// A value of letters, digits and the little that paths and colours need; a reference only to a part of the same drawing.
fn plain(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " .,-+#%()_".contains(c);
    if !value.chars().all(is_plain) {
        return None;
    }
    if value.to_ascii_lowercase().contains("url") {
        let id = value.strip_prefix("url(#")?.strip_suffix(')')?;
        return is_id(id).then_some(value);
    }
    Some(value)
}

fn is_id(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
