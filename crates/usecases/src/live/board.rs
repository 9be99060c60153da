//! What the hub knows at a moment: who looks, and what was read for them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use domain::ids::MunicipalityId;
use tokio::sync::watch;

use super::entry::Entry;
use super::hub::Viewer;
use super::present::Talks;

/// Everything, behind one lock that is never held over a question to the store.
#[derive(Default)]
pub(super) struct Board {
    pub(super) towns: HashMap<MunicipalityId, Town>,
    pub(super) pages: HashMap<u64, Page>,
    pub(super) next_page: u64,
    /// Whether a task reads on.
    pub(super) tailing: bool,
}

/// A page that is open.
pub(super) struct Page {
    pub(super) viewer: Viewer,
    pub(super) standing: Standing,
}

/// How it stands with the viewer of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// As it was.
    Same,
    /// They see other conversations now, and were not told yet.
    SeesOther,
    /// They may see none any more.
    SeesNothing,
    /// The session is over.
    LoggedOut,
}

/// A municipality in which somebody looks.
pub(super) struct Town {
    /// The newest entries, without a gap: everything after `from` up to `head`.
    pub(super) ring: VecDeque<Arc<Entry>>,
    pub(super) from: i64,
    pub(super) head: i64,
    pub(super) talks: Talks,
    /// Changes when a page may have something to tell.
    pub(super) news: watch::Sender<()>,
}

impl Town {
    pub(super) fn at(head: i64) -> Self {
        Self {
            ring: VecDeque::new(),
            from: head,
            head,
            talks: Talks::default(),
            news: watch::Sender::new(()),
        }
    }

    /// Takes entries that follow the head, and lets go of the oldest beyond `room`.
    pub(super) fn take(&mut self, entries: Vec<Arc<Entry>>, room: usize) {
        for entry in entries {
            if entry.position > self.head {
                self.head = entry.position;
                self.ring.push_back(entry);
            }
        }
        while self.ring.len() > room {
            self.from = self.ring.pop_front().map_or(self.from, |gone| gone.position);
        }
        self.tell();
    }

    /// The entries after a position, oldest first.
    pub(super) fn after(&self, position: i64) -> impl Iterator<Item = &Arc<Entry>> {
        let first = self.ring.partition_point(|entry| entry.position <= position);
        self.ring.range(first..)
    }

    pub(super) fn tell(&self) {
        self.news.send_replace(());
    }
}

impl Board {
    /// A page is gone; a municipality in which nobody looks is forgotten.
    pub(super) fn leave(&mut self, page: u64) {
        let Some(gone) = self.pages.remove(&page) else { return };
        let town = &gone.viewer.municipality;
        if !self.pages.values().any(|page| page.viewer.municipality == *town) {
            self.towns.remove(town);
        }
    }
}
