//! Both schemas are one, and every table with something about a person has a rule for how long it stays.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use store::Engine;

use crate::support::{Database, both_databases, keys, on_postgresql, on_sqlite};

/// A table: its columns with their type and whether they may be empty, its primary key, its other indexes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: BTreeMap<String, (String, bool)>,
    primary_key: Vec<String>,
    /// Columns, whether it is unique, whether it covers a part of the table only.
    indexes: BTreeSet<(Vec<String>, bool, bool)>,
}

/// The terms of messages: each engine has its own kind of table for them, and SQLite several behind it. They hold words
/// without their places, and go with the message.
fn of_the_index(table: &str) -> bool {
    table == "message_term" || table.starts_with("message_term_")
}

async fn of_sqlite(database: &Database) -> BTreeMap<String, Table> {
    let Engine::Sqlite { directory } = &database.engine else { return BTreeMap::new() };
    let mut tables = BTreeMap::new();
    for file in ["gehoor.db", "inbox.db"] {
        let address = format!("sqlite://{}", directory.join(file).display());
        let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut connection).await.expect("tables");
        for name in names.into_iter().filter(|name| !of_the_index(name)) {
            let table: &mut Table = tables.entry(name.clone()).or_default();
            let rows = connection
                .fetch_all(AssertSqlSafe(format!("PRAGMA table_info({name})")))
                .await
                .expect("columns");
            let mut key = Vec::new();
            for row in &rows {
                let (column, kind): (String, String) = (row.get("name"), row.get("type"));
                let (required, place): (bool, i64) = (row.get("notnull"), row.get("pk"));
                if place > 0 {
                    key.push((place, column.clone()));
                }
                table.columns.insert(column, (kind, !required));
            }
            key.sort();
            table.primary_key = key.into_iter().map(|(_, column)| column).collect();
            let rows = connection
                .fetch_all(AssertSqlSafe(format!("PRAGMA index_list({name})")))
                .await
                .expect("indexes");
            for row in &rows {
                let (index, origin): (String, String) = (row.get("name"), row.get("origin"));
                let (unique, partial): (bool, bool) = (row.get("unique"), row.get("partial"));
                let info = AssertSqlSafe(format!("PRAGMA index_info({index})"));
                let columns = connection.fetch_all(info).await.expect("columns");
                let named = |name: Option<String>| name.unwrap_or_else(|| "(calculated)".to_owned());
                let columns = columns.iter().map(|row| named(row.get("name"))).collect();
                if origin != "pk" {
                    table.indexes.insert((columns, unique, partial));
                }
            }
        }
    }
    tables
}

async fn of_postgresql(database: &Database) -> BTreeMap<String, Table> {
    let Engine::Postgres { url, schema } = &database.engine else { return BTreeMap::new() };
    let mut connection = PgConnection::connect(url).await.expect("the server answers");
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let columns = "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, \
                   collation_name::text FROM information_schema.columns WHERE table_schema = $1";
    for row in sqlx::query(columns).bind(schema).fetch_all(&mut connection).await.expect("columns") {
        let (table, column, kind, nullable): (String, String, String, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        let collation: Option<String> = row.get(4);
        let kind = match kind.as_str() {
            // Bytes are compared, as SQLite does, so that both sort alike; but not the list of migrations.
            "text" if collation.as_deref() == Some("C") || table == "schema_migration" => "TEXT",
            "bigint" => "BIGINT",
            "boolean" => "BOOLEAN",
            "bytea" => "BLOB",
            other => other,
        };
        tables
            .entry(table)
            .or_default()
            .columns
            .insert(column, (kind.to_owned(), nullable == "YES"));
    }
    tables.retain(|table, _| !of_the_index(table));
    let indexes = "SELECT t.relname::text, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, \
                   array_agg(COALESCE(a.attname::text, '(calculated)') ORDER BY k.place) FROM pg_index i \
                   JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
                   CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) \
                   LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum \
                   WHERE n.nspname = $1 GROUP BY i.indexrelid, t.relname, i.indisprimary, i.indisunique, i.indpred";
    for row in sqlx::query(indexes).bind(schema).fetch_all(&mut connection).await.expect("indexes") {
        let (table, columns): (String, Vec<String>) = (row.get(0), row.get(4));
        let (primary, unique, partial): (bool, bool, bool) = (row.get(1), row.get(2), row.get(3));
        if of_the_index(&table) {
            continue;
        }
        let table = tables.entry(table).or_default();
        if primary {
            table.primary_key = columns;
        } else {
            table.indexes.insert((columns, unique, partial));
        }
    }
    tables
}

#[test]
fn both_databases_have_the_same_tables_columns_keys_and_indexes() {
    on_sqlite(|database| async move {
        let _store = database.open().await;
        let tables = of_sqlite(&database).await;
        SEEN.lock().expect("not poisoned").push(tables);
    });
    on_postgresql(|database| async move {
        let _store = database.open().await;
        let tables = of_postgresql(&database).await;
        SEEN.lock().expect("not poisoned").push(tables);
    });
    let found = SEEN.lock().expect("not poisoned");
    let [sqlite, postgresql] = found.as_slice() else { return };
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgresql.keys().collect::<Vec<_>>());
    for (name, table) in sqlite {
        assert_eq!(table, &postgresql[name], "table {name}");
    }
}

static SEEN: std::sync::Mutex<Vec<BTreeMap<String, Table>>> = std::sync::Mutex::new(Vec::new());

/// How long what a table holds of persons stays. A new table needs a line here: whoever adds it decides it.
const KEPT: &[(&str, &str)] = &[
    ("account_check", "nothing of a person"),
    (
        "account_event",
        "nothing of a person: what the platform and we say of the municipality's own account",
    ),
    ("account_hold", "nothing of a person"),
    ("account_link", "a user's id: until the link is used, or too old for a day"),
    (
        "account_notice",
        "nothing of a person: what the platform says of the municipality's own account",
    ),
    ("account_pace", "nothing of a person"),
    ("account_pulse", "nothing of a person"),
    ("alarm_seen", "a user's id: until the alarm's account goes"),
    ("answered_request", "a user's id: dropped after 24 hours by housekeeping"),
    ("api_token", "a user's id: as long as the user"),
    (
        "attachment",
        "names of files, places where photos were taken: until erasure, with the message",
    ),
    ("audit", "ids of users: half a year at least, by law; never a name or text"),
    ("author", "a resident's name: until erasure, with the conversation"),
    ("author_identifier", "a resident's number: until erasure, with the conversation"),
    ("blob", "sizes and hashes of attachments: with the message"),
    ("blob_begun", "nothing of a person: ids of files, for a day"),
    ("blob_chunk", "attachments, sealed: with the message"),
    ("canned_text", "nothing of a person: what the municipality says often"),
    ("channel_account", "nothing of a person"),
    ("conversation", "until erasure, by the municipality's retention period"),
    ("delivery_report", "a resident's number: until erasure, with the message"),
    (
        "draft",
        "what a colleague wrote and did not send: with the conversation, and after 90 days by housekeeping",
    ),
    (
        "draft_attachment",
        "files that somebody is about to send: dropped after a day by housekeeping",
    ),
    ("gehoor_user", "a colleague's name and address: as long as they work here"),
    ("half_log_in", "a user's id: for five minutes, dropped by housekeeping"),
    (
        "job",
        "ids; an address that somebody typed who lost a password, until it was looked up, within minutes",
    ),
    ("journal", "ids only: never erased, so it never holds a name or text"),
    ("journal_head", "nothing of a person"),
    ("log_line", "ids of users and what they did with a conversation: with the conversation"),
    ("login_throttle", "hashes of addresses: dropped after half an hour by housekeeping"),
    ("mail", "a user's id: dropped 30 days after it was sent by housekeeping"),
    ("message", "what residents write: until erasure, by the municipality's retention period"),
    ("message_event", "what residents change: until erasure, with the message"),
    ("message_search", "ids of messages and moments: with the message"),
    ("message_template", "nothing of a person: texts that a platform has approved"),
    ("municipality", "nothing of a person"),
    ("municipality_host", "nothing of a person"),
    ("municipality_logo", "nothing of a person"),
    ("municipality_look", "nothing of a person"),
    ("outbox_part", "a resident's number and our text: until erasure, with the message"),
    ("presence", "a user's id: for seconds; swept by housekeeping"),
    (
        "raw_event",
        "everything that a platform told: dropped 30 days after it was read by housekeeping",
    ),
    ("read_mark", "until where a colleague has read: with the conversation"),
    ("recovery_code", "hashes of codes: as long as the user has a second step"),
    (
        "saved_list",
        "a user's id and their words for a list: until they remove it, or as long as the user",
    ),
    ("schema_migration", "nothing of a person"),
    ("sealing_key", "nothing of a person"),
    ("search_progress", "nothing of a person"),
    ("second_factor", "a secret, sealed: as long as the user has a second step"),
    ("secret", "nothing of a person"),
    ("seen_message", "ids of messages: until erasure, with the conversation"),
    ("session", "a user's id: dropped 30 days after its end by housekeeping"),
    ("team", "nothing of a person"),
    ("template_reading", "nothing of a person"),
    ("unread_item", "nothing of a person: reasons without text"),
    ("user_team", "a user's id: as long as the membership"),
    ("view_log", "ids of users and conversations: half a year at least, by law"),
];

#[test]
fn every_table_has_a_rule_for_how_long_it_keeps_what_it_holds_of_persons() {
    on_sqlite(|database| async move {
        let _store = database.open().await;
        let tables = of_sqlite(&database).await;
        let tables: Vec<&str> = tables.keys().map(String::as_str).collect();
        let ruled: Vec<&str> = KEPT.iter().map(|(table, _)| *table).collect();
        assert_eq!(tables, ruled, "a table without a rule, or a rule without a table");
    });
}

both_databases! {
    /// B9: an older binary does not touch what a newer one made.
    async fn an_older_gehoor_refuses_to_start_on_a_newer_database(database: &Database) {
        drop(database.open().await);
        let newer = "INSERT INTO schema_migration (kind, name) VALUES ('service', '20991231_000000_tomorrow')";
        match &database.engine {
            Engine::Sqlite { directory } => {
                let address = format!("sqlite://{}", directory.join("gehoor.db").display());
                let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
                connection.execute(newer).await.expect("written");
                connection.close().await.expect("closed");
            }
            Engine::Postgres { url, schema } => {
                let mut connection = PgConnection::connect(url).await.expect("the server answers");
                let path = AssertSqlSafe(format!("SET search_path TO {schema}"));
                connection.execute(path).await.expect("the schema is there");
                connection.execute(newer).await.expect("written");
            }
        }
        let refused = database.try_open(&keys()).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("newer version") && refused.contains("20991231"), "{refused}");
    }

    /// B9: starting again changes nothing.
    async fn a_database_that_is_up_to_date_opens_again(database: &Database) {
        drop(database.open().await);
        let store = database.open().await;
        store.answers().await.expect("it answers");
    }
}
