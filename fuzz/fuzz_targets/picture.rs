//! Any bytes as a picture that is written anew. The judge is part of a program and no library: its file is taken in here.
#![no_main]

#[path = "../../crates/server/src/media_worker/halving.rs"]
mod halving;
#[path = "../../crates/server/src/media_worker/picture.rs"]
mod picture;
#[path = "../properties/picture.rs"]
mod written_anew;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| written_anew::holds(bytes));
