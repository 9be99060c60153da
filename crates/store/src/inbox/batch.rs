//! Writing many deliveries with one statement and one commit.

use std::sync::LazyLock;

use domain::access::Scope;
use domain::ids::{ChannelAccountId, MunicipalityId, RawEventId};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::Writer;
use crate::StoreError;
use crate::door::statement::Statement;
use crate::door::tx::Tx;
use crate::door::{Val, postgres, vals};
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

/// Writes what waits together with one commit, then what came meanwhile with the next.
pub(super) async fn gather(writer: Writer, room: Room, mut queue: mpsc::Receiver<Put>) {
    let mut waiting: Vec<Put> = Vec::new();
    while queue.recv_many(&mut waiting, ROWS_PER_COMMIT).await > 0 {
        let mut events = Vec::with_capacity(waiting.len());
        let mut callers = Vec::with_capacity(waiting.len());
        for (put, tell) in waiting.drain(..) {
            events.extend(put);
            callers.push(tell);
        }
        let done = if room.is_left() {
            writer.insert(events).await
        } else {
            Err(StoreError::no_room())
        };
        for tell in callers {
            let _ = tell.send(match &done {
                Ok(()) => Ok(()),
                Err(error) => Err(error.for_another()),
            });
        }
    }
}

impl Writer {
    /// One commit for all of these deliveries.
    async fn insert(&self, events: Vec<NewRawEvent>) -> Result<(), StoreError> {
        self.together(prepare(events)).await.map(|_| ())
    }

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
            Self::Postgres { pool } => {
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

fn prepare(events: Vec<NewRawEvent>) -> Vec<(&'static Statement, Vec<Val>)> {
    let mut statements = Vec::with_capacity(events.len() / ROWS_PER_STATEMENT + 1);
    let mut values = Vec::new();
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

/// The insert of 1, 2, … [`ROWS_PER_STATEMENT`] deliveries.
static INSERTS: LazyLock<Vec<Statement>> = LazyLock::new(|| {
    (1..=ROWS_PER_STATEMENT)
        .map(|rows| {
            let row = |row: usize| {
                let first = row * COLUMNS;
                let numbers = (1..=COLUMNS).map(|column| format!("${}", first + column)).collect::<Vec<_>>().join(", ");
                format!("({numbers}, 'received', 0, 0, 0)")
            };
            let all = (0..rows).map(row).collect::<Vec<_>>().join(", ");
            let sql: &'static str = Box::leak(
                format!(
                    "INSERT INTO raw_event (municipality_id, id, channel_account_id, received_at, headers, body, state, \
                     due_at, fence, attempts) VALUES {all}"
                )
                .into_boxed_str(),
            );
            Statement { name: "INSERT of raw events", sqlite: sql, postgres: sql, columns: &[] }
        })
        .collect()
});

/// The statements with a varying number of rows, for the catalogue's test.
#[must_use]
pub fn inserts() -> &'static [Statement] {
    &INSERTS
}
