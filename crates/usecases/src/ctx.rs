//! What every use case gets: who acts, and what the installation consists of.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use domain::access::{Actor, Scope};
use domain::channels::{ChannelName, Connector, Connectors};
use domain::ids::{Ids, MunicipalityId};
use domain::time::Clock;
use jiff::Timestamp;
use store::tables::request::{self, Seen};
use store::{Store, Tx};

use crate::{Failure, RequestKey};

use crate::drafts::{BareIntake, Intake};
use crate::live::{Hub, Pace};

/// Where unguessable bytes come from. The system's in earnest, a seed in tests.
pub trait Randomness: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// What the installation consists of; one per process.
pub struct Installation {
    /// Where everything is kept.
    pub store: Store,
    /// What time it is for municipalities and residents. Leases and log-ins have the database's and the system's.
    pub clock: Arc<dyn Clock>,
    /// What time it is for log-ins and sessions: never simulated.
    pub wall_clock: Arc<dyn Clock>,
    /// Where new ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where secrets come from.
    pub randomness: Arc<dyn Randomness>,
    /// Which platforms it speaks to.
    pub connectors: Arc<dyn Connectors>,
    /// Who takes in what colleagues upload; the first who is handed in.
    intake: OnceLock<Arc<dyn Intake>>,
    /// What happens, for who looks on this node.
    live: Hub,
    /// Whether a worker sends mail: then links go by mail, and are shown to nobody.
    sends_mail: AtomicBool,
    /// Views that were logged lately, so that reading a page again costs no write.
    pub(crate) logged_views: Mutex<HashSet<(String, String, i64)>>,
}

impl Installation {
    /// Puts the parts together. The two clocks: the domain's, which a demo may speed up, and the real one.
    #[must_use]
    pub fn new(
        store: Store,
        (clock, wall_clock): (Arc<dyn Clock>, Arc<dyn Clock>),
        ids: Arc<dyn Ids>,
        randomness: Arc<dyn Randomness>,
        connectors: Arc<dyn Connectors>,
    ) -> Arc<Self> {
        let live = Hub::new(store.clone(), Arc::clone(&wall_clock), Pace::default());
        Arc::new(Self {
            store,
            clock,
            wall_clock,
            ids,
            randomness,
            connectors,
            intake: OnceLock::new(),
            live,
            sends_mail: AtomicBool::new(false),
            logged_views: Mutex::new(HashSet::new()),
        })
    }

    /// From now on, this one takes in what colleagues upload, unless another does already.
    pub fn hand_in(&self, intake: Arc<dyn Intake>) {
        let _ = self.intake.set(intake);
    }

    /// From now on a worker sends mail.
    pub fn mail_is_sent(&self) {
        self.sends_mail.store(true, Ordering::Relaxed);
    }

    /// Whether a worker sends mail.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        self.sends_mail.load(Ordering::Relaxed)
    }

    pub(crate) fn intake(&self) -> &dyn Intake {
        match self.intake.get() {
            Some(intake) => intake.as_ref(),
            None => &BareIntake,
        }
    }

    /// What happens, for who looks on this node.
    #[must_use]
    pub fn live(&self) -> &Hub {
        &self.live
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The connector of a channel.
    #[must_use]
    pub fn connector(&self, channel: &ChannelName) -> Option<&dyn Connector> {
        self.connectors.get(channel)
    }

    /// A new unguessable token of 256 bits, as 64 hexadecimal digits.
    #[must_use]
    pub fn new_token(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.randomness.fill(&mut bytes);
        hex::encode(bytes)
    }

    /// A context in which a part of Gehoor itself acts for a municipality.
    #[must_use]
    pub fn system(self: &Arc<Self>, municipality: &MunicipalityId, part: &'static str) -> Ctx {
        self.acting(Actor::System { municipality: municipality.clone(), part })
    }

    /// A context in which whoever runs Gehoor acts for a municipality, at the command line.
    #[must_use]
    pub fn operator(self: &Arc<Self>, municipality: &MunicipalityId) -> Ctx {
        self.acting(Actor::Operator { municipality: municipality.clone() })
    }

    /// A context in which `actor` acts.
    #[must_use]
    pub fn acting(self: &Arc<Self>, actor: Actor) -> Ctx {
        Ctx { installation: Arc::clone(self), actor, request: None }
    }
}

/// Who acts, in which installation. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    /// The installation.
    pub installation: Arc<Installation>,
    /// Who acts.
    pub actor: Actor,
    /// The key of the request, where the client gave one: what was done under it is not done again (C8).
    pub request: Option<RequestKey>,
}

impl Ctx {
    /// Whether this request was done before, by its key; if not, it counts as done when this write is on disk. Asked first
    /// in a write, so that a request that comes again gets the answer of the first and not "that was done already".
    pub(crate) async fn was_done<R>(&self, tx: &mut Tx) -> Result<bool, Failure<R>> {
        let Some(key) = &self.request else { return Ok(false) };
        let actor = self.actor.label();
        match request::take(tx, &actor, (&key.key, &key.body_hash), self.now()).await? {
            Seen::First => Ok(false),
            Seen::Before(_) => Ok(true),
            Seen::OtherBody => Err(Failure::KeyReused),
        }
    }

    /// What the actor can see.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.actor.scope()
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.installation.now()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.installation.store
    }
}
