//! What the fuzz targets of files begin with, and what they found: asked again at every change. `fuzz/README.md` says how
//! more is looked for.

#[path = "../../../fuzz/properties/content.rs"]
mod content;
#[path = "../../../fuzz/properties/corpus.rs"]
mod corpus;
#[path = "../../../fuzz/properties/file_name.rs"]
mod file_name;

use corpus::corpus;

#[test]
fn every_content_that_was_made_up_or_found_is_judged_as_it_must_be() {
    for (name, bytes) in corpus("media_sniff") {
        println!("{name}");
        content::holds(&bytes);
    }
}

#[test]
fn every_name_that_was_made_up_or_found_is_made_safe() {
    for (name, given) in corpus("file_name") {
        println!("{name}");
        file_name::holds(&given);
    }
}
