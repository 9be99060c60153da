//! The end of a store: nothing that was handed over is lost, nothing is taken afterwards, and nothing is left running.

use std::collections::BTreeSet;

use domain::municipality::Municipality;
use futures_util::future::join_all;
use store::tables::account;
use store::{Engine, Store, StoreError, Tx};

use crate::support::{Database, both_databases, now, scope, scope_of};

async fn declare(store: &Store, name: &str) -> Result<(), StoreError> {
    let municipality = Municipality {
        id: name.parse().expect("a short name"),
        name: name.to_owned(),
        time_zone: "Europe/Amsterdam".to_owned(),
        hosts: Vec::new(),
        second_factor: domain::municipality::SecondFactor::Optional,
    };
    let put = async move |tx: &mut Tx| account::put_municipality(tx, &municipality, now()).await;
    store.write(&scope_of(name), put).await
}

/// The names of this process's threads that write.
fn writers() -> BTreeSet<String> {
    let threads = std::fs::read_dir("/proc/self/task").expect("the system tells of its threads");
    let names = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("comm")).ok());
    names.filter(|name| name.starts_with("writer of")).collect()
}

both_databases! {
    async fn what_was_handed_over_is_done_and_what_comes_later_is_refused(database: &Database) {
        let store = database.open().await;
        let names: Vec<String> = (0..50).map(|number| format!("plaats-{number}")).collect();
        // Asked for before the end, and not yet done.
        let (done, ()) = tokio::join!(join_all(names.iter().map(|name| declare(&store, name))), store.close());
        assert!(declare(&store, "te-laat").await.is_err(), "the store is closed");
        assert!(account::municipality(&mut store.read(&scope())).await.is_err());
        assert!(store.inbox().backlog().await.is_err());
        store.close().await;

        let again = database.open().await;
        for (name, done) in names.iter().zip(done) {
            let kept = account::municipality(&mut again.read(&scope_of(name))).await.expect("it answers");
            assert_eq!(kept.is_some(), done.is_ok(), "{name}: what was told is what is kept");
        }
    }

    async fn no_thread_that_writes_outlives_the_store(database: &Database) {
        let store = database.open().await;
        declare(&store, "zwanendam").await.expect("written");
        let Engine::Sqlite { directory } = &database.engine else {
            store.close().await;
            return;
        };
        assert!(!writers().is_empty(), "it has threads that write");
        let log = directory.join("gehoor.db-wal");
        assert!(log.metadata().is_ok_and(|log| log.len() > 0), "it has a log");
        store.close().await;
        assert_eq!(writers(), BTreeSet::new());
        assert!(log.metadata().map_or(0, |log| log.len()) == 0, "the log is folded into the file");
    }
}
