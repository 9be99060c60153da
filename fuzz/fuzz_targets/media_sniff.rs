//! Any bytes as the content of a file: what is it?
#![no_main]

#[path = "../properties/content.rs"]
mod content;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| content::holds(bytes));
