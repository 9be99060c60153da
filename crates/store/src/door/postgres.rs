//! PostgreSQL: a pool, and threads of its own for closures that may run again.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Executor, Row as _};

pub(crate) use super::nodelay::at_once;
use super::row::{Row, read_row};
use super::statement::Statement;
use super::val::Val;
use crate::StoreError;

/// Connections of one node. A database for ten nodes then needs about 200.
const CONNECTIONS: u32 = 20;

/// The schema's name with everything removed that would have to be quoted.
pub(crate) fn plain_name(schema: &str) -> String {
    schema
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_')
        .collect()
}

/// A pool whose connections see one schema.
pub(crate) fn pool(url: &str, schema: &str) -> Result<PgPool, StoreError> {
    pool_of(url, schema, CONNECTIONS)
}

/// The same with so many connections at most.
pub(crate) fn pool_of(url: &str, schema: &str, connections: u32) -> Result<PgPool, StoreError> {
    let options = options_of(url, schema)?;
    let address = options.clone();
    Ok(PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .after_connect(move |_, _| {
            at_once(&address);
            Box::pin(async { Ok(()) })
        })
        .connect_lazy_with(options))
}

/// How to connect to one schema; [`at_once`] is to be called after it. `synchronous_commit` is set, so that a server's
/// configuration cannot quietly turn "acknowledged" into "perhaps".
pub(crate) fn options_of(url: &str, schema: &str) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|error| StoreError::from_sqlx("reading the database's address", error))?;
    Ok(options
        .application_name("gehoor")
        .options([
            ("search_path", schema),
            ("synchronous_commit", "on"),
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ])
        .disable_statement_logging()
        .statement_cache_capacity(400))
}

fn bind(values: Vec<Val>) -> sqlx::postgres::PgArguments {
    use sqlx::Arguments;
    let mut arguments = sqlx::postgres::PgArguments::default();
    for value in values {
        let added = match value {
            Val::Text(text) => arguments.add(Val::holdable(text)),
            Val::Int(number) => arguments.add(number),
            Val::Bool(yes) => arguments.add(yes),
            Val::Blob(bytes) => arguments.add(bytes),
        };
        // Encoding these four types has no way to fail.
        debug_assert!(added.is_ok(), "a value of a plain type can always be encoded");
    }
    arguments
}

pub(crate) async fn exec(
    connection: &mut PgConnection,
    statement: &'static Statement,
    values: Vec<Val>,
) -> Result<u64, StoreError> {
    let done = sqlx::query_with(statement.postgres, bind(values)).execute(connection).await;
    done.map(|done| done.rows_affected())
        .map_err(|error| StoreError::from_sqlx(statement.name, error))
}

pub(crate) async fn all<'c, E>(
    executor: E,
    statement: &'static Statement,
    values: Vec<Val>,
) -> Result<Vec<Row>, StoreError>
where
    E: Executor<'c, Database = sqlx::Postgres>,
{
    let rows = sqlx::query_with(statement.postgres, bind(values)).fetch_all(executor).await;
    let rows = rows.map_err(|error| StoreError::from_sqlx(statement.name, error))?;
    rows.iter().map(|row| read_row!(statement, row)).collect()
}
