//! How channel accounts are doing, and setting them up.

mod checks;
mod health;
mod settings;
