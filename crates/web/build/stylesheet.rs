//! One stylesheet of many small files: the layers in their order, each component's file beside its template.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The whole stylesheet, and the name under which it is served: another text is another name, so that a browser may
/// keep it for ever.
pub(crate) struct Sheet {
    pub(crate) css: String,
    pub(crate) file_name: String,
}

/// Files of `layout/` by name, in the order of the cascade; what stands elsewhere is a component.
const LAYERS: [(&str, &str); 3] = [("reset", "reset.css"), ("tokens", "tokens.css"), ("base", "base.css")];

pub(crate) fn gather(source: &Path) -> io::Result<Sheet> {
    let mut css = String::from("@layer reset, tokens, base, components, utilities;\n");
    let layout = source.join("layout");
    for (layer, file) in LAYERS {
        add(&mut css, layer, &layout.join(file))?;
    }
    for path in super::files_below(source, "css")? {
        let layered = LAYERS.iter().any(|(_, file)| path == layout.join(file));
        if !layered && path != layout.join("utilities.css") {
            add(&mut css, "components", &path)?;
        }
    }
    add(&mut css, "utilities", &layout.join("utilities.css"))?;
    let hash = hex::encode(Sha256::digest(css.as_bytes()));
    let file_name = format!("gehoor-{}.css", hash.get(..16).unwrap_or_default());
    Ok(Sheet { css, file_name })
}

fn add(css: &mut String, layer: &str, path: &Path) -> io::Result<()> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    css.push_str(&format!("@layer {layer} {{\n{text}}}\n"));
    Ok(())
}
