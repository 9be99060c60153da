//! What can go wrong while a board is read: a bug that ends the reader, and a text that takes very long.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex};

/// What a text begins with that ends its reader, until that is mended.
pub const BUG: &str = "BUG-";
/// What a text begins with that is being read until it is let through.
pub const GATE: &str = "GATE-";

/// Texts that are read without trouble from now on.
static CLEARED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static CHANGED: Condvar = Condvar::new();

/// From now on this text is read without trouble.
pub fn clear(text: &str) {
    CLEARED.lock().expect("nobody panicked with it").insert(text.to_owned());
    CHANGED.notify_all();
}

pub(super) fn of_reading(text: &str) {
    let cleared = || CLEARED.lock().expect("nobody panicked with it");
    let is_clear = cleared().contains(text);
    if text.starts_with(GATE) && !is_clear {
        // The thread's other tasks move to another thread meanwhile.
        tokio::task::block_in_place(|| {
            drop(CHANGED.wait_while(cleared(), |cleared| !cleared.contains(text)));
        });
    }
    assert!(is_clear || !text.starts_with(BUG), "a bug of the connector");
}
