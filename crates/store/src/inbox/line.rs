//! The inbox's own connection to PostgreSQL, on a thread of its own: what commits deliveries waits for no other
//! connection and for none of the server's other tasks.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection as _};
use tokio_util::sync::CancellationToken;

use crate::StoreError;
use crate::door::postgres;

/// How long opening a connection, or one commit, may take. A server that does not answer by then is told of as one that
/// is away: the platform gets a 503 and delivers again.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that rested longer is asked whether it still lives before something is entrusted to it.
const RESTED: Duration = Duration::from_millis(500);

/// The connection, opened when it is needed.
pub(super) struct Line {
    options: PgConnectOptions,
    /// Not while it is in use: whoever is cut off halfway leaves none behind.
    open: Option<(PgConnection, Instant)>,
}

impl Line {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, open: None }
    }

    /// Does `act` with the connection. One on which something failed is not used again.
    pub(super) async fn with<T>(
        &mut self,
        act: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let late = |_| StoreError::unavailable("the database does not answer the raw inbox");
        let mut connection = tokio::time::timeout(PATIENCE, self.take()).await.map_err(late)??;
        let done = tokio::time::timeout(PATIENCE, act(&mut connection)).await.map_err(late)??;
        self.open = Some((connection, Instant::now()));
        Ok(done)
    }

    async fn take(&mut self) -> Result<PgConnection, StoreError> {
        if let Some((mut connection, used)) = self.open.take()
            && (used.elapsed() < RESTED || connection.ping().await.is_ok())
        {
            return Ok(connection);
        }
        let doing = |error| StoreError::from_sqlx("connecting the raw inbox", error);
        let connection = self.options.connect().await.map_err(doing)?;
        postgres::at_once(&self.options);
        Ok(connection)
    }

    pub(super) async fn close(self) {
        if let Some((connection, _)) = self.open {
            let _ = tokio::time::timeout(PATIENCE, connection.close()).await;
        }
    }
}

/// A thread of the inbox's own, and how to end it.
#[derive(Clone)]
pub(super) struct OwnThread {
    closing: CancellationToken,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl OwnThread {
    /// Runs what `act` makes, which ends soon after its token is cancelled.
    pub(super) fn start<F: Future<Output = ()>>(
        act: impl FnOnce(CancellationToken) -> F + Send + 'static,
    ) -> Result<Self, StoreError> {
        let closing = CancellationToken::new();
        let until = closing.clone();
        let body = move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(act(until));
            }
        };
        let thread = std::thread::Builder::new().name("writer of inbox".to_owned()).spawn(body);
        let thread = thread.map_err(|_| StoreError::unavailable("starting a writer's thread"))?;
        Ok(Self { closing, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Returns when it has ended. A second call returns at once.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
