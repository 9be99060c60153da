//! `/beheer/…`

mod audit;
mod look;
mod people;
pub mod raw_events;
mod sends;
mod teams;
mod texts;
