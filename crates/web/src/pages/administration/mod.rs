//! What a person has to look after when the machine cannot go on.

pub(crate) mod audit;
mod audit_words;
pub(crate) mod look;
pub(crate) mod people;
pub(crate) mod raw_events;
pub(crate) mod sends;
pub(crate) mod teams;
pub(crate) mod texts;
