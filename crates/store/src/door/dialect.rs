//! What the engines truly do differently, each in one word.

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
