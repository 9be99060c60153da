//! Brings the tables up to date: one file of SQL per step for both engines, numbered by time, never edited once merged.

use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::StoreError;
use crate::door::{postgres, sqlite};
use crate::store::Engine;

/// One step. Steps run in the order of their names.
struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// The steps of a folder by name: a file for both engines, or, after the word `twin`, a file for each.
macro_rules! migrations {
    ($folder:literal: $($($twin:ident)? $name:literal),* $(,)?) => {
        &[$(migration!($folder, $name $(, $twin)?)),*]
    };
}

macro_rules! migration {
    ($folder:literal, $name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/", $folder, "/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/", $folder, "/", $name, ".sql")),
        }
    };
    ($folder:literal, $name:literal, twin) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/", $folder, "/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../../migrations/", $folder, "/", $name, ".postgres.sql")),
        }
    };
}

static SERVICE: &[Migration] = migrations!("service":
    "20261122_000000_spine",
    "20261122_060000_names_and_secrets",
    "20261122_061000_superseded_secrets",
    "20261122_062000_lasting_names",
    "20261122_070000_attachment",
    "20261122_080000_media",
    "20261122_090000_sending",
    "20261122_100000_account_health",
    "20261129_000000_undecided",
    "20261129_010000_changed_by",
    "20261129_010000_missing_files",
    "20261129_020000_template_round",
    "20261129_030000_uploads",
    "20261129_040000_pace",
    "20261129_050000_drafts",
    "20261129_050000_people",
    "20261129_050000_presence",
    "20261129_050000_search",
    twin "20261129_050100_search_terms",
    "20261129_060000_read_marks",
    "20261129_070000_lists",
    "20261129_080000_log_lines",
    "20261129_081000_arrivals",
    "20261129_082000_list_orders",
    "20261129_083000_saved_lists",
    "20261129_090000_canned_texts",
    "20261129_100000_look",
    twin "20261129_100100_known_hosts",
);
static INBOX: &[Migration] = migrations!("inbox":
    "20261122_000000_raw_event",
    "20261122_050000_one_index_per_state",
);

/// Brings both sets up to date.
///
/// # Errors
/// When a database cannot be reached or opened, or was made by a newer version of Gehoor.
pub(crate) async fn run(engine: &Engine) -> Result<(), StoreError> {
    run_steps(engine, SERVICE, INBOX).await
}

/// The same up to the step `last` of either set, as an earlier version of Gehoor did.
///
/// # Errors
/// As [`run`], and when there is no such step.
pub(crate) async fn run_up_to(engine: &Engine, last: &str) -> Result<(), StoreError> {
    if !SERVICE.iter().chain(INBOX).any(|step| step.name == last) {
        return Err(StoreError::wrong(format!("there is no migration {last}")));
    }
    let until = |known: &'static [Migration]| &known[..known.partition_point(|step| step.name <= last)];
    run_steps(engine, until(SERVICE), until(INBOX)).await
}

async fn run_steps(
    engine: &Engine,
    service: &'static [Migration],
    inbox: &'static [Migration],
) -> Result<(), StoreError> {
    match engine {
        Engine::Sqlite { directory } => {
            sqlite_file(&directory.join("gehoor.db"), service).await?;
            sqlite_file(&directory.join("inbox.db"), inbox).await
        }
        Engine::Postgres { url, schema } => {
            postgres_schema(url, &postgres::plain_name(schema), service, inbox).await
        }
    }
}

/// The type words that differ, put into the one text.
fn for_engine(sql: &str, text: &str, blob: &str) -> String {
    sql.replace("{{text}}", text).replace("{{blob}}", blob)
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (kind TEXT NOT NULL, name TEXT NOT NULL, \
                     PRIMARY KEY (kind, name))";

/// The steps that are still to do; refuses a database that knows a step which we do not.
fn open_steps<'a>(known: &'a [Migration], done: &[String]) -> Result<Vec<&'a Migration>, StoreError> {
    if let Some(newer) = done.iter().find(|name| !known.iter().any(|step| step.name == name.as_str())) {
        let doing = format!(
            "the database was made by a newer version of Gehoor (it has step {newer}); start that one"
        );
        return Err(StoreError::wrong(doing));
    }
    Ok(known.iter().filter(|step| !done.iter().any(|name| name == step.name)).collect())
}

async fn sqlite_file(file: &Path, known: &'static [Migration]) -> Result<(), StoreError> {
    let doing = |error| StoreError::from_sqlx(format!("opening {}", file.display()), error);
    let mut connection = sqlite::options(file).create_if_missing(true).connect().await.map_err(doing)?;
    let begun = connection.begin_with("BEGIN IMMEDIATE").await;
    let mut tx = begun.map_err(doing)?;
    tx.execute(TABLE).await.map_err(doing)?;
    let done = sqlx::query_scalar::<_, String>("SELECT name FROM schema_migration ORDER BY name");
    let done: Vec<String> = done.fetch_all(&mut *tx).await.map_err(doing)?;
    for step in open_steps(known, &done)? {
        let doing = |error| StoreError::from_sqlx(format!("migration {}", step.name), error);
        let sql = for_engine(step.sqlite, "TEXT", "BLOB");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await.map_err(doing)?;
        let insert =
            sqlx::query("INSERT INTO schema_migration (kind, name) VALUES ('step', $1)").bind(step.name);
        insert.execute(&mut *tx).await.map_err(doing)?;
    }
    tx.commit().await.map_err(doing)?;
    connection.close().await.map_err(doing)
}

async fn postgres_schema(
    url: &str,
    schema: &str,
    service: &'static [Migration],
    inbox: &'static [Migration],
) -> Result<(), StoreError> {
    let doing = |error| StoreError::from_sqlx("bringing the database up to date", error);
    let pool = postgres::pool(url, schema)?;
    let mut tx = pool.begin().await.map_err(doing)?;
    // A step over millions of rows takes as long as it takes, and whoever waits for it does, too.
    let patient = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                   SET LOCAL idle_in_transaction_session_timeout = 0";
    sqlx::raw_sql(patient).execute(&mut *tx).await.map_err(doing)?;
    // Two nodes that start at once take turns.
    sqlx::query("SELECT pg_advisory_xact_lock(7305808869)")
        .execute(&mut *tx)
        .await
        .map_err(doing)?;
    let create = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut *tx).await.map_err(doing)?;
    tx.execute(TABLE).await.map_err(doing)?;
    for (kind, known) in [("service", service), ("inbox", inbox)] {
        let done = sqlx::query_scalar::<_, String>(
            "SELECT name FROM schema_migration WHERE kind = $1 ORDER BY name",
        );
        let done: Vec<String> = done.bind(kind).fetch_all(&mut *tx).await.map_err(doing)?;
        for step in open_steps(known, &done)? {
            let doing = |error| StoreError::from_sqlx(format!("migration {}", step.name), error);
            let sql = for_engine(step.postgres, "TEXT COLLATE \"C\"", "BYTEA");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await.map_err(doing)?;
            let insert = sqlx::query("INSERT INTO schema_migration (kind, name) VALUES ($1, $2)");
            insert.bind(kind).bind(step.name).execute(&mut *tx).await.map_err(doing)?;
        }
    }
    tx.commit().await.map_err(doing)?;
    pool.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_binary_refuses_a_newer_database() {
        let done = vec!["20261122_000000_spine".to_owned(), "20991231_000000_tomorrow".to_owned()];
        let refused = open_steps(SERVICE, &done).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|text| text.contains("newer version") && text.contains("20991231")));
        assert!(open_steps(SERVICE, &done[..1]).is_ok_and(|steps| steps.len() == SERVICE.len() - 1));
        assert!(open_steps(SERVICE, &[]).is_ok_and(|steps| steps.len() == SERVICE.len()));
    }
}
