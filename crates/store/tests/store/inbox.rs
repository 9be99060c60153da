//! The raw inbox: on disk when it says so, taken by one reader at a time (RELIABILITY 2.1).

use domain::ids::RawEventId;
use futures_util::future::join_all;
use store::Store;
use store::inbox::{NewRawEvent, RawState};

use crate::support::{Database, both_databases, next_id, now, scope, scope_of};

pub fn event(body: &str) -> NewRawEvent {
    event_of("zwanendam", body)
}

fn event_of(municipality: &str, body: &str) -> NewRawEvent {
    NewRawEvent {
        municipality: municipality.parse().expect("a short name"),
        id: RawEventId(next_id()),
        channel_account: "wa-main".parse().expect("a short name"),
        received_at: now(),
        headers: "{}".to_owned(),
        body: body.as_bytes().to_vec(),
    }
}

async fn count(store: &Store, state: RawState) -> usize {
    store.inbox().list(&scope(), state, None, 100_000).await.expect("the store answers").len()
}

both_databases! {
    /// 2.1: as many as come at once, batches of any size, nothing lost and nothing mixed up.
    async fn everything_that_is_acknowledged_is_there(database: &Database) {
        let store = database.open().await;
        let puts = (0..150_usize).map(|number| {
            let store = &store;
            let batch: Vec<NewRawEvent> = (0..number % 40).map(|part| event(&format!("{number}.{part} é\0\u{1f64a}"))).collect();
            async move { store.inbox().put(batch).await }
        });
        assert!(join_all(puts).await.iter().all(Result::is_ok));
        let expected: usize = (0..150).map(|number| number % 40).sum();
        assert_eq!(count(&store, RawState::Received).await, expected);
        let mut bodies = std::collections::BTreeSet::new();
        loop {
            let claimed = store.inbox().claim(500, 60).await.expect("the store answers");
            if claimed.is_empty() { break }
            bodies.extend(claimed.into_iter().map(|one| one.event.body));
        }
        assert_eq!(bodies.len(), expected);
        // And after the store was closed and opened again.
        drop(store);
        let again = database.open().await;
        assert_eq!(count(&again, RawState::Received).await, expected);
    }

    /// What cannot be put down is refused whole, alone as among others, and hinders nothing that comes after it.
    async fn what_is_refused_leaves_nothing_behind(database: &Database) {
        let store = database.open().await;
        let first = event("een");
        store.inbox().put(vec![first.clone()]).await.expect("on disk");
        for others in [0, 1, 40, 100] {
            let mut batch: Vec<NewRawEvent> = (0..others).map(|number| event(&format!("{number}"))).collect();
            batch.push(first.clone());
            store.inbox().put(batch).await.expect_err("an id is there once");
            assert_eq!(count(&store, RawState::Received).await, 1, "beside {others} others");
        }
        // A reader's change goes through the same writer.
        assert_eq!(store.inbox().claim(10, 60).await.expect("the store answers").len(), 1);
        store.inbox().put(vec![event("twee")]).await.expect("on disk");
        assert_eq!(count(&store, RawState::Received).await, 2);
    }

    /// B1's core: whoever was overtaken cannot finish what another has by now.
    async fn a_reader_that_was_overtaken_changes_nothing(database: &Database) {
        let store = database.open().await;
        store.inbox().put(vec![event("een")]).await.expect("on disk");
        let slow = store.inbox().claim(1, 0).await.expect("the store answers").remove(0);
        let mut tries = 0;
        let quick = loop {
            if let Some(taken) = store.inbox().claim(1, 60).await.expect("the store answers").pop() { break taken }
            tries += 1;
            assert!(tries < 500, "a lease of no seconds ends at once");
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        };
        assert!(quick.fence > slow.fence);
        assert_eq!(quick.attempts, 2);
        store.inbox().finish(vec![(slow.clone(), RawState::Read)]).await.expect("the store answers");
        assert_eq!(count(&store, RawState::Received).await, 1);
        store.inbox().try_later(&slow, 0).await.expect("the store answers");
        assert!(store.inbox().claim(1, 60).await.expect("the store answers").is_empty(), "it is the other's");
        store.inbox().finish(vec![(quick, RawState::Read)]).await.expect("the store answers");
        assert_eq!(count(&store, RawState::Read).await, 1);
    }

    /// Who keeps a lease keeps the delivery; whoever was overtaken is told so.
    async fn a_lease_is_renewed_by_whoever_still_has_it(database: &Database) {
        let store = database.open().await;
        store.inbox().put(vec![event("een"), event("twee")]).await.expect("on disk");
        let claimed = store.inbox().claim(2, 3600).await.expect("the store answers");
        // The second is read again from the start, by another.
        assert!(store.inbox().replay(&scope(), claimed[1].event.id).await.expect("answers"));
        let renewed = store.inbox().renew(&[&claimed[0], &claimed[1]], 0).await.expect("answers");
        assert_eq!(renewed, [true, false]);
        let mut taken = Vec::new();
        for _ in 0..500 {
            taken.extend(store.inbox().claim(10, 3600).await.expect("answers").into_iter().map(|one| one.event.id));
            if taken.len() == 2 { break }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        assert_eq!(taken.len(), 2, "the renewed lease was one of no seconds, and the other was free");
        assert_eq!(store.inbox().renew(&[&claimed[0]], 60).await.expect("answers"), [false]);
    }

    /// Replaying is done in writes of a limited size, each beginning where the last ended.
    async fn what_is_replayed_in_parts_is_replayed_once(database: &Database) {
        let store = database.open().await;
        store.inbox().put((0..7).map(|number| event(&number.to_string())).collect()).await.expect("on disk");
        let claimed = store.inbox().claim(10, 60).await.expect("the store answers");
        store.inbox().finish(claimed.into_iter().map(|one| (one, RawState::Read)).collect()).await.expect("answers");
        let later = domain::time::plus_seconds(now(), 1);
        assert_eq!(store.inbox().replay_some(&scope(), later, None, 3).await.expect("answers"), (0, None));
        assert_eq!(store.inbox().replay_some(&scope_of("lindeveld"), now(), None, 3).await.expect("answers").0, 0);
        let (mut counts, mut after) = (Vec::new(), None);
        for _ in 0..3 {
            let (count, last) = store.inbox().replay_some(&scope(), now(), after, 3).await.expect("answers");
            // A reader is quick: what was replayed is read before the next part.
            let claimed = store.inbox().claim(10, 60).await.expect("the store answers");
            let read = claimed.into_iter().map(|one| (one, RawState::Read)).collect();
            store.inbox().finish(read).await.expect("answers");
            (counts, after) = ([counts, vec![count]].concat(), last);
        }
        assert_eq!(counts, [3, 3, 1]);
    }

    /// At once, by many readers: each delivery is taken once.
    async fn each_delivery_is_taken_by_one_reader(database: &Database) {
        let store = database.open().await;
        store.inbox().put((0..100).map(|number| event(&number.to_string())).collect()).await.expect("on disk");
        let taken = join_all((0..20).map(|_| store.inbox().claim(10, 60))).await;
        let mut ids: Vec<_> = taken.into_iter().flat_map(|one| one.expect("the store answers")).map(|one| one.event.id).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "nothing is taken twice");
        let rest = store.inbox().claim(100, 60).await.expect("the store answers").len();
        assert_eq!(count + rest, 100);
    }

    /// A9: what waits for a person is listed, and read again when asked; of one's own municipality only.
    async fn what_was_read_can_be_read_again_by_its_own_municipality(database: &Database) {
        let store = database.open().await;
        let own = event("een");
        let id = own.id;
        store.inbox().put(vec![own, event_of("lindeveld", "twee")]).await.expect("on disk");
        let claimed = store.inbox().claim(10, 60).await.expect("the store answers");
        let done = claimed.into_iter().map(|one| (one, RawState::Quarantined)).collect();
        store.inbox().finish(done).await.expect("the store answers");
        assert!(store.inbox().find(&scope_of("lindeveld"), id).await.expect("answers").is_none());
        assert!(!store.inbox().replay(&scope_of("lindeveld"), id).await.expect("answers"));
        assert!(store.inbox().claim(10, 60).await.expect("answers").is_empty());
        assert!(store.inbox().replay(&scope(), id).await.expect("answers"));
        let again = store.inbox().claim(10, 60).await.expect("answers");
        assert_eq!(again.iter().map(|one| (one.event.id, one.attempts)).collect::<Vec<_>>(), [(id, 1)]);
        let backlog = store.inbox().backlog().await.expect("answers");
        assert_eq!(backlog.iter().map(|(state, count, _)| (*state, *count)).collect::<Vec<_>>(),
            [(RawState::Quarantined, 1), (RawState::Received, 1)]);
    }

    /// 2.1: bodies go after a while; what waits for a person stays.
    async fn only_what_was_read_is_dropped(database: &Database) {
        let store = database.open().await;
        store.inbox().put((0..3).map(|number| event(&number.to_string())).collect()).await.expect("on disk");
        let mut claimed = store.inbox().claim(2, 60).await.expect("the store answers");
        let (first, second) = (claimed.remove(0), claimed.remove(0));
        store.inbox().finish(vec![(first, RawState::Read), (second, RawState::Quarantined)]).await.expect("answers");
        assert_eq!(store.inbox().purge(now(), 10).await.expect("answers"), 0, "not before its time");
        let later = domain::time::plus_seconds(now(), 1);
        assert_eq!(store.inbox().purge(later, 10).await.expect("answers"), 1);
        assert_eq!(count(&store, RawState::Quarantined).await + count(&store, RawState::Received).await, 2);
    }
}
