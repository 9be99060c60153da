//! The raw inbox: what platforms delivered, on disk before it is acknowledged, read afterwards (RELIABILITY 2.1).
//!
//! Deliveries that wait together are written with one statement and one fsync: whatever waits when the last fsync
//! ends goes into the next, there is no timer. On SQLite the inbox is a file of its own with a writer of its own.

mod batch;
mod line;
mod reading;

use std::path::Path;

use domain::access::Scope;
use domain::ids::{ChannelAccountId, RawEventId};
use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;
use sqlx::{PgPool, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use batch::{Destination, Put, gather};
pub use batch::{NewRawEvent, inserts};
use line::{Line, OwnThread};
pub use reading::{Claimed, Verdict};

use crate::StoreError;
use crate::door::dialect::{now_postgres, now_sqlite};
use crate::door::row::{Reads, Row};
use crate::door::statement::Statement;
use crate::door::tx::{Connection, Tx};
use crate::door::{Val, postgres, sqlite, statements, vals};
use crate::room::Room;

/// Deliveries that may wait before the next caller is told to come back later.
const QUEUE: usize = 10_000;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawState {
    /// On disk; still to be read, or to be tried again.
    Received,
    /// Everything in it was understood.
    Read,
    /// Something in it waits for a person.
    Quarantined,
}

impl RawState {
    /// The name in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Read => "read",
            Self::Quarantined => "quarantined",
        }
    }
}

impl std::str::FromStr for RawState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Received, Self::Read, Self::Quarantined]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| "the states are received, read, quarantined".to_owned())
    }
}

/// A delivery in a list: what it is, without its content.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: RawEventId,
    /// The account that it concerns.
    pub channel_account: ChannelAccountId,
    /// When it came.
    pub received_at: Timestamp,
    /// Where it stands.
    pub state: RawState,
    /// How often it was taken to be read.
    pub attempts: i64,
    /// Its size in bytes.
    pub bytes: i64,
}

/// Deliveries of a municipality in one state. The state stands in the text, so that the index of that state serves.
macro_rules! list_of {
    ($state:literal) => {
        concat!(
            "SELECT id, channel_account_id, received_at, state, attempts, CAST(length(body) AS BIGINT) AS bytes \
             FROM raw_event WHERE municipality_id = $1 AND state = '",
            $state,
            "' AND id > $2 ORDER BY id LIMIT $3"
        )
    };
}

statements! {
    REPLAY = "UPDATE raw_event SET state = 'received', due_at = 0, lease_until = NULL, fence = fence + 1, attempts = 0 \
              WHERE municipality_id = $1 AND id = $2" => [];
    /// Some of what is kept, to be read again from the start; what is known already stays as it is.
    REPLAY_SOME = {
        sqlite: concat!("UPDATE raw_event SET state = 'received', due_at = ", now_sqlite!(), ", lease_until = NULL, \
                         fence = fence + 1, attempts = 0 WHERE municipality_id = $1 AND id IN (SELECT r.id \
                         FROM raw_event r WHERE r.municipality_id = $1 AND r.id > $2 AND r.received_at >= $3 \
                         AND r.state <> 'received' ORDER BY r.id LIMIT $4) RETURNING id"),
        postgres: concat!("UPDATE raw_event SET state = 'received', due_at = ", now_postgres!(), ", lease_until = NULL, \
                           fence = fence + 1, attempts = 0 WHERE municipality_id = $1 AND id IN (SELECT r.id \
                           FROM raw_event r WHERE r.municipality_id = $1 AND r.id > $2 AND r.received_at >= $3 \
                           AND r.state <> 'received' ORDER BY r.id LIMIT $4) RETURNING id"),
    } => [id: Text];
    LIST_RECEIVED = (list_of!("received"))
        => [id: Text, channel_account_id: Text, received_at: Int, state: Text, attempts: Int, bytes: Int];
    LIST_READ = (list_of!("read"))
        => [id: Text, channel_account_id: Text, received_at: Int, state: Text, attempts: Int, bytes: Int];
    LIST_QUARANTINED = (list_of!("quarantined"))
        => [id: Text, channel_account_id: Text, received_at: Int, state: Text, attempts: Int, bytes: Int];
    FIND = "SELECT id, channel_account_id, received_at, state, attempts, CAST(length(body) AS BIGINT) AS bytes FROM raw_event \
            WHERE municipality_id = $1 AND id = $2"
        => [id: Text, channel_account_id: Text, received_at: Int, state: Text, attempts: Int, bytes: Int];
    COUNT = "SELECT 'quarantined' AS state, count(*) AS number, min(received_at) AS oldest_at FROM raw_event \
             WHERE state = 'quarantined' HAVING count(*) > 0 UNION ALL \
             SELECT 'received' AS state, count(*) AS number, min(received_at) AS oldest_at FROM raw_event \
             WHERE state = 'received' HAVING count(*) > 0 ORDER BY state" => [state: Text, number: Int, oldest_at: Int];
    /// Bodies are dropped after a while; those that wait for a person stay.
    PURGE = "DELETE FROM raw_event WHERE (municipality_id, id) IN (SELECT municipality_id, id FROM raw_event \
             WHERE state = 'read' AND received_at < $1 ORDER BY received_at LIMIT $2)" => [];
}

/// The raw inbox.
#[derive(Clone)]
pub struct Inbox {
    puts: mpsc::Sender<Put>,
    writer: Writer,
    room: Room,
}

#[derive(Clone)]
enum Writer {
    Sqlite { writer: sqlite::Writer, readers: SqlitePool },
    Postgres { pool: PgPool, thread: OwnThread },
}

impl Inbox {
    pub(crate) async fn sqlite(file: &Path) -> Result<Self, StoreError> {
        let (puts, queue) = mpsc::channel(QUEUE);
        let readers = sqlite::readers(file, 2);
        let room = Room::in_directory(file.parent().unwrap_or(Path::new(".")).to_owned());
        let looked_at = room.clone();
        let gathering = |writer| async move {
            gather(&mut Destination::Sqlite(writer), looked_at, queue).await;
        };
        let writer = sqlite::Writer::start(file.to_owned(), || (), gathering).await?;
        Ok(Self { puts, writer: Writer::Sqlite { writer, readers }, room })
    }

    /// `pool`: for everything but putting down, which has a connection of its own.
    pub(crate) fn postgres(pool: PgPool, own: PgConnectOptions) -> Result<Self, StoreError> {
        let (puts, queue) = mpsc::channel(QUEUE);
        let room = Room::elsewhere();
        let looked_at = room.clone();
        let thread = OwnThread::start(|closing| async move {
            let mut destination = Destination::Postgres { line: Line::new(own), closing };
            gather(&mut destination, looked_at, queue).await;
            destination.close().await;
        })?;
        Ok(Self { puts, writer: Writer::Postgres { pool, thread }, room })
    }

    /// Puts deliveries down and returns when they are on disk, all of them or none.
    ///
    /// # Errors
    /// When they are not on disk: then the platform must not be told that they are.
    pub async fn put(&self, events: Vec<NewRawEvent>) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let (tell, told) = oneshot::channel();
        let full = |_| StoreError::unavailable("the inbox has more to write than it can");
        self.puts.try_send((events, tell)).map_err(full)?;
        told.await.unwrap_or_else(|_| Err(StoreError::unavailable("the inbox ended")))
    }

    /// Whether the disk has room for what comes in; what is left below that is kept for those who read (B4).
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.room.is_left()
    }

    /// Has one delivery read again. `false` when there is none with this id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn replay(&self, scope: &Scope, id: RawEventId) -> Result<bool, StoreError> {
        let municipality = scope.municipality().clone();
        self.change(async move |tx: &mut Tx| Ok(tx.exec(&REPLAY, vals![&municipality, id]).await? > 0))
            .await
    }

    /// Has up to `limit` deliveries read again that came at or after `since`, are still kept and have an id above
    /// `after`. Returns how many, and the highest of their ids: where the next call begins.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn replay_some(
        &self,
        scope: &Scope,
        since: Timestamp,
        after: Option<RawEventId>,
        limit: u32,
    ) -> Result<(u64, Option<RawEventId>), StoreError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let values = vals![scope.municipality(), after, since, limit];
        let rows = self.change(async move |tx: &mut Tx| tx.all(&REPLAY_SOME, values.clone()).await).await?;
        let ids = rows.iter().map(|row| row.parse::<RawEventId>(0)).collect::<Result<Vec<_>, _>>()?;
        Ok((u64::try_from(ids.len()).unwrap_or_default(), ids.into_iter().max()))
    }

    /// Drops what was read and came before `before`, at most `limit`; returns how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn purge(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.change(async move |tx: &mut Tx| tx.exec(&PURGE, vals![before, limit]).await).await
    }

    /// Deliveries in one state, oldest first, after the id `after`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(
        &self,
        scope: &Scope,
        state: RawState,
        after: Option<RawEventId>,
        limit: u32,
    ) -> Result<Vec<Listed>, StoreError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let list = match state {
            RawState::Received => &LIST_RECEIVED,
            RawState::Read => &LIST_READ,
            RawState::Quarantined => &LIST_QUARANTINED,
        };
        let rows = self.rows(list, vals![scope.municipality(), after, limit]).await?;
        rows.iter().map(listed).collect()
    }

    /// One delivery, without its content.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, scope: &Scope, id: RawEventId) -> Result<Option<Listed>, StoreError> {
        self.rows(&FIND, vals![scope.municipality(), id]).await?.first().map(listed).transpose()
    }

    /// How many deliveries are not read, by state, with the moment of the oldest; over all municipalities, for figures.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn backlog(&self) -> Result<Vec<(RawState, i64, Timestamp)>, StoreError> {
        let rows = self.rows(&COUNT, vals![]).await?;
        rows.iter().map(|row| Ok((row.parse(0)?, row.int(1)?, row.at(2)?))).collect()
    }

    /// Ends reading and writing.
    pub(crate) async fn close(&self) {
        match &self.writer {
            Writer::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Writer::Postgres { pool, thread } => {
                tokio::join!(pool.close(), thread.close());
            }
        }
    }

    pub(crate) fn writing_has_stopped(&self) -> bool {
        match &self.writer {
            Writer::Sqlite { writer, .. } => writer.is_stopped(),
            Writer::Postgres { .. } => false,
        }
    }

    async fn rows(&self, statement: &'static Statement, values: Vec<Val>) -> Result<Vec<Row>, StoreError> {
        match &self.writer {
            Writer::Sqlite { readers, .. } => sqlite::all(readers, statement, values).await,
            Writer::Postgres { pool, .. } => postgres::all(pool, statement, values).await,
        }
    }

    async fn change<T, F>(&self, act: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.change(act).await
    }
}

impl Writer {
    async fn change<T, F>(&self, act: F) -> Result<T, StoreError>
    where
        F: AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        match self {
            Self::Sqlite { writer, .. } => {
                crate::store::write_sqlite(writer, &Scope::installation(), act).await
            }
            Self::Postgres { pool, .. } => {
                let doing = |error| StoreError::from_sqlx("asking for a connection", error);
                let connection = pool.acquire().await.map_err(doing)?;
                // Each of the inbox's changes is one statement or safe to do by halves: no transaction is needed.
                let mut tx = Tx::new(Connection::Postgres(Box::new(connection)), Scope::installation());
                let done = act(&mut tx).await;
                tx.end();
                done
            }
        }
    }
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: row.parse(0)?,
        channel_account: row.parse(1)?,
        received_at: row.at(2)?,
        state: row.parse(3)?,
        attempts: row.int(4)?,
        bytes: row.int(5)?,
    })
}

/// All statements of the inbox but the inserts.
pub(crate) fn statements() -> impl Iterator<Item = &'static &'static Statement> {
    ALL.iter().chain(reading::ALL)
}
