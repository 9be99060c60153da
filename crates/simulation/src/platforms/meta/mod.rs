//! What all of Meta's platforms share: signed webhooks and Graph errors.

mod errors;
mod signature;

pub(crate) use errors::GraphError;
pub use signature::{escaped, signature};
