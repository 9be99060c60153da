//! What comes in.

mod albums;
mod duplicates;
mod hostile;
mod order;
mod quarantine;
mod signatures;
