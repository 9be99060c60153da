//! The hub of a node: who looks, within which limits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::access::Scope;
use domain::ids::{ConversationId, MunicipalityId, SessionId, UserId};
use domain::presence::Doing;
use domain::time::Clock;
use store::Store;
use store::tables::journal;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::board::{Board, Page, Standing, Town};
use super::following::Following;
use super::place::After;
use super::tail;
use crate::Failure;

/// How often what is done, and how much there can be of what.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Who has been told nothing for so long gets a sign of life.
    pub beat: Duration,
    /// All sessions are looked at so often (E3: what ends, ends within five seconds).
    pub sessions: Duration,
    /// What other nodes and commands wrote is looked for so often.
    pub poll: Duration,
    /// Who is in which conversation is looked at so often.
    pub presence: Duration,
    /// At least between two looks, however much is written.
    pub breath: Duration,
    /// Entries that are at hand per municipality.
    pub ring: usize,
    /// Who is further behind than this looks anew.
    pub catch_up: i64,
    /// Open pages of one user.
    pub per_user: usize,
    /// Open pages of a node.
    pub per_node: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            beat: Duration::from_secs(15),
            sessions: Duration::from_secs(3),
            poll: Duration::from_millis(250),
            presence: Duration::from_millis(500),
            breath: Duration::from_millis(5),
            ring: 2048,
            catch_up: 4096,
            per_user: 20,
            per_node: 4000,
        }
    }
}

/// Who has a page open.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// In which municipality.
    pub municipality: MunicipalityId,
    /// Who.
    pub user: UserId,
    /// By which session.
    pub session: SessionId,
    /// What they see.
    pub scope: Scope,
}

/// There is no place for another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    /// The user has as many as one can have.
    #[error("this user has too many pages open")]
    OfUser,
    /// The node has as many as it can have.
    #[error("this node has too many pages open")]
    OfNode,
}

/// What happens, for all who look on this node. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) pace: Pace,
    board: Mutex<Board>,
    /// Wakes the task that reads on.
    pub(super) poke: Notify,
    pub(super) presence_due: AtomicBool,
    /// What was written down lately of who is where, so that the same is not written again.
    pub(super) said: Mutex<HashMap<(ConversationId, UserId), (Doing, Instant)>>,
    pub(super) ended: CancellationToken,
}

impl Shared {
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    /// A hub of this store. `clock`: the one that sessions go by.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, pace: Pace) -> Self {
        let shared = Shared {
            store,
            clock,
            pace,
            board: Mutex::default(),
            poke: Notify::new(),
            presence_due: AtomicBool::new(true),
            said: Mutex::default(),
            ended: CancellationToken::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Ends all pages' streams, for good: browsers come back by themselves, to a node that lives.
    pub fn end(&self) {
        self.shared.ended.cancel();
    }

    /// How many pages are open.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.shared.board().pages.len()
    }

    /// Somebody came to a conversation or left it, or does something else there.
    pub(super) fn presence_changed(&self) {
        self.shared.presence_due.store(true, Ordering::SeqCst);
        self.shared.poke.notify_one();
    }

    /// Follows what happens in what `viewer` sees.
    ///
    /// # Errors
    /// `Refused` when there is no place for another page, `Store`.
    pub async fn follow(&self, viewer: Viewer, after: After) -> Result<Following, Failure<TooMany>> {
        let everything = Scope::whole(viewer.municipality.clone());
        let head = journal::head(&mut self.shared.store.read(&everything)).await?;
        let (position, lost) = match after {
            After::Now => (head, false),
            After::Position(position) if position <= head => (position, false),
            // From the future: a database that was put back, or somebody who tries.
            After::Position(_) | After::Nowhere => (head, true),
        };
        let (page, news) = self.enter(viewer, head).map_err(Failure::Refused)?;
        Ok(Following::new(Arc::clone(&self.shared), page, news, (position, lost)))
    }

    fn enter(&self, viewer: Viewer, head: i64) -> Result<(u64, tokio::sync::watch::Receiver<()>), TooMany> {
        let mut board = self.shared.board();
        let own =
            |page: &&Page| page.viewer.user == viewer.user && page.viewer.municipality == viewer.municipality;
        let refused = if board.pages.len() >= self.shared.pace.per_node {
            Some(TooMany::OfNode)
        } else if board.pages.values().filter(own).count() >= self.shared.pace.per_user {
            Some(TooMany::OfUser)
        } else {
            None
        };
        if let Some(refused) = refused {
            metrics::counter!("live_streams_refused_total").increment(1);
            return Err(refused);
        }
        let town = board.towns.entry(viewer.municipality.clone()).or_insert_with(|| Town::at(head));
        let news = town.news.subscribe();
        let page = board.next_page;
        board.next_page += 1;
        board.pages.insert(page, Page { viewer, standing: Standing::Same });
        if !board.tailing && !self.shared.ended.is_cancelled() {
            board.tailing = true;
            tail::start(Arc::clone(&self.shared));
        }
        drop(board);
        metrics::gauge!("live_streams").increment(1.0);
        // Who comes to a municipality in which nobody looked wants to know who is there.
        self.presence_changed();
        Ok((page, news))
    }
}
