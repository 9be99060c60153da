//! What one page is told, in order: a place in the journal that goes forward. Asked for when the page can take more, so
//! nothing piles up for one that reads slowly.

use std::collections::HashSet;
use std::sync::Arc;

use domain::access::Scope;
use domain::ids::{ConversationId, MunicipalityId, UserId};
use tokio::sync::watch;
use tokio::time::Instant;

use super::LiveEvent;
use super::board::Standing;
use super::entry::{Entry, entries_after};
use super::hub::Shared;

/// Events told in one go.
const AT_ONCE: usize = 256;
/// Entries that somebody who is behind reads in one go.
const READ_AT_ONCE: u32 = 500;

/// A page that follows. Gone from the hub with this value.
pub struct Following {
    shared: Arc<Shared>,
    page: u64,
    news: watch::Receiver<()>,
    position: i64,
    /// What it is told first.
    first: Option<LiveEvent>,
    /// Whether it was told that it knows everything up to now.
    is_caught_up: bool,
    quiet_since: Instant,
    talks_seen: u64,
    /// Conversations in which it was told that somebody is.
    peopled: HashSet<ConversationId>,
    over: bool,
}

/// What there is to do for a page.
enum Look {
    Tell(Vec<LiveEvent>),
    /// The board begins after its place.
    ReadOn(MunicipalityId),
    Wait,
}

impl Following {
    pub(super) fn new(
        shared: Arc<Shared>,
        page: u64,
        news: watch::Receiver<()>,
        (position, lost): (i64, bool),
    ) -> Self {
        Self {
            shared,
            page,
            news,
            position,
            first: lost.then_some(LiveEvent::Refresh { position }),
            is_caught_up: false,
            quiet_since: Instant::now(),
            talks_seen: 0,
            peopled: HashSet::new(),
            over: false,
        }
    }

    /// Waits for what is to be told next; `None` when nothing follows any more. Who knows everything up to now is told that
    /// once by a sign of life, at the beginning or when it has caught up.
    pub async fn next(&mut self) -> Option<Vec<LiveEvent>> {
        loop {
            if self.over || self.shared.ended.is_cancelled() {
                return None;
            }
            let told = match self.first.take().map_or_else(|| self.look(), |first| Look::Tell(vec![first])) {
                Look::Tell(told) => told,
                Look::ReadOn(municipality) => self.read_on(&municipality).await?,
                Look::Wait if !self.is_caught_up => {
                    self.is_caught_up = true;
                    vec![LiveEvent::Beat { position: self.position }]
                }
                Look::Wait => self.wait().await?,
            };
            if !told.is_empty() {
                self.quiet_since = Instant::now();
                metrics::counter!("live_events_total").increment(told.len() as u64);
                return Some(told);
            }
        }
    }

    /// Until something may have happened; a sign of life when that takes long.
    async fn wait(&mut self) -> Option<Vec<LiveEvent>> {
        let beat_at = self.quiet_since + self.shared.pace.beat;
        let ended = self.shared.ended.clone();
        tokio::select! {
            () = ended.cancelled() => None,
            changed = self.news.changed() => changed.ok().map(|()| Vec::new()),
            () = tokio::time::sleep_until(beat_at) => Some(vec![LiveEvent::Beat { position: self.position }]),
        }
    }

    fn look(&mut self) -> Look {
        let shared = Arc::clone(&self.shared);
        let mut board = shared.board();
        let Some(page) = board.pages.get_mut(&self.page) else { return self.end_with(None) };
        let standing = std::mem::replace(&mut page.standing, Standing::Same);
        let viewer = page.viewer.clone();
        let Some(town) = board.towns.get(&viewer.municipality) else {
            return self.end_with(None);
        };
        match standing {
            Standing::LoggedOut => return self.end_with(Some(LiveEvent::LoggedOut)),
            Standing::SeesNothing => {
                return self.end_with(Some(LiveEvent::Refresh { position: self.position }));
            }
            Standing::SeesOther => {
                self.talks_seen = 0;
                return self.anew(town.head);
            }
            Standing::Same => (),
        }
        if town.head.saturating_sub(self.position) > shared.pace.catch_up {
            return self.anew(town.head);
        }
        if self.position < town.from {
            return Look::ReadOn(viewer.municipality);
        }
        let mut told = Vec::new();
        for entry in town.after(self.position).take(AT_ONCE) {
            self.position = entry.position;
            if entry.is_for(&viewer.scope) {
                told.push(LiveEvent::Happened(Arc::clone(entry)));
            }
        }
        let is_up_to_date = self.position >= town.head;
        let (version, talks) = town.talks.since(self.talks_seen, &viewer.scope, viewer.user);
        self.talks_seen = version;
        drop(board);
        for (conversation, people) in talks {
            let known = if people.is_empty() {
                self.peopled.remove(&conversation)
            } else {
                self.peopled.insert(conversation)
            };
            if known || !people.is_empty() {
                told.push(LiveEvent::Present { conversation, people });
            }
        }
        if told.is_empty() && is_up_to_date { Look::Wait } else { Look::Tell(told) }
    }

    /// What lies between is not told any more.
    fn anew(&mut self, head: i64) -> Look {
        self.position = self.position.max(head);
        metrics::counter!("live_refreshes_total").increment(1);
        Look::Tell(vec![LiveEvent::Refresh { position: self.position }])
    }

    fn end_with(&mut self, last: Option<LiveEvent>) -> Look {
        self.over = true;
        Look::Tell(last.into_iter().collect())
    }

    /// Reads what is not at hand any more from the journal.
    async fn read_on(&mut self, municipality: &MunicipalityId) -> Option<Vec<LiveEvent>> {
        let read = entries_after(&self.shared.store, municipality, self.position, READ_AT_ONCE).await;
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                // The browser comes back, with the place that it has.
                tracing::warn!(error = %error, "A live page could not read on");
                return None;
            }
        };
        // By what the viewer sees now, not when the reading began. Who sees something else by now is told first.
        let (standing, scope) = self.standing()?;
        if standing != Standing::Same {
            return Some(Vec::new());
        }
        match read.last() {
            Some(last) => self.position = last.position,
            // What was there is gone: nothing is left to tell up to where the board begins.
            None => self.position = self.shared.board().towns.get(municipality)?.from,
        }
        let visible = read.into_iter().filter(|entry: &Arc<Entry>| entry.is_for(&scope));
        Some(visible.map(LiveEvent::Happened).collect())
    }

    fn standing(&self) -> Option<(Standing, Scope)> {
        let board = self.shared.board();
        board.pages.get(&self.page).map(|page| (page.standing, page.viewer.scope.clone()))
    }

    /// Whose page it is.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.shared.board().pages.get(&self.page).map(|page| page.viewer.user)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.shared.board().leave(self.page);
        metrics::gauge!("live_streams").decrement(1.0);
    }
}
