//! What the engines truly do differently, each in one word.

use domain::ids::MunicipalityId;
use domain::search::{Term, Wanted};

/// Microseconds by the database's own clock, in which leases are counted (RELIABILITY 2.6, C7).
macro_rules! now_sqlite {
    () => {
        "CAST(unixepoch('now', 'subsec') * 1000000 AS BIGINT)"
    };
}
/// The same for PostgreSQL; `clock_timestamp`, since `now()` stands still within a transaction.
macro_rules! now_postgres {
    () => {
        "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
    };
}
pub(crate) use {now_postgres, now_sqlite};

/// Which engine is spoken to, for what cannot stand in the two texts of a statement: the language of its full-text index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, with FTS5.
    Sqlite,
    /// PostgreSQL, with `tsquery`.
    Postgres,
}

/// A term as it stands in the index: led by its municipality.
pub(crate) fn led(municipality: &MunicipalityId, term: &Term) -> String {
    format!("{municipality}:{term}")
}

impl Dialect {
    /// The question for terms. A term holds letters and digits only and stands in quotes, so that nothing of what
    /// somebody typed can be an operator.
    pub(crate) fn terms(self, municipality: &MunicipalityId, wanted: &Wanted) -> String {
        let (quote, or, and) = match self {
            Self::Sqlite => ('"', " OR ", " AND "),
            Self::Postgres => ('\'', " | ", " & "),
        };
        let one_of = |terms: &Vec<Term>| {
            let quoted = terms.iter().map(|term| format!("{quote}{}{quote}", led(municipality, term)));
            format!("({})", quoted.collect::<Vec<_>>().join(or))
        };
        let asked = wanted.groups.iter().map(one_of).collect::<Vec<_>>().join(and);
        match (wanted.without.is_empty(), self) {
            (true, _) => asked,
            (false, Self::Sqlite) => format!("({asked}) NOT {}", one_of(&wanted.without)),
            (false, Self::Postgres) => format!("({asked}) & !{}", one_of(&wanted.without)),
        }
    }
}
