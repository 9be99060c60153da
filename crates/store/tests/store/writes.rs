//! What `Store::write` promises: all or nothing, each by itself, though many are committed together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::municipality::Team;
use futures_util::future::join_all;
use store::tables::account;
use store::{Store, StoreError, Tx};

use crate::support::{Database, both_databases, now, scope, scope_of};

async fn declared(database: &Database) -> Store {
    let store = database.open().await;
    for id in ["zwanendam", "lindeveld"] {
        let municipality = domain::municipality::Municipality {
            id: id.parse().expect("a short name"),
            name: id.to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            hosts: Vec::new(),
            second_factor: domain::municipality::SecondFactor::Optional,
        };
        let put = async move |tx: &mut Tx| account::put_municipality(tx, &municipality, now()).await;
        store.write(&scope_of(id), put).await.expect("written");
    }
    store
}

fn team(number: usize) -> Team {
    Team {
        id: format!("team-{number:03}").parse().expect("a short name"),
        name: "Team".to_owned(),
    }
}

async fn teams(store: &Store) -> usize {
    account::teams(&mut store.read(&scope())).await.expect("the store answers").len()
}

both_databases! {
    /// STYLE, "A use case": each closure in its savepoint, those that wait committed together.
    async fn a_write_that_is_refused_takes_no_other_with_it(database: &Database) {
        let store = declared(database).await;
        let writes = (0..60).map(|number| {
            let store = store.clone();
            async move {
                let act = async move |tx: &mut Tx| {
                    account::put_team(tx, &team(number)).await?;
                    // A refusal of the rules, and an error of the database itself.
                    match number % 3 {
                        1 => Err(StoreError::changed_meanwhile("nothing").doing("refusing")),
                        2 => account::put_account(tx, &nowhere(), None, now()).await,
                        _ => Ok(()),
                    }
                };
                let refused: Result<(), StoreError> = store.write(&scope(), act).await;
                refused.is_ok()
            }
        });
        let done = join_all(writes).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 20);
        assert_eq!(teams(&store).await, 20);
    }

    /// RELIABILITY 6.9: a panic ends its task, never the node.
    async fn a_write_that_panics_takes_no_other_with_it(database: &Database) {
        let store = declared(database).await;
        let writes = (0..20).map(|number| {
            let store = store.clone();
            async move {
                let act = async move |tx: &mut Tx| {
                    account::put_team(tx, &team(number)).await?;
                    assert!(number % 5 != 0, "on purpose");
                    Ok::<_, StoreError>(())
                };
                store.write(&scope(), act).await.is_ok()
            }
        });
        let done = join_all(writes).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 16);
        assert_eq!(teams(&store).await, 16);
        let after = store.write(&scope(), async |tx: &mut Tx| account::put_team(tx, &team(99)).await).await;
        assert!(after.is_ok(), "the writer goes on: {after:?}");
    }

    /// STYLE, "A use case": a caller that goes away cancels nothing.
    async fn a_caller_that_goes_away_cancels_nothing(database: &Database) {
        let store = declared(database).await;
        let begun = Arc::new(tokio::sync::Notify::new());
        let (told, writing) = (Arc::clone(&begun), store.clone());
        let caller = tokio::spawn(async move {
            let act = async move |tx: &mut Tx| {
                told.notify_one();
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                account::put_team(tx, &team(1)).await
            };
            writing.write(&scope(), act).await
        });
        begun.notified().await;
        caller.abort();
        assert!(caller.await.is_err());
        let mut tries = 0;
        while teams(&store).await == 0 {
            tries += 1;
            assert!(tries < 200, "what was begun is finished");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// A write that is announced is there for every reader.
    async fn what_is_written_can_be_read_at_once(database: &Database) {
        let store = declared(database).await;
        for number in 0..20 {
            let act = async move |tx: &mut Tx| account::put_team(tx, &team(number)).await;
            store.write(&scope(), act).await.expect("written");
            assert_eq!(teams(&store).await, number + 1);
        }
    }
}

fn nowhere() -> domain::municipality::ChannelAccount {
    domain::municipality::ChannelAccount {
        municipality: "nergens".parse().expect("a short name"),
        id: "wa-nergens".parse().expect("a short name"),
        channel: domain::channels::ChannelName::new("whatsapp").expect("a name"),
        team: "webcare".parse().expect("a short name"),
        base_url: None,
        settings: std::collections::BTreeMap::new(),
    }
}

/// RELIABILITY 1.3: a small server forces about 250 commits a second to disk, and must take more messages than that.
#[test]
fn what_waits_together_is_committed_together() {
    crate::support::on_sqlite(|database| async move {
        let store = declared(&database).await;
        let commits = store.commits();
        let before = *commits.borrow();
        let writes = (0..100).map(|number| {
            let store = store.clone();
            async move {
                let act = async move |tx: &mut Tx| account::put_team(tx, &team(number)).await;
                store.write(&scope(), act).await
            }
        });
        assert!(join_all(writes).await.iter().all(Result::is_ok));
        let count = *commits.borrow() - before;
        assert!(count < 20, "100 writes took {count} commits");
        assert_eq!(teams(&store).await, 100);
    });
}

/// R6: a transaction that lost a race is run again, with a bound.
#[test]
fn a_write_that_lost_a_race_is_run_again() {
    crate::support::on_postgresql(|database| async move {
        let store = declared(&database).await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let act = async move |tx: &mut Tx| {
            account::put_team(tx, &team(1)).await?;
            if counted.fetch_add(1, Ordering::SeqCst) < 3 {
                return Err(StoreError::changed_meanwhile("a conversation"));
            }
            Ok(())
        };
        store.write(&scope(), act).await.expect("the fourth time");
        assert_eq!(runs.load(Ordering::SeqCst), 4);
        let counted = Arc::clone(&runs);
        let never = async move |_tx: &mut Tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            Err::<(), _>(StoreError::changed_meanwhile("a conversation"))
        };
        let lost = store.write(&scope(), never).await;
        assert!(lost.is_err_and(|error| error.is_temporary()));
        assert!(runs.load(Ordering::SeqCst) < 20, "it gives up");
    });
}

/// R6: two transactions that wait for each other are told apart by the server, and both end well.
#[test]
fn two_writes_that_wait_for_each_other_both_end_well() {
    crate::support::on_postgresql(|database| async move {
        let store = declared(&database).await;
        for number in 0..2 {
            let act = async move |tx: &mut Tx| account::put_team(tx, &team(number)).await;
            store.write(&scope(), act).await.expect("written");
        }
        let meet = Arc::new(tokio::sync::Barrier::new(2));
        let crossed = [(0, 1), (1, 0)].map(|(first, second)| {
            let (store, meet) = (store.clone(), Arc::clone(&meet));
            async move {
                let met = Arc::new(AtomicU32::new(0));
                let act = async move |tx: &mut Tx| {
                    account::put_team(tx, &team(first)).await?;
                    // Only the first time round: whoever runs again finds nobody waiting.
                    if met.fetch_add(1, Ordering::SeqCst) == 0 {
                        meet.wait().await;
                    }
                    account::put_team(tx, &team(second)).await
                };
                store.write(&scope(), act).await
            }
        });
        let ended = join_all(crossed).await;
        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
    });
}
