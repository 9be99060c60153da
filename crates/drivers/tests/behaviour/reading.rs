//! The reader: what takes long or breaks holds up nothing else, and is nobody else's meanwhile (A9).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::access::Scope;
use domain::channels::{ChannelName, ProviderId, SecretValue};
use domain::ids::{ChannelAccountId, RawEventId};
use drivers::{Reader, ReaderLimits};
use simulation::both_databases;
use simulation::world::World;
use store::Tx;
use store::door::{Reads, Statement};
use store::inbox::NewRawEvent;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use usecases::configuration::{DeclaredAccount, apply_declaration};
use usecases::ingest::{RawState, list_raw_events, replay_raw_event};

use crate::prikbord::trouble::{BUG, GATE, clear};

/// How long a test waits for what happens by itself.
const DEADLINE: Duration = Duration::from_secs(30);
const LIMITS: ReaderLimits = ReaderLimits {
    lease_seconds: 1,
    stop_within: Duration::from_millis(200),
    second_try_seconds: 0,
};

static AWAY: Statement = Statement {
    name: "AWAY",
    sqlite: "ALTER TABLE channel_account RENAME TO channel_account_away",
    postgres: "ALTER TABLE channel_account RENAME TO channel_account_away",
    columns: &[],
};
static BACK: Statement = Statement {
    name: "BACK",
    sqlite: "ALTER TABLE channel_account_away RENAME TO channel_account",
    postgres: "ALTER TABLE channel_account_away RENAME TO channel_account",
    columns: &[],
};

struct Square {
    world: World,
    arrived: Arc<Notify>,
    reader: Reader,
    stop: CancellationToken,
}

fn account() -> ChannelAccountId {
    "prikbord-plein".parse().expect("a short name")
}

fn scope() -> Scope {
    Scope::whole("zwanendam".parse().expect("a short name"))
}

impl Square {
    async fn open(world: World) -> Self {
        let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(1);
        declaration.users.clear();
        declaration.channel_accounts = vec![DeclaredAccount {
            id: account(),
            channel: ChannelName::new("prikbord").expect("a short name"),
            team: "webcare".parse().expect("a short name"),
            base_url: None,
            settings: BTreeMap::from([("board".to_owned(), "plein".to_owned())]),
            secrets: vec![("key".to_owned(), SecretValue::new("made-up-key".to_owned()))],
        }];
        apply_declaration(&world.installation, declaration, false)
            .await
            .expect("the account can be declared");
        let arrived = Arc::new(Notify::new());
        let reader = Reader::with_limits(Arc::clone(&world.installation), Arc::clone(&arrived), LIMITS);
        Self { world, arrived, reader, stop: CancellationToken::new() }
    }

    /// Deliveries of the board come in, each with one text; returns their ids.
    async fn deliver(&self, texts: &[String]) -> Vec<RawEventId> {
        let event = |text: &String| NewRawEvent {
            municipality: "zwanendam".parse().expect("a short name"),
            id: RawEventId(self.world.installation.ids.next()),
            channel_account: account(),
            received_at: self.world.now(),
            headers: "{}".to_owned(),
            body: serde_json::json!([{"id": text, "post": "p", "author": "yusuf", "text": text}])
                .to_string()
                .into_bytes(),
        };
        let events: Vec<NewRawEvent> = texts.iter().map(event).collect();
        let ids = events.iter().map(|event| event.id).collect();
        self.world.installation.store.inbox().put(events).await.expect("on disk");
        self.arrived.notify_one();
        ids
    }

    fn starts(&self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(self.reader.clone().run(self.stop.clone()))
    }

    async fn state(&self, id: RawEventId) -> RawState {
        let found = self.world.installation.store.inbox().find(&scope(), id).await;
        found.expect("the store answers").expect("it is kept").state
    }

    /// How often it was taken by a reader.
    async fn taken(&self, id: RawEventId) -> i64 {
        let found = self.world.installation.store.inbox().find(&scope(), id).await;
        found.expect("the store answers").expect("it is kept").attempts
    }

    async fn is_there(&self, text: &str) -> bool {
        let mut reader = self.world.installation.store.read(&scope());
        let id = ProviderId::new(text).expect("an id");
        store::tables::message::by_provider(&mut reader, &account(), &id)
            .await
            .expect("answers")
            .is_some()
    }

    /// Changes the database in a way that the program never does.
    async fn beneath(&self, statement: &'static Statement) {
        let act = async move |tx: &mut Tx| tx.all(statement, Vec::new()).await;
        self.world.installation.store.write(&scope(), act).await.expect("done");
    }

    async fn until(&self, what: &str, happens: impl AsyncFn() -> bool) {
        let begun = Instant::now();
        while !happens().await {
            assert!(begun.elapsed() < DEADLINE, "it did not happen: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn texts(world: &World, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("Bericht {number} {}", world.engine().engine_name()))
        .collect()
}

both_databases! {
    /// A9: a connector that panics over one delivery: the others are read, it waits for a person with the reason, and
    /// is read when the connector is mended.
    async fn a_connector_that_panics_holds_up_nobody_and_its_delivery_waits_for_a_person(world: World) {
        let square = Square::open(world).await;
        let bug = format!("{BUG}{}", square.world.engine().engine_name());
        let mut all = texts(&square.world, 20);
        all.insert(7, bug.clone());
        let ids = square.deliver(&all).await;
        for _ in 0..3 {
            square.reader.read_once().await.expect("the store answers");
        }
        for (text, id) in all.iter().zip(&ids) {
            let expected = if *text == bug { RawState::Quarantined } else { RawState::Read };
            assert_eq!(square.state(*id).await, expected, "{text}");
            assert_eq!(square.is_there(text).await, *text != bug, "{text}");
        }
        assert_eq!(square.taken(ids[7]).await, 3, "three tries");
        let fatima = square.world.ctx("Fatima").await;
        let waiting = list_raw_events(&fatima, RawState::Quarantined, None, 10).await.expect("a team lead may look");
        let told: Vec<_> = waiting.iter().map(|one| (one.event.id, one.items[0].reason.as_str())).collect();
        assert_eq!(told, [(ids[7], "reading it panics")]);
        clear(&bug);
        replay_raw_event(&fatima, ids[7]).await.expect("it is there");
        square.reader.read_once().await.expect("the store answers");
        assert_eq!(square.state(ids[7]).await, RawState::Read);
        assert!(square.is_there(&bug).await);
    }

    /// While the service's tables do not answer and the inbox does, nothing is tried: the first panic afterwards is the
    /// first.
    async fn an_outage_of_the_store_costs_a_delivery_none_of_its_tries(world: World) {
        let square = Square::open(world).await;
        let bug = format!("{BUG}outage-{}", square.world.engine().engine_name());
        let fine = texts(&square.world, 1).remove(0);
        let ids = square.deliver(&[fine.clone(), bug.clone()]).await;
        square.beneath(&AWAY).await;
        for _ in 0..4 {
            assert_eq!(square.reader.read_once().await.expect("the inbox answers"), 2, "they are taken");
            assert_eq!((square.taken(ids[0]).await, square.taken(ids[1]).await), (0, 0));
        }
        square.beneath(&BACK).await;
        square.reader.read_once().await.expect("the store answers");
        assert_eq!((square.state(ids[0]).await, square.is_there(&fine).await), (RawState::Read, true));
        assert_eq!((square.state(ids[1]).await, square.taken(ids[1]).await), (RawState::Received, 1));
        clear(&bug);
        square.reader.read_once().await.expect("the store answers");
        assert_eq!(square.state(ids[1]).await, RawState::Read);
    }

    /// One that takes long does not keep the next from being taken, however many come.
    async fn what_takes_long_holds_up_no_others(world: World) {
        let square = Square::open(world).await;
        let gate = format!("{GATE}long-{}", square.world.engine().engine_name());
        let slow = square.deliver(std::slice::from_ref(&gate)).await.remove(0);
        let running = square.starts();
        square.until("the slow one is being read", async || square.taken(slow).await == 1).await;
        // More than are ever under way at once.
        let others = square.deliver(&texts(&square.world, 200)).await;
        for id in others {
            square.until("the others are read", async || square.state(id).await == RawState::Read).await;
        }
        assert_eq!(square.state(slow).await, RawState::Received);
        clear(&gate);
        square.until("the slow one is read", async || square.state(slow).await == RawState::Read).await;
        square.stop.cancel();
        running.await.expect("the reader ends");
    }

    /// What is read for longer than a lease stays this reader's.
    async fn the_lease_of_what_takes_long_is_renewed(world: World) {
        let square = Square::open(world).await;
        let gate = format!("{GATE}lease-{}", square.world.engine().engine_name());
        // Somebody else's lease, twice as long, that nobody renews: when it has ended, so would the reader's have.
        let measure = square.deliver(&texts(&square.world, 1)).await.remove(0);
        let claimed = square.world.installation.store.inbox().claim(1, 2 * LIMITS.lease_seconds).await;
        assert_eq!(claimed.expect("the store answers").len(), 1);
        let slow = square.deliver(std::slice::from_ref(&gate)).await.remove(0);
        let running = square.starts();
        square.until("the other lease ends", async || square.state(measure).await == RawState::Read).await;
        assert_eq!(square.taken(measure).await, 2, "its lease ended, so it was taken again");
        assert_eq!((square.state(slow).await, square.taken(slow).await), (RawState::Received, 1));
        clear(&gate);
        square.until("it is read", async || square.state(slow).await == RawState::Read).await;
        assert_eq!(square.taken(slow).await, 1);
        square.stop.cancel();
        running.await.expect("the reader ends");
    }

    /// A node that stops does not wait for what takes long, and the next reader need not wait for its lease.
    async fn what_is_not_read_when_the_reader_stops_is_given_back(world: World) {
        let square = Square::open(world).await;
        let gate = format!("{GATE}stop-{}", square.world.engine().engine_name());
        let slow = square.deliver(std::slice::from_ref(&gate)).await.remove(0);
        let patient = ReaderLimits { lease_seconds: 3600, ..LIMITS };
        let reader = Reader::with_limits(Arc::clone(&square.world.installation), Arc::clone(&square.arrived), patient);
        let running = tokio::spawn(reader.run(square.stop.clone()));
        square.until("it is being read", async || square.taken(slow).await == 1).await;
        let nothing = square.world.installation.store.inbox().claim(10, 60).await.expect("the store answers");
        assert!(nothing.is_empty(), "it is the reader's");
        square.stop.cancel();
        running.await.expect("the reader ends");
        let next = square.world.installation.store.inbox().claim(10, 60).await.expect("the store answers");
        assert_eq!(next.iter().map(|one| one.event.id).collect::<Vec<_>>(), [slow]);
        clear(&gate);
    }
}
