//! The platforms' side of the talk: a small server that behaves as the real ones do, from their fact sheets.
//!
//! It shares nothing with our connectors and knows nothing of our tables: it is written from the platforms' own
//! documentation, so that a misunderstanding on our side shows. What it speaks, its control endpoints and its limits
//! are in the README beside this file.
//!
//! To add a platform: a folder beside `whatsapp` with its state, its API and its control endpoints; a field in
//! `State`, an arm in `State::callback`, and its two routers in `Platforms::start`.

mod clock;
mod control;
mod courier;
mod faults;
mod meta;
mod problem;
mod samples;
mod serve;
mod state;
mod whatsapp;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use courier::Depot;
use faults::FaultBook;
use state::State;

pub use clock::SimulationClock;
pub(crate) use clock::{between, later};
pub use courier::DeliveryCounts;
pub use faults::{Fault, FaultOrder, FaultRefused};
pub use meta::{escaped, signature};
pub use problem::Problem;
pub use samples::Place;
#[cfg(test)]
pub(crate) use samples::names as sample_names;
pub use state::StateError;
pub use whatsapp::{
    Accepted, AcceptedPage, Act, Deed, Event, FileKind, Forwarded, Inbound, NumberSettings, PhoneShown,
    Price, QuickReply, Referral, ReviewPlan, SentFile, StatusPace, StatusSeen, Verification, WhatsApp,
};

/// How often a changed state is written to disk.
const SAVE_EVERY: Duration = Duration::from_secs(2);
/// How long tasks may take to end once the platforms stop.
const FAREWELL: Duration = Duration::from_secs(2);

/// How the platforms run.
#[derive(Debug, Clone)]
pub struct PlatformsOptions {
    /// Where the state is kept; without one everything is forgotten at the end.
    pub state_file: Option<PathBuf>,
    /// Decides every chance.
    pub seed: u64,
    /// The time the platforms live in.
    pub clock: SimulationClock,
    /// How long a webhook may take to be answered, in real time. Meta's own limit is not published; 10 s here.
    pub webhook_timeout: Duration,
    /// Ends everything when cancelled, as [`Platforms::stop`] does.
    pub stop: CancellationToken,
}

impl Default for PlatformsOptions {
    fn default() -> Self {
        Self {
            state_file: None,
            seed: 1,
            clock: SimulationClock::real(),
            webhook_timeout: Duration::from_secs(10),
            stop: CancellationToken::new(),
        }
    }
}

/// Why the platforms did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The saved state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The address listened on is unknown.
    #[error("the address of the simulated platforms: {0}")]
    Address(#[from] std::io::Error),
    /// The client that delivers webhooks cannot be made.
    #[error("the client that delivers webhooks: {0}")]
    Client(#[from] reqwest::Error),
}

/// The running platforms. A clone is another handle on the same ones.
#[derive(Debug, Clone)]
pub struct Platforms {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl Platforms {
    /// Starts all platforms on `listener`, with what `state_file` remembers.
    ///
    /// # Errors
    /// When the state file exists and cannot be used, or the listener has no address.
    pub async fn start(listener: TcpListener, options: PlatformsOptions) -> Result<Self, StartError> {
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::open(&options, address)?);
        let router = Router::new()
            .merge(control::routes(&shared))
            .merge(whatsapp::graph_routes(&shared))
            .fallback(whatsapp::unknown_path);
        // Not through `Shared::spawn`: the server ends by itself, after the answers under way.
        shared.tasks.spawn(serve::serve(listener, router, shared.stop.clone()));
        tokio::spawn(Arc::clone(&shared).keep_saved(options.state_file));
        courier::resume(&shared);
        whatsapp::resume(&shared);
        tracing::info!(%address, "Simulated platforms listen on {address}");
        Ok(Self { shared, address })
    }

    /// Where the platforms listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The time the platforms live in.
    #[must_use]
    pub fn clock(&self) -> &SimulationClock {
        &self.shared.clock
    }

    /// The WhatsApp platform.
    #[must_use]
    pub fn whatsapp(&self) -> WhatsApp {
        WhatsApp::of(Arc::clone(&self.shared))
    }

    /// Orders a fault.
    ///
    /// # Errors
    /// When the order names no fault, a value is out of range, or there are too many rules.
    pub fn order_fault(&self, order: FaultOrder) -> Result<(), FaultRefused> {
        self.shared.faults().order(order)
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultOrder> {
        self.shared.faults().list()
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// Forgets everything: numbers, residents, messages, webhooks, notes and faults.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Keeps a value under a name in the state file, for those who live with the platforms.
    pub fn note(&self, name: &str, value: Value) {
        self.shared.change(|state| state.notes.insert(name.to_owned(), value));
    }

    /// What was noted under this name, perhaps before a restart.
    #[must_use]
    pub fn noted(&self, name: &str) -> Option<Value> {
        self.shared.read(|state| state.notes.get(name).cloned())
    }

    /// Changes whenever a platform accepts a message: wakes those who wait for a reply.
    #[must_use]
    pub fn accepted_news(&self) -> watch::Receiver<u64> {
        self.shared.accepted_news.subscribe()
    }

    /// Cancelled when the platforms stop.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.shared.stop.clone()
    }

    /// Runs a task that belongs to the platforms: they wait for it before they are saved for the last time. It watches
    /// [`Platforms::stopping`] itself.
    pub(crate) fn attend(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.shared.tasks.spawn(task);
    }

    /// Stops listening, lets answers under way finish for a moment and saves the state.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        self.stopped().await;
    }

    /// Waits until somebody stops the platforms and all is saved.
    pub async fn stopped(&self) {
        self.shared.ended.cancelled().await;
    }
}

/// What every platform and every task holds on to.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changes: AtomicU64,
    faults: Mutex<FaultBook>,
    pub(crate) depot: Depot,
    pub(crate) limits: whatsapp::Limits,
    pub(crate) clock: SimulationClock,
    pub(crate) client: reqwest::Client,
    /// The bytes of files that were uploaded or sent.
    pub(crate) vault: whatsapp::Vault,
    /// Where the platforms are reached, `http://…` without a slash at the end: begins the addresses they give out.
    pub(crate) base_url: String,
    pub(crate) accepted_news: watch::Sender<u64>,
    /// Makes ids of this run differ from those of an earlier run with the same seed and no state file.
    pub(crate) run: [u64; 2],
    stop: CancellationToken,
    /// Cancelled when the last task is over and the state is saved.
    ended: CancellationToken,
    tasks: TaskTracker,
}

impl Shared {
    fn open(options: &PlatformsOptions, address: SocketAddr) -> Result<Self, StartError> {
        let state = match &options.state_file {
            Some(path) => state::load(path)?,
            None => State::default(),
        };
        // Fails when somebody in this process chose before us, and then the choice stands.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // This is the platforms' traffic, not ours: it goes to the callback that was registered, inside or outside.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(options.webhook_timeout)
            .build()?;
        let began = u64::try_from(options.clock.now().as_microsecond()).unwrap_or(0);
        Ok(Self {
            state: Mutex::new(state),
            changes: AtomicU64::new(0),
            faults: Mutex::new(FaultBook::with_seed(options.seed)),
            depot: Depot::default(),
            limits: whatsapp::Limits::default(),
            clock: options.clock.clone(),
            client,
            vault: whatsapp::Vault::beside(options.state_file.as_deref()),
            base_url: format!("http://{}", reachable(address)),
            accepted_news: watch::Sender::new(0),
            run: [options.seed, began],
            stop: options.stop.clone(),
            ended: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// Looks at the state.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state; it is saved soon after.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changes.fetch_add(1, Ordering::SeqCst);
        result
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultBook> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a task until it is done or the platforms stop.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            stop.run_until_cancelled(task).await;
        });
    }

    pub(crate) fn reset(&self) {
        self.faults().clear();
        self.vault.clear();
        self.change(|state| {
            state.whatsapp.clear();
            state.outgoing.clear();
            state.notes.clear();
        });
    }

    /// Saves changes now and then, and once more when everything is over.
    async fn keep_saved(self: Arc<Self>, path: Option<PathBuf>) {
        let mut saved = 0;
        while self.stop.run_until_cancelled(tokio::time::sleep(SAVE_EVERY)).await.is_some() {
            saved = self.save_since(saved, path.as_deref()).await;
        }
        self.tasks.close();
        let _ = tokio::time::timeout(FAREWELL, self.tasks.wait()).await;
        self.save_since(saved, path.as_deref()).await;
        self.ended.cancel();
    }

    /// Saves when something changed since `saved`; returns up to where it is saved now.
    async fn save_since(&self, saved: u64, path: Option<&Path>) -> u64 {
        let changes = self.changes.load(Ordering::SeqCst);
        let Some(path) = path.filter(|_| changes != saved) else {
            return saved;
        };
        match self.save(path).await {
            Ok(()) => changes,
            Err(error) => {
                tracing::error!(%error, "The simulated platforms could not be saved; next attempt in a moment");
                saved
            }
        }
    }

    async fn save(&self, path: &Path) -> Result<(), StateError> {
        let json = self
            .read(serde_json::to_vec)
            .map_err(|source| StateError::Unreadable { path: path.to_owned(), source })?;
        state::save(path, json).await
    }
}

/// An address that can be called: who listens everywhere is reached on this machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let here: std::net::IpAddr = if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        };
        address.set_ip(here);
    }
    address
}
