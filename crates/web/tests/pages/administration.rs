//! `/beheer/…`

mod audit;
mod people;
pub mod raw_events;
mod sends;
mod teams;
