//! A database for one test, gone when the test is over.

use std::path::PathBuf;

use store::sealed::KeyRing;
use store::{Engine, Store, StoreOptions, scratch};

/// The variable that names the PostgreSQL server of the tests: an account that may create schemas.
const SERVER: &str = "GEHOOR_TEST_POSTGRES";

/// The key of every test's store.
const KEY: &str = "k-test BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// A database for one test. Dropping it removes everything in it.
#[derive(Debug)]
pub enum TestEngine {
    /// Files in a directory of their own.
    Sqlite {
        /// The directory.
        directory: PathBuf,
    },
    /// A schema of its own on the server of the tests.
    Postgres {
        /// The server.
        url: String,
        /// The schema, `t_` and a number that no other run has.
        schema: String,
    },
}

impl TestEngine {
    /// An empty directory; in memory where the system offers that, since what is tested here survives no power cut.
    #[must_use]
    pub fn sqlite() -> Self {
        let memory = PathBuf::from("/dev/shm");
        let parent = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let directory = parent.join(format!("gehoor-test-{}", unique()));
        std::fs::create_dir_all(&directory).expect("a directory for a test can be made");
        Self::Sqlite { directory }
    }

    /// A schema that is made when the store is opened; `None` where no server is named, and it says so.
    ///
    /// # Panics
    /// In CI, where nothing may be skipped.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let Some(url) = variable(SERVER) else {
            assert!(
                variable("CI").as_deref() != Some("true"),
                "CI tests both databases: {SERVER} must name a PostgreSQL server (./test starts one)"
            );
            say_skipped();
            return None;
        };
        Some(Self::Postgres { url, schema: format!("{}{}", scratch::PREFIX, unique()) })
    }

    /// The engine as the store knows it.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { directory } => Engine::Sqlite { directory: directory.clone() },
            Self::Postgres { url, schema } => Engine::Postgres { url: url.clone(), schema: schema.clone() },
        }
    }

    /// The word for it, for names that differ between the two halves of a test.
    #[must_use]
    pub fn engine_name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgresql",
        }
    }

    /// The keys of every test's store.
    #[must_use]
    pub fn keys() -> KeyRing {
        KeyRing::parse(KEY).expect("the key of the tests is one")
    }

    /// Opens a store on it.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(&self) -> Store {
        let options = StoreOptions { engine: self.engine(), keys: Self::keys() };
        Store::open(options).await.expect("the store of a test opens")
    }
}

impl Drop for TestEngine {
    fn drop(&mut self) {
        match self {
            Self::Sqlite { directory } => drop(std::fs::remove_dir_all(directory)),
            Self::Postgres { url, schema } => remove(url.clone(), schema.clone()),
        }
    }
}

/// Within a runtime nothing can be waited for, so this has a thread and a runtime of its own.
fn remove(url: String, schema: String) {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime {
            // What is left behind does no harm: the next run has other names.
            drop(runtime.block_on(scratch::remove_schema(&url, &schema)));
        }
    };
    drop(std::thread::spawn(work).join());
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one name that must differ between runs, whatever their seed"
)]
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
    eprintln!("skipped: PostgreSQL is not tested, because {SERVER} names no server (./test starts one)");
}
