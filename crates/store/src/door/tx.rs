//! A write transaction, as a use case sees it.

use domain::access::{Actor, Scope};
use domain::happenings::Happened;
use jiff::Timestamp;
use sqlx::{PgConnection, SqliteConnection};

use super::dialect::Dialect;
use super::row::{Reads, Row};
use super::statement::Statement;
use super::val::Val;
use super::{postgres, sqlite};
use crate::StoreError;
use crate::tables::journal::Entry;

/// The connection that a transaction runs on, owned for as long as it lasts.
pub(crate) enum Connection {
    /// The writer's own.
    Sqlite(Box<SqliteConnection>),
    /// One of the pool.
    Postgres(Box<sqlx::pool::PoolConnection<sqlx::Postgres>>),
}

/// A write transaction. What is recorded with it is written last, so that journal positions are handed out for as
/// short a time as possible and in the order of commits.
pub struct Tx {
    connection: Connection,
    scope: Scope,
    recorded: Vec<Entry>,
    ended: bool,
}

impl Drop for Tx {
    /// A transaction that neither committed nor rolled back (a panic) takes its connection with it, so that nobody
    /// gets one from the pool that is still in a transaction.
    fn drop(&mut self) {
        if let (false, Connection::Postgres(connection)) = (self.ended, &mut self.connection) {
            connection.close_on_drop();
        }
    }
}

impl Tx {
    pub(crate) fn new(connection: Connection, scope: Scope) -> Self {
        Self { connection, scope, recorded: Vec::new(), ended: false }
    }

    /// Begins on behalf of another scope on the same connection.
    pub(crate) fn restart(&mut self, scope: Scope) {
        self.scope = scope;
        self.recorded.clear();
    }

    /// It committed or rolled back: its connection may be used by others.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    pub(crate) fn sqlite(&mut self) -> Option<&mut SqliteConnection> {
        match &mut self.connection {
            Connection::Sqlite(connection) => Some(connection),
            Connection::Postgres(_) => None,
        }
    }

    pub(crate) fn postgres(&mut self) -> Option<&mut PgConnection> {
        match &mut self.connection {
            Connection::Sqlite(_) => None,
            Connection::Postgres(connection) => Some(connection),
        }
    }

    /// Notes that something happened: in the journal and in the audit log, with this transaction or not at all.
    pub fn record(&mut self, actor: &Actor, at: Timestamp, happened: Happened) {
        self.recorded.push(Entry { actor: actor.label(), user: actor.user(), at, happened });
    }

    pub(crate) fn take_recorded(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.recorded)
    }

    /// Runs a statement that changes something and says how many rows it changed.
    pub(crate) async fn exec(
        &mut self,
        statement: &'static Statement,
        values: Vec<Val>,
    ) -> Result<u64, StoreError> {
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::exec(connection, statement, values).await,
            Connection::Postgres(connection) => postgres::exec(connection, statement, values).await,
        }
    }
}

impl Reads for Tx {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn dialect(&self) -> Dialect {
        match &self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    async fn all(&mut self, statement: &'static Statement, values: Vec<Val>) -> Result<Vec<Row>, StoreError> {
        match &mut self.connection {
            Connection::Sqlite(connection) => sqlite::all(&mut **connection, statement, values).await,
            Connection::Postgres(connection) => postgres::all(&mut ***connection, statement, values).await,
        }
    }
}
