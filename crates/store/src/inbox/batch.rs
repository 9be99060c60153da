//! Writing many deliveries with one statement and one commit.

use std::sync::LazyLock;

use domain::access::Scope;
use domain::ids::{ChannelAccountId, MunicipalityId, RawEventId};
use jiff::Timestamp;
use sqlx::Connection as _;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::Writer;
use super::line::Line;
use crate::StoreError;
use crate::door::statement::Statement;
use crate::door::tx::Tx;
use crate::door::{Val, postgres, sqlite, vals};
use crate::room::Room;

/// Deliveries written with one statement.
const ROWS_PER_STATEMENT: usize = 32;
/// Deliveries that are gathered for one commit.
const ROWS_PER_COMMIT: usize = 256;
/// Columns that are bound for a delivery.
const COLUMNS: usize = 6;

/// A delivery that is to be put down.
#[derive(Debug, Clone)]
pub struct NewRawEvent {
    /// Whose.
    pub municipality: MunicipalityId,
    /// Its id.
    pub id: RawEventId,
    /// The account that it concerns.
    pub channel_account: ChannelAccountId,
    /// When it came.
    pub received_at: Timestamp,
    /// The header lines worth keeping, as JSON.
    pub headers: String,
    /// The bytes.
    pub body: Vec<u8>,
}

/// Deliveries of one caller, and whom to tell that they are on disk.
pub(super) type Put = (Vec<NewRawEvent>, oneshot::Sender<Result<(), StoreError>>);

/// Where deliveries are put down.
pub(super) enum Destination {
    /// Through the writer of their file, on whose thread this is.
    Sqlite(sqlite::Writer),
    /// Over a connection of their own.
    Postgres {
        /// The connection.
        line: Line,
        /// Cancelled when no more is to be taken.
        closing: CancellationToken,
    },
}

/// Writes what waits together with one commit, then what came meanwhile with the next.
pub(super) async fn gather(destination: &mut Destination, room: Room, mut queue: mpsc::Receiver<Put>) {
    let mut waiting: Vec<Put> = Vec::new();
    while destination.takes(&mut queue, &mut waiting).await > 0 {
        let mut events = Vec::with_capacity(waiting.len());
        let mut callers = Vec::with_capacity(waiting.len());
        for (put, tell) in waiting.drain(..) {
            events.extend(put);
            callers.push(tell);
        }
        let done = if room.is_left() {
            destination.insert(events).await
        } else {
            Err(StoreError::no_room())
        };
        for tell in callers {
            let _ = tell.send(match &done {
                Ok(()) => Ok(()),
                Err(error) => Err(error.for_another()),
            });
        }
        // What still waits is refused: nobody waits for the end of a server on account of a database that is away.
        if done.is_err() && destination.is_closing() {
            return;
        }
    }
}

impl Destination {
    /// How many callers came; none when nothing will come any more. Once it is closing, what was handed over comes still.
    async fn takes(&self, queue: &mut mpsc::Receiver<Put>, waiting: &mut Vec<Put>) -> usize {
        if let Self::Postgres { closing, .. } = self {
            let coming = queue.recv_many(waiting, ROWS_PER_COMMIT);
            if let Some(came) = closing.run_until_cancelled(coming).await {
                return came;
            }
            queue.close();
        }
        queue.recv_many(waiting, ROWS_PER_COMMIT).await
    }

    /// Of a writer of SQLite nothing needs to be known: it ends what runs on its thread with itself.
    fn is_closing(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres { closing, .. } => closing.is_cancelled(),
        }
    }

    /// One commit for all of these deliveries.
    async fn insert(&mut self, events: Vec<NewRawEvent>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(writer) => {
                let (tell, told) = oneshot::channel();
                writer
                    .submit(Box::new(Insertion { inserts: prepare(events), result: Ok(()), tell }))
                    .await;
                told.await.unwrap_or_else(|_| Err(StoreError::unavailable("the writer ended")))
            }
            Self::Postgres { line, .. } => {
                let mut inserts = prepare(events);
                line.with(async move |connection| match inserts.pop() {
                    // One statement is a transaction by itself.
                    Some((only, values)) if inserts.is_empty() => {
                        postgres::exec(connection, &only.insert, values).await.map(|_| ())
                    }
                    last => {
                        let doing = |error| StoreError::from_sqlx("writing to the raw inbox", error);
                        let mut tx = connection.begin().await.map_err(doing)?;
                        for (inserts, values) in inserts.into_iter().chain(last) {
                            postgres::exec(&mut tx, &inserts.insert, values).await?;
                        }
                        tx.commit().await.map_err(doing)
                    }
                })
                .await
            }
        }
    }

    pub(super) async fn close(self) {
        match self {
            Self::Sqlite(_) => (),
            Self::Postgres { line, .. } => line.close().await,
        }
    }
}

impl Writer {
    /// One commit for all of these statements. Returns the number of rows that each of them changed.
    pub(super) async fn together(
        &self,
        statements: Vec<(&'static Statement, Vec<Val>)>,
    ) -> Result<Vec<u64>, StoreError> {
        match self {
            Self::Sqlite { writer, .. } => {
                let act = async move |tx: &mut Tx| {
                    let mut changed = Vec::with_capacity(statements.len());
                    for (statement, values) in &statements {
                        changed.push(tx.exec(statement, values.clone()).await?);
                    }
                    Ok(changed)
                };
                crate::store::write_sqlite(writer, &Scope::installation(), act).await
            }
            Self::Postgres { pool, .. } => {
                let doing = |error| StoreError::from_sqlx("writing to the raw inbox", error);
                let mut changed = Vec::with_capacity(statements.len());
                let mut tx = pool.begin().await.map_err(doing)?;
                for (statement, values) in statements {
                    changed.push(postgres::exec(&mut tx, statement, values).await?);
                }
                tx.commit().await.map_err(doing)?;
                Ok(changed)
            }
        }
    }
}

/// Deliveries on their way to the writer's thread.
struct Insertion {
    inserts: Vec<(&'static Inserts, Vec<Val>)>,
    result: Result<(), StoreError>,
    tell: oneshot::Sender<Result<(), StoreError>>,
}

impl sqlite::Job for Insertion {
    fn scope(&self) -> Scope {
        Scope::installation()
    }

    fn whole(&mut self) -> Option<(&'static str, Vec<Val>)> {
        match &mut self.inserts[..] {
            [(inserts, values)] => Some((inserts.transaction, std::mem::take(values))),
            _ => None,
        }
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> sqlite::LocalBoxFuture<'a, Result<(), Option<StoreError>>> {
        Box::pin(async move {
            for (inserts, values) in std::mem::take(&mut self.inserts) {
                if let Err(error) = tx.exec(&inserts.insert, values).await {
                    let verdict = error.for_another();
                    self.result = Err(error);
                    return Err(Some(verdict));
                }
            }
            Ok(())
        })
    }

    fn has_news(&self) -> bool {
        false
    }

    fn finish(self: Box<Self>) {
        let _ = self.tell.send(self.result);
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _ = self.tell.send(Err(error));
    }
}

/// The statements that put deliveries down, each with its values.
fn prepare(events: Vec<NewRawEvent>) -> Vec<(&'static Inserts, Vec<Val>)> {
    let mut statements = Vec::with_capacity(events.len() / ROWS_PER_STATEMENT + 1);
    let mut values = Vec::with_capacity(COLUMNS * events.len().min(ROWS_PER_STATEMENT));
    let total = events.len();
    for (index, event) in events.into_iter().enumerate() {
        values.extend(vals![
            event.municipality,
            event.id,
            event.channel_account,
            event.received_at,
            event.headers,
            event.body
        ]);
        let rows = values.len() / COLUMNS;
        if rows == ROWS_PER_STATEMENT || index + 1 == total {
            statements.push((&INSERTS[rows - 1], std::mem::take(&mut values)));
        }
    }
    statements
}

/// The insert of a number of deliveries.
#[derive(Debug)]
struct Inserts {
    insert: Statement,
    /// The same for SQLite with its transaction around it, as one text.
    transaction: &'static str,
}

/// The insert of 1, 2, … [`ROWS_PER_STATEMENT`] deliveries.
static INSERTS: LazyLock<Vec<Inserts>> = LazyLock::new(|| {
    let kept = |sql: String| -> &'static str { Box::leak(sql.into_boxed_str()) };
    let insert = |rows: usize, name: fn(usize) -> String| {
        let row = |row: usize| {
            let first = row * COLUMNS;
            let values = (1..=COLUMNS).map(|column| name(first + column)).collect::<Vec<_>>().join(", ");
            format!("({values}, 'received', 0, 0, 0)")
        };
        let all = (0..rows).map(row).collect::<Vec<_>>().join(", ");
        format!(
            "INSERT INTO raw_event (municipality_id, id, channel_account_id, received_at, headers, body, state, \
             due_at, fence, attempts) VALUES {all}"
        )
    };
    // SQLite looks each numbered value up among all the others: with two hundred of them that is dear.
    let in_turn = |rows| insert(rows, |_| "?".to_owned());
    (1..=ROWS_PER_STATEMENT)
        .map(|rows| Inserts {
            insert: Statement {
                name: "INSERT of raw events",
                sqlite: kept(in_turn(rows)),
                postgres: kept(insert(rows, |number| format!("${number}"))),
                columns: &[],
            },
            transaction: kept(format!("BEGIN IMMEDIATE; {}; COMMIT", in_turn(rows))),
        })
        .collect()
});

/// The statements with a varying number of rows, for the catalogue's test.
pub fn inserts() -> impl Iterator<Item = &'static Statement> {
    INSERTS.iter().map(|inserts| &inserts.insert)
}
