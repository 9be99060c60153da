//! The store: opened once, cloned freely.

use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::access::Scope;
use futures_util::FutureExt;
use sqlx::{PgPool, SqlitePool};
use tokio::sync::{oneshot, watch};
use tokio_util::task::LocalPoolHandle;

use crate::StoreError;
use crate::door::dialect::Dialect;
use crate::door::row::{Reads, Row};
use crate::door::statement::Statement;
use crate::door::tx::{Connection, Tx};
use crate::door::val::Val;
use crate::door::{postgres, sqlite};
use crate::inbox::Inbox;
use crate::sealed::KeyRing;
use crate::tables::journal;

/// Times that a transaction which lost a race is run again.
const RACES: u32 = 8;
/// Connections of the raw inbox, beside the one on which it puts deliveries down.
const INBOX_CONNECTIONS: u32 = 5;
/// Threads on which PostgreSQL's transactions run.
const WRITE_THREADS: usize = 2;

/// Where the data is.
#[derive(Debug, Clone)]
pub enum Engine {
    /// Files in this directory, on this node alone.
    Sqlite {
        /// The data directory.
        directory: PathBuf,
    },
    /// A PostgreSQL database that several nodes may share.
    Postgres {
        /// Its address, with credentials.
        url: String,
        /// The schema that the tables stand in.
        schema: String,
    },
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Where the data is.
    pub engine: Engine,
    /// The keys that secrets are sealed with.
    pub keys: KeyRing,
}

/// The store.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    service: Service,
    inbox: Inbox,
    keys: KeyRing,
    directory: Option<PathBuf>,
    committed: watch::Sender<u64>,
    asked: AtomicU64,
}

enum Service {
    Sqlite { writer: sqlite::Writer, readers: SqlitePool },
    Postgres { pool: PgPool, threads: LocalPoolHandle },
}

impl Store {
    /// Opens the store, brings its tables up to date, and checks that its keys are the ones it was sealed with.
    ///
    /// # Errors
    /// When the files or the server cannot be reached, were made by a newer version, or belong to other keys (K4).
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        crate::tables::migration::run(&options.engine).await?;
        let committed = watch::Sender::new(0_u64);
        let announce = {
            let committed = committed.clone();
            move || committed.send_modify(|count| *count = count.wrapping_add(1))
        };
        let (service, inbox, directory) = match options.engine {
            Engine::Sqlite { directory } => {
                let file = directory.join("gehoor.db");
                let writer = sqlite::Writer::start(file.clone(), announce, |_| ready(())).await?;
                let service = Service::Sqlite { writer, readers: sqlite::readers(&file, 8) };
                (service, Inbox::sqlite(&directory.join("inbox.db")).await?, Some(directory))
            }
            Engine::Postgres { url, schema } => {
                let schema = postgres::plain_name(&schema);
                let pool = postgres::pool(&url, &schema)?;
                // Of its own: a storm of pages must not make a platform wait for a connection.
                let others = postgres::pool_of(&url, &schema, INBOX_CONNECTIONS)?;
                let inbox = Inbox::postgres(others, postgres::options_of(&url, &schema)?)?;
                (Service::Postgres { pool, threads: LocalPoolHandle::new(WRITE_THREADS) }, inbox, None)
            }
        };
        let asked = AtomicU64::new(0);
        let shared = Shared {
            service,
            inbox,
            keys: options.keys,
            directory,
            committed,
            asked,
        };
        let store = Self { shared: Arc::new(shared) };
        crate::tables::key::check(&store).await?;
        Ok(store)
    }

    /// Takes no more work, does what was handed over, and returns when no thread or connection is left. Whoever asks
    /// afterwards gets an error. Takes as long as a commit, or as a reader that is under way.
    pub async fn close(&self) {
        let service = async {
            match &self.shared.service {
                Service::Sqlite { writer, readers } => {
                    // Readers first: a log that somebody still reads cannot be folded into the file.
                    readers.close().await;
                    writer.close().await;
                }
                Service::Postgres { pool, .. } => pool.close().await,
            }
        };
        tokio::join!(service, self.shared.inbox.close());
    }

    /// Runs `act` in a write transaction and returns when it is on disk.
    ///
    /// `act` may run more than once, so it decides from the transaction alone. A caller that goes away cancels
    /// nothing. Nothing outside is called while it is open.
    ///
    /// # Errors
    /// What `act` returns undoes everything it did; the store's own errors are turned into `E`.
    pub async fn write<T, E, F>(&self, scope: &Scope, act: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + IsStoreError + Send + 'static,
    {
        match &self.shared.service {
            Service::Sqlite { writer, .. } => write_sqlite(writer, scope, act).await,
            Service::Postgres { pool, threads } => {
                let (pool, scope) = (pool.clone(), scope.clone());
                let committed = self.shared.committed.clone();
                let run = threads.spawn_pinned(move || async move {
                    let (done, news) = write_postgres(&pool, &scope, act).await;
                    if news {
                        committed.send_modify(|count| *count = count.wrapping_add(1));
                    }
                    done
                });
                run.await
                    .unwrap_or_else(|_| Err(StoreError::wrong("a write transaction panicked").into()))
            }
        }
    }

    /// Reads within a scope, outside any transaction.
    #[must_use]
    pub fn read(&self, scope: &Scope) -> Reader<'_> {
        Reader { store: self, scope: scope.clone() }
    }

    /// Where deliveries of platforms are put down before they are acknowledged.
    #[must_use]
    pub fn inbox(&self) -> &Inbox {
        &self.shared.inbox
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.shared.keys
    }

    /// The data directory, on SQLite.
    #[must_use]
    pub fn directory(&self) -> Option<&std::path::Path> {
        self.shared.directory.as_deref()
    }

    /// Changes after every commit of this node that recorded something: a reason to look, never the news itself.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.shared.committed.subscribe()
    }

    /// Whether the disk failed, so that nothing can be written until a restart.
    #[must_use]
    pub fn writing_has_stopped(&self) -> bool {
        match &self.shared.service {
            Service::Sqlite { writer, .. } => writer.is_stopped() || self.shared.inbox.writing_has_stopped(),
            Service::Postgres { .. } => false,
        }
    }

    /// Which engine serves, for figures and `doctor`.
    #[must_use]
    pub fn engine_name(&self) -> &'static str {
        match &self.shared.service {
            Service::Sqlite { .. } => "sqlite",
            Service::Postgres { .. } => "postgresql",
        }
    }

    /// Asks the store a question that costs nothing.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn answers(&self) -> Result<(), StoreError> {
        crate::tables::installation::count_users(self).await.map(|_| ())
    }

    /// Whether a store was ever sealed with a key: then a new key must not be made (K4).
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn was_sealed(engine: &Engine) -> Result<bool, StoreError> {
        match engine {
            Engine::Sqlite { directory } => Ok(directory.join("gehoor.db").exists()),
            Engine::Postgres { url, schema } => {
                crate::tables::key::is_sealed(url, &postgres::plain_name(schema)).await
            }
        }
    }

    /// How many questions were asked of the service's tables outside writes since it was opened: a page that asks one per
    /// row is found by it.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::Relaxed)
    }

    pub(crate) async fn rows(
        &self,
        statement: &'static Statement,
        values: Vec<Val>,
    ) -> Result<Vec<Row>, StoreError> {
        self.shared.asked.fetch_add(1, Ordering::Relaxed);
        match &self.shared.service {
            Service::Sqlite { readers, .. } => sqlite::all(readers, statement, values).await,
            Service::Postgres { pool, .. } => postgres::all(pool, statement, values).await,
        }
    }
}

/// A store seen through a scope: reads, and never writes.
pub struct Reader<'a> {
    store: &'a Store,
    scope: Scope,
}

impl Reads for Reader<'_> {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn dialect(&self) -> Dialect {
        match &self.store.shared.service {
            Service::Sqlite { .. } => Dialect::Sqlite,
            Service::Postgres { .. } => Dialect::Postgres,
        }
    }

    async fn all(&mut self, statement: &'static Statement, values: Vec<Val>) -> Result<Vec<Row>, StoreError> {
        self.store.rows(statement, values).await
    }
}

/// An error that may hold the store's own, so that a lost race is told from a refusal.
pub trait IsStoreError {
    /// The store's own error in it, if there is one.
    fn store_error(&self) -> Option<&StoreError>;
}

impl IsStoreError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

struct Closure<F, T, E> {
    scope: Scope,
    act: F,
    result: Option<Result<T, E>>,
    news: bool,
    tell: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> sqlite::Job for Closure<F, T, E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + IsStoreError + Send + 'static,
{
    fn scope(&self) -> Scope {
        self.scope.clone()
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> sqlite::LocalBoxFuture<'a, Result<(), Option<StoreError>>> {
        Box::pin(async move {
            let acted = AssertUnwindSafe((self.act)(tx)).catch_unwind().await;
            let mut result =
                acted.unwrap_or_else(|_| Err(StoreError::wrong("a write transaction panicked").into()));
            if result.is_ok() {
                match journal::write_recorded(tx).await {
                    Ok(news) => self.news = news,
                    Err(error) => result = Err(error.into()),
                }
            }
            let verdict = match &result {
                Ok(_) => Ok(()),
                Err(error) => Err(error.store_error().map(StoreError::for_another)),
            };
            self.result = Some(result);
            verdict
        })
    }

    fn has_news(&self) -> bool {
        self.news
    }

    fn finish(self: Box<Self>) {
        let result = self
            .result
            .unwrap_or_else(|| Err(StoreError::unavailable("the writer did not run it").into()));
        let _ = self.tell.send(result);
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _ = self.tell.send(Err(error.into()));
    }
}

pub(crate) async fn write_sqlite<T, E, F>(writer: &sqlite::Writer, scope: &Scope, act: F) -> Result<T, E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + IsStoreError + Send + 'static,
{
    let (tell, told) = oneshot::channel();
    let job = Closure { scope: scope.clone(), act, result: None, news: false, tell };
    writer.submit(Box::new(job)).await;
    told.await.unwrap_or_else(|_| Err(StoreError::unavailable("the writer ended").into()))
}

/// What came of it, and whether something was recorded that others may want to know of.
async fn write_postgres<T, E, F>(pool: &PgPool, scope: &Scope, act: F) -> (Result<T, E>, bool)
where
    F: AsyncFn(&mut Tx) -> Result<T, E>,
    E: From<StoreError> + IsStoreError,
{
    let mut race = 0;
    loop {
        let (result, news) = match try_once(pool, scope, &act).await {
            Ok((value, news)) => (Ok(value), news),
            Err(error) => (Err(error), false),
        };
        let lost = matches!(&result, Err(error) if error.store_error().is_some_and(StoreError::is_race));
        if !lost || race >= RACES {
            return (result, news);
        }
        race += 1;
        tokio::time::sleep(Duration::from_millis(u64::from(2_u32.pow(race.min(6))))).await;
    }
}

async fn try_once<T, E, F>(pool: &PgPool, scope: &Scope, act: &F) -> Result<(T, bool), E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E>,
    E: From<StoreError> + IsStoreError,
{
    let connection = pool
        .acquire()
        .await
        .map_err(|error| StoreError::from_sqlx("asking for a connection", error))?;
    let mut tx = Tx::new(Connection::Postgres(Box::new(connection)), scope.clone());
    plain(&mut tx, "BEGIN").await?;
    let failed = match act(&mut tx).await {
        Err(error) => error,
        Ok(value) => {
            let kept = match journal::write_recorded(&mut tx).await {
                Ok(news) => plain(&mut tx, "COMMIT").await.map(|()| news),
                Err(error) => Err(error),
            };
            match kept {
                Ok(news) => {
                    tx.end();
                    return Ok((value, news));
                }
                Err(error) => error.into(),
            }
        }
    };
    if plain(&mut tx, "ROLLBACK").await.is_ok() {
        tx.end();
    }
    Err(failed)
}

async fn plain(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    let Some(connection) = tx.postgres() else { return Ok(()) };
    sqlx::query(sql)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| StoreError::from_sqlx(sql, error))
}
