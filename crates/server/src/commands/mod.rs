//! The commands, one file each. Every one exits 0 only on success and prints one clear line on failure.

pub mod apply;
pub mod bench;
pub mod channel;
pub mod demo;
pub mod doctor;
pub mod eval;
pub mod export_config;
pub mod migrate;
pub mod platforms;
pub mod replay;
pub mod routes;
mod scratch;
pub mod serve;
pub mod token;
pub mod user;
