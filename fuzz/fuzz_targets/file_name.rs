//! Any bytes as the name of a file.
#![no_main]

#[path = "../properties/file_name.rs"]
mod file_name;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: &[u8]| file_name::holds(given));
