//! SQLite: one writer thread per file that commits together what waits together, and a small pool that only reads.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::access::Scope;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Executor, Row as _};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::row::{Row, read_row};
use super::statement::Statement;
use super::tx::{Connection, Tx};
use super::val::Val;
use crate::StoreError;

/// Writes that are committed with one fsync at the most. More would only make the first of them wait.
const WRITES_PER_COMMIT: usize = 128;
/// Writes that may wait before callers wait to ask.
const QUEUE: usize = 4096;

/// How a file is opened. Kept in one place: `synchronous=FULL` is the promise that "acknowledged" means on disk.
pub(crate) fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .pragma("secure_delete", "on")
        .pragma("trusted_schema", "off")
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "33554432")
        .statement_cache_capacity(400)
        .disable_statement_logging()
}

/// A pool that only reads.
pub(crate) fn readers(file: &Path, connections: u32) -> SqlitePool {
    let options = options(file).read_only(true);
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(options)
}

fn bind(values: Vec<Val>) -> sqlx::sqlite::SqliteArguments {
    use sqlx::Arguments;
    let mut arguments = sqlx::sqlite::SqliteArguments::default();
    for value in values {
        let added = match value {
            Val::Text(text) => arguments.add(Val::holdable(text)),
            Val::Int(number) => arguments.add(number),
            Val::Bool(yes) => arguments.add(yes),
            Val::Blob(bytes) => arguments.add(bytes),
        };
        // Encoding these four types has no way to fail.
        debug_assert!(added.is_ok(), "a value of a plain type can always be encoded");
    }
    arguments
}

pub(crate) async fn exec(
    connection: &mut SqliteConnection,
    statement: &'static Statement,
    values: Vec<Val>,
) -> Result<u64, StoreError> {
    let done = sqlx::query_with(statement.sqlite, bind(values)).execute(connection).await;
    done.map(|done| done.rows_affected())
        .map_err(|error| StoreError::from_sqlx(statement.name, error))
}

pub(crate) async fn all<'c, E>(
    executor: E,
    statement: &'static Statement,
    values: Vec<Val>,
) -> Result<Vec<Row>, StoreError>
where
    E: Executor<'c, Database = sqlx::Sqlite>,
{
    let rows = sqlx::query_with(statement.sqlite, bind(values)).fetch_all(executor).await;
    let rows = rows.map_err(|error| StoreError::from_sqlx(statement.name, error))?;
    rows.iter().map(|row| read_row!(statement, row)).collect()
}

/// A future that stays on its thread.
pub(crate) type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Something that the writer is to do within a transaction. Runs in a savepoint of its own, or in a transaction of its
/// own when nothing else waits.
pub(crate) trait Job: Send {
    /// On whose behalf.
    fn scope(&self) -> Scope;
    /// The whole transaction as one text, from `BEGIN IMMEDIATE` to `COMMIT`, with its values: asked when nothing else
    /// waits, so that it goes to the database in one piece. What it leaves open when it fails, the writer undoes. Who gave
    /// it is not asked to run as well.
    fn whole(&mut self) -> Option<(&'static str, Vec<Val>)> {
        None
    }
    /// Does it, and writes what it recorded. `Err` undoes it, and only it; a store's own error comes back for the
    /// batch to look at.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Result<(), Option<StoreError>>>;
    /// Whether it recorded something that others may want to know of, once it is on disk.
    fn has_news(&self) -> bool;
    /// It is on disk, or it was refused: tells the caller.
    fn finish(self: Box<Self>);
    /// The transaction did not reach the disk: tells the caller.
    fn fail(self: Box<Self>, error: StoreError);
}

/// A writer of one file.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    stopped: Arc<AtomicBool>,
    closing: CancellationToken,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    /// Opens the file for writing and starts its thread. `committed` is called after each commit that recorded
    /// something in the journal. What `beside` makes runs on the same thread until the writer ends: what it hands over
    /// is written without waiting for a turn among everything else that the server does.
    pub(crate) async fn start<F: Future<Output = ()>>(
        file: PathBuf,
        committed: impl Fn() + Send + 'static,
        beside: impl FnOnce(Self) -> F + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let (opened, ready) = oneshot::channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stopped);
        let closing = CancellationToken::new();
        let until = closing.clone();
        let writer = Self { jobs, stopped, closing, thread: Arc::default() };
        let itself = writer.clone();
        let name =
            format!("writer of {}", file.file_name().and_then(|name| name.to_str()).unwrap_or("database"));
        let body = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            let Ok(runtime) = runtime else {
                let _ = opened.send(Err(StoreError::unavailable("starting a writer")));
                return;
            };
            let _told = TellsOfPanic(Arc::clone(&flag));
            runtime.block_on(async move {
                match options(&file).connect().await {
                    Ok(connection) => {
                        let _ = opened.send(Ok(()));
                        let mut run = pin!(run(connection, queue, (&flag, &until), committed));
                        // Both sleep until the same thread is woken; what is done is not asked again.
                        tokio::select! {
                            () = &mut run => return,
                            () = beside(itself) => (),
                        }
                        run.await;
                    }
                    Err(error) => {
                        let doing = format!("opening {}", file.display());
                        let _ = opened.send(Err(StoreError::from_sqlx(doing, error)));
                    }
                }
            });
        };
        let thread = std::thread::Builder::new().name(name).spawn(body);
        let thread = thread.map_err(|_| StoreError::unavailable("starting a writer's thread"))?;
        ready.await.map_err(|_| StoreError::unavailable("starting a writer"))??;
        *writer.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(writer)
    }

    /// Takes no more jobs, does those that wait, and returns when the thread has ended. A second call returns at once.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// Hands over a job; waits while too many are queued. A job that cannot be handed over is failed.
    pub(crate) async fn submit(&self, job: Box<dyn Job>) {
        if self.stopped.load(Ordering::Acquire) {
            job.fail(StoreError::stopped());
        } else if let Err(mpsc::error::SendError(job)) = self.jobs.send(job).await {
            job.fail(StoreError::unavailable("the store is shutting down"));
        }
    }

    /// Whether the disk failed and writing has stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

/// Says that writing has stopped when its thread ends by a panic: otherwise every write would fail and nobody knew.
struct TellsOfPanic(Arc<AtomicBool>);

impl Drop for TellsOfPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Release);
            tracing::error!("A writer ended by a fault of its own; writing has stopped until a restart");
        }
    }
}

async fn run(
    connection: SqliteConnection,
    mut queue: mpsc::Receiver<Box<dyn Job>>,
    (stopped, closing): (&AtomicBool, &CancellationToken),
    committed: impl Fn(),
) {
    let nobody = Scope::of_teams(nobody(), Vec::new());
    let mut tx = Tx::new(Connection::Sqlite(Box::new(connection)), nobody);
    let mut batch: Vec<Box<dyn Job>> = Vec::new();
    // What waits when the last fsync ends goes into the next transaction; there is no timer (RELIABILITY, rule 2).
    loop {
        let waiting = tokio::select! {
            waiting = queue.recv_many(&mut batch, WRITES_PER_COMMIT) => waiting,
            () = closing.cancelled(), if !queue.is_closed() => {
                // What was handed over already is still done.
                queue.close();
                continue;
            }
        };
        if waiting == 0 {
            break;
        }
        if stopped.load(Ordering::Acquire) {
            batch.drain(..).for_each(|job| job.fail(StoreError::stopped()));
            continue;
        }
        match commit(&mut tx, &mut batch).await {
            Ok(()) => {
                let news = batch.iter().any(|job| job.has_news());
                batch.drain(..).for_each(Job::finish);
                if news {
                    committed();
                }
            }
            Err(error) => {
                // Nothing of the batch is on disk. An fsync that failed is never tried again as if nothing happened:
                // the kernel may have dropped the pages (B3).
                if error.is_stopped() {
                    stopped.store(true, Ordering::Release);
                    tracing::error!(error = %error, "The disk failed; writing has stopped until a restart");
                }
                let _ = plain(&mut tx, "ROLLBACK").await;
                batch.drain(..).for_each(|job| job.fail(error.for_another()));
            }
        }
    }
    // Leaves a small file behind instead of a long log.
    let _ = plain(&mut tx, "PRAGMA wal_checkpoint(TRUNCATE)").await;
}

/// The scope of a writer that has nothing to do.
fn nobody() -> domain::ids::MunicipalityId {
    "nobody".parse().expect("a short name of small letters is valid")
}

async fn commit(tx: &mut Tx, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    // Every statement is a way to the database's thread and back: what is alone goes without a savepoint, and in one
    // piece where it can.
    if let [only] = batch {
        return match only.whole() {
            Some((transaction, values)) => at_once(tx, transaction, values).await,
            None => commit_one(tx, only.as_mut()).await,
        };
    }
    plain(tx, "BEGIN IMMEDIATE").await?;
    for job in batch.iter_mut() {
        tx.restart(job.scope());
        plain(tx, "SAVEPOINT job").await?;
        match job.run(tx).await {
            Ok(()) => plain(tx, "RELEASE job").await?,
            Err(error) => {
                fails_all(error)?;
                plain(tx, "ROLLBACK TO job").await?;
                plain(tx, "RELEASE job").await?;
            }
        }
    }
    plain(tx, "COMMIT").await
}

async fn at_once(tx: &mut Tx, transaction: &'static str, values: Vec<Val>) -> Result<(), StoreError> {
    let Some(connection) = tx.sqlite() else { return Ok(()) };
    sqlx::query_with(transaction, bind(values))
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| StoreError::from_sqlx("a transaction in one piece", error))
}

async fn commit_one(tx: &mut Tx, job: &mut dyn Job) -> Result<(), StoreError> {
    tx.restart(job.scope());
    plain(tx, "BEGIN IMMEDIATE").await?;
    match job.run(tx).await {
        Ok(()) => plain(tx, "COMMIT").await,
        Err(error) => {
            fails_all(error)?;
            plain(tx, "ROLLBACK").await
        }
    }
}

/// A full or failed disk has undone the whole transaction: no use in going on. Any other error is its job's own.
fn fails_all(error: Option<StoreError>) -> Result<(), StoreError> {
    error.filter(|error| error.is_full() || error.is_stopped()).map_or(Ok(()), Err)
}

async fn plain(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let Some(connection) = tx.sqlite() else { return Ok(()) };
    sqlx::query(sql)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| StoreError::from_sqlx(sql, error))
}
