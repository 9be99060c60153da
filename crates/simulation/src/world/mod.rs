//! The world in which behaviour is tested: two municipalities with their colleagues and numbers, residents who write,
//! a platform that tells, a clock that is set by hand. Tests speak through it, so that they survive a rewrite behind it.
//!
//! Everything goes through the real doors: residents through signed webhooks, colleagues through use cases. Which
//! connectors take part is handed in by the test, since this crate writes the platforms' side and knows none of ours.
//!
//! [`both_databases!`](crate::both_databases) makes a test of each engine from one body.

mod colleague;
mod engine;
mod export;
mod files;
mod given;
mod history;
mod live;
mod resident;
pub mod webhook;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::access::{Actor, Scope};
use domain::channels::{Answer, Connectors, RawRequest};
use domain::ids::{ChannelAccountId, ConversationId, MunicipalityId};
use domain::time::Clock;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::inbox::RawState;
use store::tables::user;
use usecases::configuration::Declaration;
use usecases::ingest::{self, ReadOutcome, Refusal, Taken};
use usecases::outbox::{EnterFlight, Part};
use usecases::{Ctx, Installation, configuration};

use crate::town::{self, TownNumber};

pub use colleague::{Colleague, reply};
pub use engine::TestEngine;
pub use given::{CountedIds, ManualClock, SeededRandomness};
pub use resident::{Resident, Talk};

/// When every test begins: a Monday, nine o'clock in Zwanendam.
pub const BEGINNING: &str = "2026-03-02T08:00:00Z";

/// Where the platform's API is said to be when a test does not name its own.
pub const NO_PLATFORM: &str = "http://127.0.0.1:9";

/// The world of one test.
pub struct World {
    /// The installation, on the engine of this test.
    pub installation: Arc<Installation>,
    /// What time it is.
    pub clock: Arc<ManualClock>,
    connectors: Arc<dyn Connectors>,
    seed: u64,
    made: AtomicU64,
    // Last, so that it is removed when nothing uses it any more.
    engine: TestEngine,
}

/// The municipalities as a world has them: nobody has a password, and who talks to no platform need not slow down for it.
#[must_use]
pub fn declarations(base_url: &str) -> Vec<Declaration> {
    let mut declarations = town::municipalities(base_url);
    for declaration in &mut declarations {
        declaration.users.iter_mut().for_each(|user| user.password = None);
        // Races are run as fast as they go.
        for account in declaration.channel_accounts.iter_mut().filter(|_| base_url == NO_PLATFORM) {
            account.settings.insert("messages_per_second".to_owned(), "1000".to_owned());
        }
    }
    declarations
}

impl World {
    /// Both municipalities on an empty database.
    pub async fn open(engine: TestEngine, connectors: Arc<dyn Connectors>) -> Self {
        let clock = Arc::new(ManualClock::at(BEGINNING.parse().expect("a moment")));
        let installation = installation(&engine, &clock, &connectors, 1).await;
        let world = Self {
            installation,
            clock,
            connectors,
            seed: 1,
            made: AtomicU64::new(0),
            engine,
        };
        world.declare(NO_PLATFORM).await;
        world
    }

    /// Declares both municipalities, with the platform's API at `base_url`. Nobody has a password: tests act as people.
    pub async fn declare(&self, base_url: &str) {
        for declaration in declarations(base_url) {
            configuration::apply_declaration(&self.installation, declaration, false)
                .await
                .expect("the town can be declared");
        }
    }

    /// Another node on the same database, with ids of its own; `None` on SQLite, which serves one node.
    pub async fn another_node(&self) -> Option<Arc<Installation>> {
        match self.engine {
            TestEngine::Sqlite { .. } => None,
            TestEngine::Postgres { .. } => {
                let node = self.made.fetch_add(1, Ordering::SeqCst) + 2;
                Some(installation(&self.engine, &self.clock, &self.connectors, node).await)
            }
        }
    }

    /// The engine, for tests that look beneath the store.
    #[must_use]
    pub fn engine(&self) -> &TestEngine {
        &self.engine
    }

    /// The seed of everything that is left to chance here, for the message of a failure.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// It is this time of day in Zwanendam, "09:10", on the day that it is.
    pub fn at(&self, time: &str) -> &Self {
        let zone = TimeZone::get("Europe/Amsterdam").expect("the time zone of the town");
        let time: Time = time.parse().expect("a time of day such as 09:10");
        let today = self.now().to_zoned(zone.clone()).date();
        let then = today.to_datetime(time).to_zoned(zone).expect("an hour that exists that day");
        self.clock.set(then.timestamp());
        self
    }

    /// So many hours later.
    pub fn hours_later(&self, hours: i64) -> &Self {
        self.clock.advance(SignedDuration::from_hours(hours));
        self
    }

    /// So many seconds later.
    pub fn seconds_later(&self, seconds: i64) -> &Self {
        self.clock.advance(SignedDuration::from_secs(seconds));
        self
    }

    /// A resident, by name. The same name is the same telephone.
    #[must_use]
    pub fn resident(&self, name: &str) -> Resident<'_> {
        Resident::new(self, name)
    }

    /// A colleague, by first name.
    pub async fn agent(&self, first_name: &str) -> Colleague<'_> {
        Colleague::new(self, self.ctx(first_name).await)
    }

    /// The context in which a colleague acts, with the role and teams that they have now.
    pub async fn ctx(&self, first_name: &str) -> Ctx {
        let users = town::log_ins();
        let known = users.iter().find(|user| user.first_name == first_name);
        let known =
            known.unwrap_or_else(|| unreachable!("{first_name} does not work in either municipality"));
        let municipality: MunicipalityId = known.municipality.parse().expect("a short name");
        let mut reader = self.installation.store.read(&Scope::whole(municipality.clone()));
        let found = user::by_email(&mut reader, &known.email).await.expect("the store answers");
        let found = found.expect("everybody in town was declared");
        let teams = user::teams_of(&mut reader, found.id).await.expect("the store answers");
        self.installation
            .acting(Actor::User { municipality, id: found.id, role: found.role, teams })
    }

    /// A number of the town, by the name of its account.
    #[must_use]
    pub fn number(&self, account: &str) -> TownNumber {
        let found = town::numbers().into_iter().find(|number| number.account == account);
        found.unwrap_or_else(|| unreachable!("no number in town has the account {account}"))
    }

    /// An id of the platform that was not given before.
    #[must_use]
    pub fn new_wamid(&self) -> String {
        format!("wamid.T{:06}", self.made.fetch_add(1, Ordering::SeqCst))
    }

    /// A number that was not given before, for request keys.
    pub(crate) fn count(&self) -> u64 {
        self.made.fetch_add(1, Ordering::SeqCst)
    }

    /// A request arrives at the address of an account, as it is.
    ///
    /// # Errors
    /// [`Refusal`]: nothing of it is stored.
    pub async fn knock(&self, account: &str, request: &RawRequest) -> Result<Taken, Refusal> {
        knock(&self.installation, account, request).await
    }

    /// The platform delivers to an account; not read yet.
    pub async fn deliver(&self, account: &str, webhook: &webhook::Webhook) {
        let taken = self.knock(account, &webhook.request()).await;
        assert!(matches!(taken, Ok(Taken { stored: 1, .. })), "{taken:?} for {}", webhook.json());
    }

    /// Reads everything that waits, as the reader does, without its pauses between two tries.
    pub async fn read_all(&self) -> ReadOutcome {
        read_all(&self.installation).await
    }

    /// Sends everything that is due, with the answer that `platform` gives to each part; returns how many.
    pub async fn send_all(&self, platform: impl Fn(&Part) -> Answer) -> usize {
        let mut sent = 0;
        loop {
            let parts =
                usecases::outbox::claim_parts(&self.installation, 32).await.expect("the store answers");
            if parts.is_empty() {
                return sent;
            }
            for part in parts {
                let go = usecases::outbox::enter_flight(&self.installation, &part)
                    .await
                    .expect("the store answers");
                if go == EnterFlight::Go {
                    let after = domain::channels::After::Ended(platform(&part));
                    let recorded =
                        usecases::outbox::record_after(&self.installation, &part, after, 0.5).await;
                    assert!(recorded.expect("the store answers"), "the lease of part {} is live", part.id);
                    // That a message was seen is nothing that anybody waits for.
                    sent += usize::from(part.purpose != domain::outbox::Purpose::Seen);
                }
            }
        }
    }

    /// Lets an account have one template, approved, in Dutch, with this text: as if its list had just been read.
    pub async fn keeps_template(&self, account: &str, name: &str, body: &str) {
        use domain::templates::{Template, TemplateCategory, TemplateStatus};
        let id: ChannelAccountId = account.parse().expect("a short name");
        let one = Template {
            name: name.to_owned(),
            language: "nl".to_owned(),
            category: TemplateCategory::Utility,
            status: TemplateStatus::Approved,
            header: None,
            body: body.to_owned(),
            footer: None,
            buttons: Vec::new(),
            examples: Vec::new(),
            reason: None,
        };
        let scope = self.everything(account);
        self.installation
            .store
            .write(&scope, async move |tx: &mut store::Tx| {
                store::tables::template::keep(tx, &id, std::slice::from_ref(&one), "round").await
            })
            .await
            .expect("the store answers");
    }

    /// The conversation that a message of the platform stands in.
    pub async fn conversation_of(&self, account: &str, wamid: &str) -> Option<ConversationId> {
        let id: ChannelAccountId = account.parse().expect("a short name");
        let provider_id = domain::channels::ProviderId::new(wamid).expect("an id of the platform");
        let mut reader = self.installation.store.read(&self.everything(account));
        let found = store::tables::message::by_provider(&mut reader, &id, &provider_id).await;
        found.expect("the store answers").map(|message| message.conversation)
    }

    /// Everything in the municipality of an account.
    pub(crate) fn everything(&self, account: &str) -> Scope {
        Scope::whole(self.number(account).municipality.parse().expect("a short name"))
    }

    /// The state of everything that a municipality owns: what the platform calls things instead of our ids, sorted,
    /// without the times at which we received them. Two runs that should end the same are compared by it (A4, R7).
    pub async fn canonical_export(&self, municipality: &str) -> String {
        export::canonical(&self.installation, municipality).await
    }

    /// How many deliveries there are in each state, and how many items of them could not be read.
    pub async fn inbox(&self, municipality: &str) -> BTreeMap<&'static str, usize> {
        let scope = Scope::whole(municipality.parse().expect("a short name"));
        let mut counts = BTreeMap::new();
        for state in [RawState::Received, RawState::Read, RawState::Quarantined] {
            let listed = self.installation.store.inbox().list(&scope, state, None, 1_000_000).await;
            counts.insert(state.as_str(), listed.expect("the store answers").len());
        }
        counts
    }
}

async fn installation(
    engine: &TestEngine,
    clock: &Arc<ManualClock>,
    connectors: &Arc<dyn Connectors>,
    node: u64,
) -> Arc<Installation> {
    let store = engine.open().await;
    let clocks = (clock.clone() as Arc<dyn Clock>, clock.clone() as Arc<dyn Clock>);
    let (ids, randomness) = (Arc::new(CountedIds::of_node(node)), Arc::new(SeededRandomness::new(node)));
    Installation::new(store, clocks, ids, randomness, Arc::clone(connectors))
}

/// A request arrives at the address of an account on a node.
///
/// # Errors
/// [`Refusal`]: nothing of it is stored.
pub async fn knock(node: &Installation, account: &str, request: &RawRequest) -> Result<Taken, Refusal> {
    let id: ChannelAccountId = account.parse().expect("a short name");
    let door = ingest::resolve_door(node, &id).await?.ok_or(Refusal::NoSuchAccount)?;
    ingest::receive_event(node, &door, request).await
}

/// Reads everything that waits on a node, without the reader's pauses between two tries.
pub async fn read_all(node: &Arc<Installation>) -> ReadOutcome {
    let mut total = ReadOutcome::default();
    loop {
        let claimed = node.store.inbox().claim(64, 60).await.expect("the store answers");
        if claimed.is_empty() {
            return total;
        }
        for event in claimed {
            let outcome = ingest::read_event(node, &event).await.expect("the store answers");
            total.done += outcome.done;
            total.quarantined += outcome.quarantined;
            if outcome.again > 0 {
                node.store.inbox().try_later(&event, 0).await.expect("the store answers");
                continue;
            }
            let state = if outcome.quarantined > 0 { RawState::Quarantined } else { RawState::Read };
            node.store.inbox().finish(vec![(event, state)]).await.expect("the store answers");
        }
    }
}

type Played = Pin<Box<dyn Future<Output = ()>>>;

/// Plays a test in a world of its own; nothing happens without an engine.
pub fn play(engine: Option<TestEngine>, connectors: Arc<dyn Connectors>, test: impl FnOnce(World) -> Played) {
    let Some(engine) = engine else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    runtime.block_on(async move { test(World::open(engine, connectors).await).await });
    // Tasks that a test left behind end with it.
    runtime.shutdown_background();
}

/// Makes two tests of one body: `name::on_sqlite` and `name::on_postgresql`.
///
/// The root of the test's crate says which connectors take part: `fn connectors() -> Arc<dyn Connectors>`.
///
/// ```ignore
/// both_databases! {
///     /// Quotes the id of the behaviour: A2.
///     async fn a_message_that_comes_twice_is_one_message(world: World) { … }
/// }
/// ```
#[macro_export]
#[expect(
    clippy::crate_in_macro_def,
    reason = "the test's own crate says which connectors take part"
)]
macro_rules! both_databases {
    ($($(#[$about:meta])* async fn $name:ident($($world:tt)+) $body:block)+) => {$(
        $(#[$about])*
        mod $name {
            #[allow(unused_imports, reason = "the body decides what of its file it uses")]
            use super::*;

            async fn told($($world)+) $body

            #[test]
            fn on_sqlite() {
                let engine = $crate::world::TestEngine::sqlite();
                $crate::world::play(Some(engine), crate::connectors(), |world| Box::pin(told(world)));
            }

            #[test]
            fn on_postgresql() {
                let engine = $crate::world::TestEngine::postgres();
                $crate::world::play(engine, crate::connectors(), |world| Box::pin(told(world)));
            }
        }
    )+};
}
