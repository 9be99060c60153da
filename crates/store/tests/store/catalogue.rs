//! Every statement means the same to both engines.

use sqlx::{
    Column, Connection, Executor, PgConnection, Row as _, SqlSafeStr, SqliteConnection, Statement as _,
    TypeInfo,
};
use store::Engine;
use store::catalogue::{inbox_statements, statements};
use store::door::{Kind, Statement};
use store::inbox::inserts;

use crate::support::{Database, both_databases};

/// Statements with the module that they stand in.
type Listed = Vec<(&'static str, &'static Statement)>;

/// Those of the service, and those of the inbox.
fn all() -> (Listed, Listed) {
    let (service, mut inbox) = (statements(), inbox_statements());
    inbox.extend(inserts().map(|statement| ("inbox", statement)));
    (service, inbox)
}

/// What is wrong with a statement's columns as the engine names and types them; `None` is an unknown type.
fn wrong(
    declared: &Statement,
    found: &[(String, Option<String>)],
    fits: fn(Kind, &str) -> bool,
) -> Option<String> {
    if declared.columns.len() != found.len() {
        return Some(format!("{} columns declared, {} given", declared.columns.len(), found.len()));
    }
    declared.columns.iter().zip(found).find_map(|((name, kind), (found_name, found_type))| {
        let typed = found_type.as_deref().is_none_or(|found_type| fits(*kind, found_type));
        (name != found_name || !typed)
            .then(|| format!("{name}: {kind:?} declared, {found_name}: {found_type:?} given"))
    })
}

fn fits_postgres(kind: Kind, given: &str) -> bool {
    given
        == match kind {
            Kind::Text => "TEXT",
            Kind::Int => "INT8",
            Kind::Bool => "BOOL",
            Kind::Blob => "BYTEA",
        }
}

fn fits_sqlite(kind: Kind, given: &str) -> bool {
    match kind {
        Kind::Text => given == "TEXT",
        Kind::Int => matches!(given, "INTEGER" | "BIGINT" | "INT8"),
        Kind::Bool => given == "BOOLEAN",
        Kind::Blob => given == "BLOB",
    }
}

both_databases! {
    /// DESIGN 1: one SQL for two databases. A statement that one of them refuses, or answers with other columns or
    /// types, would only show when it is run.
    async fn every_statement_is_understood_and_gives_the_columns_that_it_declares(database: &Database) {
        let _store = database.open().await;
        let (service, inbox) = all();
        assert!(service.len() > 100 && inbox.len() > 40, "the catalogue lists what there is");
        let mut complaints = Vec::new();
        match &database.engine {
            Engine::Postgres { url, schema } => {
                let mut connection = PgConnection::connect(url).await.expect("the server answers");
                let path = sqlx::AssertSqlSafe(format!("SET search_path TO {schema}"));
                connection.execute(path).await.expect("the schema is there");
                for (module, statement) in service.into_iter().chain(inbox) {
                    let complaint = match (&mut connection).prepare(statement.postgres.into_sql_str()).await {
                        Err(error) => Some(error.to_string()),
                        Ok(prepared) => {
                            let columns = prepared.columns().iter();
                            let found: Vec<_> = columns
                                .map(|column| (column.name().to_owned(), Some(column.type_info().name().to_owned())))
                                .collect();
                            wrong(statement, &found, fits_postgres)
                        }
                    };
                    complaints.extend(complaint.map(|complaint| format!("{module}::{}: {complaint}", statement.name)));
                }
            }
            Engine::Sqlite { directory } => {
                for (file, statements) in [("gehoor.db", service), ("inbox.db", inbox)] {
                    let address = format!("sqlite://{}", directory.join(file).display());
                    let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
                    for (module, statement) in statements {
                        let complaint = match (&mut connection).prepare(statement.sqlite.into_sql_str()).await {
                            Err(error) => Some(error.to_string()),
                            Ok(prepared) => {
                                let columns = prepared.columns().iter();
                                let typed = |name: &str| (name != "NULL").then(|| name.to_owned());
                                let found: Vec<_> = columns
                                    .map(|column| (column.name().to_owned(), typed(column.type_info().name())))
                                    .collect();
                                wrong(statement, &found, fits_sqlite)
                            }
                        };
                        complaints
                            .extend(complaint.map(|complaint| format!("{module}::{}: {complaint}", statement.name)));
                    }
                }
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

#[test]
fn every_statement_has_a_name_of_its_own_in_its_module() {
    let (service, inbox) = all();
    let mut names: Vec<_> =
        service.iter().chain(&inbox[..11]).map(|(module, one)| (*module, one.name)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// The sender asks these at every turn. SQLite keeps no count of rows here, and an index that it takes for good enough may
/// be all that was ever sent: with 100,000 old parts one claim cost seconds.
#[test]
fn what_is_to_be_sent_is_found_without_reading_what_was_sent_before() {
    const ASKED: [(&str, &str); 4] = [
        ("outbox::claiming", "CLAIM"),
        ("outbox::pace", "LEFT_TO"),
        ("outbox::pace", "LEFT_OF"),
        ("outbox::pace", "FORGET_LEFT"),
    ];
    // Of parts, and of the conversations by which they are found: `o` the one that is asked about, `c` those with the same
    // resident.
    const READ: [&str; 8] = ["p", "b", "u", "e", "f", "outbox_part", "o", "c"];
    const LEADS: [&str; 8] = [
        "outbox_due (due_at<?)",
        "outbox_under_way",
        "outbox_of_conversation (municipality_id=? AND conversation_id=? AND message_id",
        "outbox_left_to (municipality_id=? AND conversation_id=? AND left_at>? AND left_at<?)",
        "outbox_left_of (municipality_id=? AND channel_account_id=? AND left_at>? AND left_at<?)",
        "sqlite_autoindex_outbox_part_1 (municipality_id=? AND id=?)",
        "sqlite_autoindex_conversation_1 (municipality_id=? AND id=?)",
        "conversation_of_counterpart (municipality_id=? AND channel_account_id=? AND counterpart=?)",
    ];
    // In this index stands only what is not forgotten yet: whoever forgets may read through it.
    const FORGOTTEN_FROM: (&str, &str) = ("FORGET_LEFT", "SCAN p USING INDEX outbox_left_of");
    crate::support::on_sqlite(async |database| {
        let _store = database.open().await;
        let Engine::Sqlite { directory } = &database.engine else {
            unreachable!("this half is SQLite")
        };
        let address = format!("sqlite://{}", directory.join("gehoor.db").display());
        let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
        let mut seen = 0;
        for (module, name) in ASKED {
            let all = statements();
            let (_, statement) =
                all.iter().find(|one| (one.0, one.1.name) == (module, name)).expect("it is there");
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sqlite));
            for row in sqlx::query(plan).fetch_all(&mut connection).await.expect("it can be explained") {
                let step: String = row.get("detail");
                let of_parts = READ.iter().any(|table| {
                    step.starts_with(&format!("SEARCH {table} "))
                        || step == format!("SCAN {table}")
                        || step.starts_with(&format!("SCAN {table} "))
                });
                if of_parts {
                    seen += 1;
                    let leads = LEADS.iter().any(|lead| step.contains(lead));
                    assert!(leads || (name, step.as_str()) == FORGOTTEN_FROM, "{name}: {step}");
                }
            }
        }
        assert!(seen >= 12, "{seen} steps were looked at");
    });
}

/// DESIGN 7: a page of a list is read in the order of an index, however much is in the list. Only what stands on the page is
/// put in order once more.
#[test]
fn no_list_sorts_everything_that_is_in_it() {
    const LISTS: &[(&str, &str)] = &[
        ("NEWEST", "conversation_latest"),
        ("NEWEST_OF_STATE", "conversation_latest_of_state"),
        ("OPEN_COUNTS", "conversation_counted"),
    ];
    crate::support::on_sqlite(async |database| {
        let _store = database.open().await;
        let Engine::Sqlite { directory } = &database.engine else { return };
        let address = format!("sqlite://{}", directory.join("gehoor.db").display());
        let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
        for (name, index) in LISTS {
            let all = statements();
            let (_, statement) = all
                .iter()
                .find(|one| (one.0, one.1.name) == ("conversation", *name))
                .expect("it is there");
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sqlite));
            let rows = sqlx::query(plan).fetch_all(&mut connection).await.expect("it can be explained");
            let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let plan = steps.join("\n");
            assert!(
                steps.iter().any(|step| step.ends_with(index) || step.contains(&format!("{index} "))),
                "{name}:\n{plan}"
            );
            let sorts = steps.iter().filter(|step| step.contains("TEMP B-TREE")).count();
            assert!(sorts <= 1, "{name} sorts more than its page:\n{plan}");
            assert!(!steps.iter().any(|step| step == "SCAN c"), "{name} reads everything:\n{plan}");
        }
    });
}
