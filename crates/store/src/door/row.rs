//! Rows, the same for both engines once they are read.

use super::dialect::Dialect;
use super::statement::Statement;
use super::val::Val;
use crate::StoreError;
use domain::access::Scope;

/// One row: the columns that its statement names, in that order.
#[derive(Debug, Clone)]
pub struct Row {
    statement: &'static Statement,
    values: Vec<Val>,
}

/// Something that can be asked: a transaction, or the store itself. It always knows on whose behalf.
#[expect(
    async_fn_in_trait,
    reason = "used with the two known types only, whose futures are Send where that matters"
)]
pub trait Reads {
    /// What may be seen.
    fn scope(&self) -> &Scope;
    /// Which engine answers.
    fn dialect(&self) -> Dialect;
    /// All rows of `statement`.
    async fn all(&mut self, statement: &'static Statement, values: Vec<Val>) -> Result<Vec<Row>, StoreError>;
    /// The first row of `statement`, if there is one.
    async fn opt(
        &mut self,
        statement: &'static Statement,
        values: Vec<Val>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.all(statement, values).await?.into_iter().next())
    }
}

macro_rules! getter {
    ($(#[$doc:meta])* $name:ident, $maybe:ident, $variant:ident, $type:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the column is missing, of another kind, or empty.
        pub fn $name(&self, column: usize) -> Result<$type, StoreError> {
            self.$maybe(column)?.ok_or_else(|| self.odd(column, "is empty"))
        }

        /// The same for a column that may be empty.
        ///
        /// # Errors
        /// When the column is missing or of another kind.
        pub fn $maybe(&self, column: usize) -> Result<Option<$type>, StoreError> {
            match self.values.get(column) {
                Some(Val::$variant(value)) => Ok(value.clone()),
                _ => Err(self.odd(column, "is not there or of another kind")),
            }
        }
    };
}

impl Row {
    pub(crate) fn new(statement: &'static Statement, values: Vec<Val>) -> Self {
        Self { statement, values }
    }

    getter!(/// A text.
        text, maybe_text, Text, String);
    getter!(/// A whole number.
        int, maybe_int, Int, i64);
    getter!(/// Yes or no.
        bool, maybe_bool, Bool, bool);
    getter!(/// Bytes.
        blob, maybe_blob, Blob, Vec<u8>);

    /// A moment.
    ///
    /// # Errors
    /// When the column is no number or empty.
    pub fn at(&self, column: usize) -> Result<jiff::Timestamp, StoreError> {
        self.int(column).map(domain::time::from_micros)
    }

    /// A moment that may be missing.
    ///
    /// # Errors
    /// When the column is no number.
    pub fn maybe_at(&self, column: usize) -> Result<Option<jiff::Timestamp>, StoreError> {
        Ok(self.maybe_int(column)?.map(domain::time::from_micros))
    }

    /// A text that is an id, a state or the like.
    ///
    /// # Errors
    /// When it is none: the database holds something that we never wrote.
    pub fn parse<T: std::str::FromStr>(&self, column: usize) -> Result<T, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| self.odd(column, "holds a value that is none of its kind"))
    }

    /// The same for a column that may be empty.
    ///
    /// # Errors
    /// When it holds a value that is none of its kind.
    pub fn maybe_parse<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        self.maybe_text(column)?
            .map(|text| text.parse().map_err(|_| self.odd(column, "holds a value that is none of its kind")))
            .transpose()
    }

    /// A text that is JSON.
    ///
    /// # Errors
    /// When it is not what was asked for.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?)
            .map_err(|_| self.odd(column, "holds other JSON than expected"))
    }

    /// An error about one column of this row.
    pub(crate) fn odd(&self, column: usize, what: &str) -> StoreError {
        let name = self.statement.columns.get(column).map_or("?", |(name, _)| name);
        StoreError::wrong(format!("column {name} of {} {what}", self.statement.name))
    }
}

/// Reads a driver's row by the kinds that the statement declares.
macro_rules! read_row {
    ($statement:expr, $row:expr) => {{
        let mut values = Vec::with_capacity($statement.columns.len());
        for (index, (name, kind)) in $statement.columns.iter().enumerate() {
            let read = match kind {
                $crate::door::Kind::Text => $row.try_get(index).map($crate::door::Val::Text),
                $crate::door::Kind::Int => $row.try_get(index).map($crate::door::Val::Int),
                $crate::door::Kind::Bool => $row.try_get(index).map($crate::door::Val::Bool),
                $crate::door::Kind::Blob => $row.try_get(index).map($crate::door::Val::Blob),
            };
            values.push(read.map_err(|error| {
                $crate::StoreError::from_sqlx(format!("reading {name} of {}", $statement.name), error)
            })?);
        }
        Ok::<_, $crate::StoreError>($crate::door::Row::new($statement, values))
    }};
}
pub(crate) use read_row;
