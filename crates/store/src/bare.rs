//! The baseline of `bench ingest`: the same bytes with the same driver on the same disk, and nothing else. Not used
//! for anything that matters.

use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::StoreError;
use crate::door::{postgres, sqlite};
use crate::store::Engine;

/// Rows of one statement, as in the inbox.
const ROWS: usize = 32;

type Put = (Vec<u8>, oneshot::Sender<bool>);

/// A table of bytes with one writer that commits together what waits together.
#[derive(Clone)]
pub struct Bare {
    puts: mpsc::Sender<Put>,
}

enum Connected {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bare {
    /// Makes the table beside the store's own and starts the writer.
    ///
    /// # Errors
    /// When the file or the server cannot be reached.
    pub async fn open(engine: &Engine) -> Result<Self, StoreError> {
        let doing = |error| StoreError::from_sqlx("opening the baseline's table", error);
        let mut connected = match engine {
            Engine::Sqlite { directory } => Connected::Sqlite(
                sqlite::options(Path::new(&directory.join("bare.db")))
                    .create_if_missing(true)
                    .connect()
                    .await
                    .map_err(doing)?,
            ),
            Engine::Postgres { url, schema } => {
                let pool = postgres::pool(url, &postgres::plain_name(schema))?;
                Connected::Postgres(pool.acquire().await.map_err(doing)?.detach())
            }
        };
        let table = |blob| {
            format!(
                "DROP TABLE IF EXISTS bare; CREATE TABLE bare (id BIGINT PRIMARY KEY, body {blob} NOT NULL)"
            )
        };
        match &mut connected {
            Connected::Sqlite(one) => {
                sqlx::raw_sql(AssertSqlSafe(table("BLOB"))).execute(one).await.map(|_| ())
            }
            Connected::Postgres(one) => {
                sqlx::raw_sql(AssertSqlSafe(table("BYTEA"))).execute(one).await.map(|_| ())
            }
        }
        .map_err(doing)?;
        let (puts, queue) = mpsc::channel(10_000);
        match connected {
            // On a thread of its own, as the inbox's writer is.
            Connected::Sqlite(_) => {
                std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
                    if let Ok(runtime) = runtime {
                        runtime.block_on(write(connected, queue));
                    }
                });
            }
            Connected::Postgres(_) => {
                tokio::spawn(write(connected, queue));
            }
        }
        Ok(Self { puts })
    }

    /// Writes one row; `true` when it is on disk.
    pub async fn put(&self, body: Vec<u8>) -> bool {
        let (tell, told) = oneshot::channel();
        self.puts.send((body, tell)).await.is_ok() && told.await.unwrap_or(false)
    }
}

async fn write(mut connected: Connected, mut queue: mpsc::Receiver<Put>) {
    let statements = Statements::of(&connected);
    let (mut next, mut waiting): (i64, Vec<Put>) = (0, Vec::new());
    while queue.recv_many(&mut waiting, 256).await > 0 {
        let (bodies, callers): (Vec<Vec<u8>>, Vec<_>) = waiting.drain(..).unzip();
        let done = commit(&mut connected, &statements, &mut next, bodies).await.is_ok();
        callers.into_iter().for_each(|tell| {
            let _ = tell.send(done);
        });
    }
    match connected {
        Connected::Sqlite(one) => drop(one.close().await),
        Connected::Postgres(one) => drop(one.close().await),
    }
}

/// The insert of 1, 2, … [`ROWS`] rows, and the same as a whole transaction, as the inbox has them.
struct Statements {
    inserts: Vec<&'static str>,
    transactions: Vec<&'static str>,
}

impl Statements {
    fn of(connected: &Connected) -> Self {
        let kept = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let row = |row: usize| match connected {
            Connected::Sqlite(_) => "(?, ?)".to_owned(),
            Connected::Postgres(_) => format!("(${}, ${})", row * 2 + 1, row * 2 + 2),
        };
        let insert = |rows: usize| {
            let all: Vec<String> = (0..rows).map(row).collect();
            format!("INSERT INTO bare (id, body) VALUES {}", all.join(", "))
        };
        let transaction = |rows: usize| match connected {
            Connected::Sqlite(_) => format!("BEGIN IMMEDIATE; {}; COMMIT", insert(rows)),
            // One statement is a transaction by itself.
            Connected::Postgres(_) => insert(rows),
        };
        Self {
            inserts: (1..=ROWS).map(insert).map(kept).collect(),
            transactions: (1..=ROWS).map(transaction).map(kept).collect(),
        }
    }
}

async fn commit(
    connected: &mut Connected,
    statements: &Statements,
    next: &mut i64,
    bodies: Vec<Vec<u8>>,
) -> Result<(), sqlx::Error> {
    let alone = bodies.len() <= ROWS;
    let mut bodies = bodies.into_iter().peekable();
    macro_rules! insert {
        ($connection:expr) => {{
            if !alone {
                sqlx::query("BEGIN").execute(&mut *$connection).await?;
            }
            while bodies.peek().is_some() {
                let some: Vec<Vec<u8>> = bodies.by_ref().take(ROWS).collect();
                let texts = if alone { &statements.transactions } else { &statements.inserts };
                let mut insert = sqlx::query(texts[some.len() - 1]);
                for body in some {
                    *next += 1;
                    insert = insert.bind(*next).bind(body);
                }
                insert.execute(&mut *$connection).await?;
            }
            if !alone {
                sqlx::query("COMMIT").execute(&mut *$connection).await?;
            }
        }};
    }
    match connected {
        Connected::Sqlite(connection) => insert!(connection),
        Connected::Postgres(connection) => insert!(connection),
    }
    Ok(())
}
