//! `/beheer/…`

pub mod raw_events;
mod sends;
