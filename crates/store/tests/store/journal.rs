//! The journal: who has seen position n has seen everything up to n (E1, DESIGN 1.3).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::access::Actor;
use domain::happenings::Happened;
use futures_util::future::join_all;
use store::tables::journal;
use store::{Store, StoreError, Tx};

use crate::support::{Database, both_databases, now, scope_of};

const WRITERS: u32 = 50;
const EACH: u32 = 6;

async fn writes(store: &Store, municipality: &str, writer: u32) {
    for round in 0..EACH {
        let actor = Actor::System {
            municipality: municipality.parse().expect("a short name"),
            part: "test",
        };
        let act = async move |tx: &mut Tx| {
            for _ in 0..=(writer + round) % 3 {
                let (what, id) = ("test".to_owned(), format!("{writer}-{round}"));
                tx.record(&actor, now(), Happened::ConfigurationChanged { what, id });
            }
            // Some change their mind after they recorded.
            if round == 3 {
                Err(StoreError::changed_meanwhile("nothing").doing("refusing"))
            } else {
                Ok(())
            }
        };
        let done: Result<(), StoreError> = store.write(&scope_of(municipality), act).await;
        assert_eq!(done.is_ok(), round != 3, "{done:?}");
    }
}

/// Reads as a live page does: what comes after the last position seen, again and again.
async fn follows(store: &Store, municipality: &str, done: &AtomicBool) -> Vec<i64> {
    let mut seen: Vec<i64> = Vec::new();
    loop {
        let last_round = done.load(Ordering::SeqCst);
        let after = seen.last().copied().unwrap_or(0);
        let mut reader = store.read(&scope_of(municipality));
        let page = journal::after(&mut reader, after, 7).await.expect("the store answers");
        if page.is_empty() && last_round {
            return seen;
        }
        seen.extend(page.iter().map(|entry| entry.position));
        tokio::task::yield_now().await;
    }
}

both_databases! {
    /// E1's core: 50 writers at once, readers who ask for what came after the last they saw, no gap and nothing lost.
    async fn a_reader_of_the_journal_never_skips_anything(database: &Database) {
        let store = database.open().await;
        let done = Arc::new(AtomicBool::new(false));
        let towns = ["zwanendam", "lindeveld"];
        let readers: Vec<_> = towns
            .into_iter()
            .flat_map(|town| [town, town])
            .map(|town| {
                let (store, done) = (store.clone(), Arc::clone(&done));
                tokio::spawn(async move { (town, follows(&store, town, &done).await) })
            })
            .collect();
        let writers = (0..WRITERS).map(|writer| {
            let (store, town) = (store.clone(), towns[writer as usize % 2]);
            tokio::spawn(async move { writes(&store, town, writer).await })
        });
        for ended in join_all(writers).await {
            ended.expect("no writer panics");
        }
        done.store(true, Ordering::SeqCst);
        let mut seen: BTreeMap<&str, Vec<Vec<i64>>> = BTreeMap::new();
        for reader in readers {
            let (town, positions) = reader.await.expect("no reader panics");
            seen.entry(town).or_default().push(positions);
        }
        for (town, readers) in seen {
            let head = journal::head(&mut store.read(&scope_of(town))).await.expect("the store answers");
            assert!(head > 200, "{head}");
            let all: Vec<i64> = (1..=head).collect();
            for positions in readers {
                assert_eq!(positions, all, "{town}");
            }
        }
    }

    /// P1, T5: what a person did stands in the audit log, what the machine did does not.
    async fn the_audit_log_holds_what_people_did(database: &Database) {
        let store = database.open().await;
        let municipality: domain::ids::MunicipalityId = "zwanendam".parse().expect("a short name");
        let user = domain::ids::UserId(crate::support::next_id());
        let noor = Actor::User { municipality: municipality.clone(), id: user, role: domain::access::Role::Agent, teams: Vec::new() };
        let sender = Actor::System { municipality, part: "sender" };
        for actor in [sender, noor.clone()] {
            let act = async move |tx: &mut Tx| {
                tx.record(&actor, now(), Happened::LoggedIn { user });
                Ok::<_, StoreError>(())
            };
            store.write(&scope_of("zwanendam"), act).await.expect("written");
        }
        let mut reader = store.read(&scope_of("zwanendam"));
        let lines = journal::audit_before(&mut reader, i64::MAX, 10).await.expect("the store answers");
        let who: Vec<_> = lines.iter().map(|line| (line.position, line.actor.clone())).collect();
        assert_eq!(who, [(2, noor.label())]);
        assert!(journal::after(&mut store.read(&scope_of("lindeveld")), 0, 10).await.expect("answers").is_empty());
    }
}
