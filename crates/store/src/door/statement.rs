//! Statements: written once, named after their question, with the columns that they give.
//!
//! [`crate::catalogue`] lists them all, and a test prepares each on both engines and compares the columns.

/// What a column holds. A `?` in the table of a statement makes it one that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Text,
    Int,
    Bool,
    Blob,
}

/// Columns with what they hold, in order.
pub(crate) type Columns = &'static [(&'static str, Kind)];

/// One statement for both engines.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its name, for errors and the catalogue's test.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL; nearly always the same.
    pub postgres: &'static str,
    /// The columns that it gives, in order.
    pub columns: Columns,
}

/// Declares statements of a module, and `ALL` for the catalogue.
///
/// `NAME = "SQL" => [column: Kind, …];` or, where the engines truly differ,
/// `NAME = { sqlite: "SQL", postgres: "SQL" } => […];`
///
/// Where several statements give the same columns, these stand in a constant: `NAME = "SQL" => COLUMNS;`
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:tt => $columns:tt;)*) => {
        $(
            $(#[$doc])*
            static $name: $crate::door::Statement = $crate::door::Statement {
                name: stringify!($name),
                sqlite: $crate::door::statement::text!(sqlite $text),
                postgres: $crate::door::statement::text!(postgres $text),
                columns: $crate::door::statement::columns!($columns),
            };
        )*
        /// Every statement of this module, for the catalogue.
        pub(crate) static ALL: &[&$crate::door::Statement] = &[$(&$name),*];
    };
}

macro_rules! text {
    (sqlite { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? }) => {
        $sqlite
    };
    (postgres { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? }) => {
        $postgres
    };
    ($engine:ident ($both:expr)) => {
        $both
    };
    ($engine:ident $both:literal) => {
        $both
    };
}

/// The columns that a statement gives, in order: written out, or the name of a constant.
macro_rules! columns {
    ([$($column:ident: $kind:ident),* $(,)?]) => {
        &[$((stringify!($column), $crate::door::Kind::$kind)),*]
    };
    ($name:ident) => {
        $name
    };
}

pub(crate) use {columns, statements, text};
