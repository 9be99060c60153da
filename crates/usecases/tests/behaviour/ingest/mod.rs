//! What comes in.

mod albums;
mod duplicates;
mod order;
mod signatures;
