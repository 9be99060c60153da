//! What comes in.

mod albums;
mod authors;
mod duplicates;
mod hostile;
mod order;
mod quarantine;
mod signatures;
