//! Canned texts: what the municipality says often, for whoever may change it.

pub(crate) mod change;
mod form;
pub(crate) mod list;

const HERE: &str = "/beheer/standaardteksten";
