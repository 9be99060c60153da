//! What a person has to look after when the machine cannot go on.

pub(crate) mod raw_events;
pub(crate) mod sends;
