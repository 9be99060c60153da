//! The small door to both engines: statements, values, rows. No query building beyond what stands in the SQL text.

pub mod dialect;
mod nodelay;
pub mod postgres;
pub mod row;
pub mod sqlite;
pub mod statement;
pub mod tx;
pub mod val;

pub use row::{Reads, Row};
pub(crate) use statement::statements;
pub use statement::{Kind, Statement};
pub use val::Val;
pub(crate) use val::vals;
