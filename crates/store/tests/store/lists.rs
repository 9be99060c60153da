//! DESIGN 7: a window of a list is read in the order of an index, in each order and among whichever conversations, on both
//! engines; what is in the list costs no more than what is looked at of it.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use store::Engine;
use store::catalogue::statements;
use store::door::Statement;

use crate::support::{on_postgresql, on_sqlite};

/// Each statement of a list, with the index in whose order it reads.
const LISTS: [(&str, &str); 8] = [
    ("ALL_ACTIVITY", "conversation_latest"),
    ("ALL_BEGUN", "conversation_begun"),
    // Or by that of the state, which has the same order: nearly all that is kept is closed.
    ("CLOSED_ACTIVITY", "conversation_latest"),
    ("CLOSED_BEGUN", "conversation_begun"),
    ("COUNT", "conversation_work"),
    ("OPEN_ACTIVITY", "conversation_open_latest"),
    ("OPEN_BEGUN", "conversation_open_begun"),
    ("OPEN_WAITING", "conversation_work"),
];

fn of(name: &str) -> &'static Statement {
    let all = statements();
    let (_, statement) = all.iter().find(|one| (one.0, one.1.name) == ("list", name)).expect("it is there");
    statement
}

/// The ends of windows are found by the same index.
fn with_ends() -> impl Iterator<Item = (String, &'static str)> {
    let end =
        |(name, index): &(&str, &'static str)| (*name != "COUNT").then(|| (format!("{name}_END"), *index));
    let ends: Vec<_> = LISTS.iter().filter_map(end).collect();
    LISTS.iter().map(|(name, index)| ((*name).to_owned(), *index)).chain(ends)
}

#[test]
fn a_window_of_each_list_is_read_in_the_order_of_an_index_on_sqlite() {
    on_sqlite(async |database| {
        let _store = database.open().await;
        let Engine::Sqlite { directory } = &database.engine else { return };
        let address = format!("sqlite://{}", directory.join("gehoor.db").display());
        let mut connection = SqliteConnection::connect(&address).await.expect("the file is there");
        for (name, index) in with_ends() {
            let plan = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", of(&name).sqlite));
            let rows = sqlx::query(plan).fetch_all(&mut connection).await.expect("it can be explained");
            let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let plan = steps.join("\n");
            let by_index = |step: &String| {
                step.starts_with("SEARCH w ") && step.split_whitespace().any(|word| word.starts_with(index))
            };
            assert!(steps.iter().any(by_index), "{name} is not read by {index}:\n{plan}");
            for forbidden in ["SCAN w", "SCAN p USING", "SCAN m", "SCAN o", "SCAN r"] {
                assert!(
                    !steps.iter().any(|step| step.starts_with(forbidden)),
                    "{name} reads everything:\n{plan}"
                );
            }
            let trouble = steps.iter().any(|step| step.contains("outbox_trouble"));
            assert!(name.ends_with("_END") || trouble, "{name} looks for sends one by one:\n{plan}");
        }
    });
}

#[test]
fn a_window_of_each_list_is_read_in_the_order_of_an_index_on_postgresql() {
    on_postgresql(|database| async move {
        let _store = database.open().await;
        let Engine::Postgres { url, schema } = &database.engine else { return };
        let mut connection = PgConnection::connect(url).await.expect("the server answers");
        connection
            .execute(AssertSqlSafe(format!("SET search_path TO {schema}")))
            .await
            .expect("the schema is there");
        // An empty table is scanned whatever indexes it has.
        connection.execute("SET enable_seqscan = off").await.expect("it can be set");
        connection.execute("SET enable_bitmapscan = off").await.expect("it can be set");
        for (name, index) in with_ends() {
            let explained = AssertSqlSafe(format!("EXPLAIN {}", of(&name).postgres));
            let query = if name.ends_with("_END") {
                sqlx::query(explained).bind("zwanendam").bind(0_i64).bind("").bind(200_i64)
            } else {
                let mut query = sqlx::query(explained).bind("zwanendam").bind(true);
                for _ in 0..8 + 4 {
                    query = query.bind("");
                }
                let query = query.bind(i64::MAX).bind("").bind(false).bind(0_i64).bind("").bind(200_i64);
                if name == "COUNT" { query } else { query.bind(51_i64) }
            };
            let rows = query.fetch_all(&mut connection).await.expect("it can be explained");
            let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            let plan = plan.join("\n");
            let window = plan.split_whitespace().any(|word| word.starts_with(index));
            assert!(window, "{name} is not read by {index}:\n{plan}");
            assert!(!plan.contains("Seq Scan on conversation"), "{name} reads everything:\n{plan}");
        }
    });
}
