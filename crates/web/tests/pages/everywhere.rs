//! What holds at every address.

mod errors;
mod headers;
mod markup;
mod municipalities;
mod origin;
mod roles;
mod vendored;
mod weight;
mod words;
