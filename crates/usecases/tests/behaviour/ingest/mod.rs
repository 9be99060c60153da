//! What comes in.

mod authors;
mod duplicates;
mod files;
mod groups;
mod hostile;
mod order;
mod quarantine;
mod reactions;
mod signatures;
