//! What only tests and benchmarks need of a database: a schema on PostgreSQL that is taken away afterwards, tables as an
//! earlier version left them.

use sqlx::AssertSqlSafe;

use crate::door::postgres;
use crate::tables::migration;
use crate::{Engine, StoreError};

/// What the name of such a schema begins with; nothing else is ever removed.
pub const PREFIX: &str = "t_";

/// Removes a test's schema with everything in it.
///
/// # Errors
/// When the name is no test's, or the server does not answer.
pub async fn remove_schema(url: &str, schema: &str) -> Result<(), StoreError> {
    let name = postgres::plain_name(schema);
    if name != schema || !name.starts_with(PREFIX) {
        return Err(StoreError::wrong(format!("{schema} is no schema of a test: it is left alone")));
    }
    let pool = postgres::pool(url, "public")?;
    let drop = sqlx::raw_sql(AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {name} CASCADE")));
    let doing = |error| StoreError::from_sqlx("removing a test's schema", error);
    drop.execute(&pool).await.map_err(doing)?;
    pool.close().await;
    Ok(())
}

/// Makes the tables as they were after the migration `last`, so that a test can fill them as an earlier version did and
/// then open the store. `last`: its name without ".sql".
///
/// # Errors
/// When there is no such migration, or the database cannot be reached.
pub async fn tables_as_of(engine: &Engine, last: &str) -> Result<(), StoreError> {
    migration::run_up_to(engine, last).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_schema_that_is_no_tests_is_left_alone() {
        for name in ["gehoor", "public", "t", "T_x", "t_x; DROP SCHEMA public", ""] {
            // Before anything is connected to: this server does not exist.
            let refused = remove_schema("postgres://nobody@127.0.0.1:1/none", name).await;
            assert!(refused.is_err_and(|error| error.to_string().contains("left alone")), "{name}");
        }
    }
}
