//! Calculations on what is written. Values in, values out: no database, network, files, clock or chance.
//!
//! - [`language`]: words of a text, what is left of them without case and accents, Dutch stems, and parts of compounds.
//! - [`search`]: which terms a message is found by, what a query means, and where and how well a message fits it.
//!
//! Everything that changes which terms a message gets changes [`search::VERSION`], so that what was indexed before is
//! indexed again.

pub mod language;
pub mod search;
