//! A database for one test, on either engine.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::access::Scope;
use store::sealed::KeyRing;
use store::{Engine, Store, StoreError, StoreOptions, scratch};
use tempfile::TempDir;

const KEY: &str = "k-test BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// A database of its own, gone with this value.
pub struct Database {
    pub engine: Engine,
    _directory: Option<TempDir>,
}

impl Database {
    fn sqlite() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let directory = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let directory = directory.expect("a directory");
        Self {
            engine: Engine::Sqlite { directory: directory.path().to_owned() },
            _directory: Some(directory),
        }
    }

    fn postgres() -> Option<Self> {
        let Some(url) = variable("GEHOOR_TEST_POSTGRES") else {
            assert!(
                variable("CI").as_deref() != Some("true"),
                "CI tests both databases: name GEHOOR_TEST_POSTGRES"
            );
            say_skipped();
            return None;
        };
        let schema = format!("{}{}", scratch::PREFIX, unique());
        Some(Self { engine: Engine::Postgres { url, schema }, _directory: None })
    }

    /// The same database by another way; who made it removes it.
    pub fn at(engine: Engine) -> Self {
        Self { engine, _directory: None }
    }

    pub async fn open(&self) -> Store {
        self.try_open(&keys()).await.expect("the store opens")
    }

    pub async fn try_open(&self, keys: &KeyRing) -> Result<Store, StoreError> {
        Store::open(StoreOptions { engine: self.engine.clone(), keys: keys.clone() }).await
    }
}

pub fn keys() -> KeyRing {
    KeyRing::parse(KEY).expect("a key file")
}

pub fn scope() -> Scope {
    scope_of("zwanendam")
}

pub fn scope_of(municipality: &str) -> Scope {
    Scope::whole(municipality.parse().expect("a short name"))
}

/// Ids that count up.
pub fn next_id() -> uuid::Uuid {
    static GIVEN: AtomicU64 = AtomicU64::new(1);
    let count = GIVEN.fetch_add(1, Ordering::SeqCst);
    uuid::Uuid::from_u64_pair((0x0190_0000_0000 + count) << 16 | 0x7000, 0x8000_0000_0000_0001)
}

pub fn now() -> jiff::Timestamp {
    "2026-03-02T08:00:00Z".parse().expect("a moment")
}

#[expect(clippy::disallowed_methods, reason = "the one name that must differ between runs")]
fn unique() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment which server is theirs"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(
    clippy::print_stderr,
    reason = "whoever reads the test's output must see what was not tested"
)]
fn say_skipped() {
    eprintln!(
        "skipped: PostgreSQL is not tested, because GEHOOR_TEST_POSTGRES names no server (./test starts one)"
    );
}

fn play<F: Future<Output = ()>>(
    database: Option<Database>,
    test: impl FnOnce(std::sync::Arc<Database>) -> F,
) {
    let Some(database) = database else { return };
    let database = std::sync::Arc::new(database);
    let engine = database.engine.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(test(database))));
    if let Engine::Postgres { url, schema } = &engine {
        drop(runtime.block_on(scratch::remove_schema(url, schema)));
    }
    runtime.shutdown_background();
    if let Err(panic) = told {
        std::panic::resume_unwind(panic);
    }
}

pub fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(std::sync::Arc<Database>) -> F) {
    play(Some(Database::sqlite()), test);
}

pub fn on_postgresql<F: Future<Output = ()>>(test: impl FnOnce(std::sync::Arc<Database>) -> F) {
    play(Database::postgres(), test);
}

/// Two tests of one body: `name::on_sqlite` and `name::on_postgresql`.
macro_rules! both_databases {
    ($($(#[$about:meta])* async fn $name:ident($database:ident: &Database) $body:block)+) => {$(
        $(#[$about])*
        mod $name {
            #[allow(unused_imports, reason = "the body decides what of its file it uses")]
            use super::*;

            async fn told($database: std::sync::Arc<Database>) {
                let $database: &Database = &$database;
                $body
            }

            #[test]
            fn on_sqlite() {
                crate::support::on_sqlite(told);
            }

            #[test]
            fn on_postgresql() {
                crate::support::on_postgresql(told);
            }
        }
    )+};
}
pub(crate) use both_databases;
