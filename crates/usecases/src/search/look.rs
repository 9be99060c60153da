//! From candidates of the index to messages that fit.

use std::collections::{BTreeMap, HashSet};

use analysis::search::{Hit, Query, Searched};
use domain::ids::{ConversationId, MessageId};
use domain::search::{CANDIDATES, RANKED, Wanted};
use store::tables::search::{self, Candidate, Limits, Said};
use store::{Reader, StoreError};

use super::meaning::has_beginnings;

/// Candidates that are asked for at once.
const ROUND: u32 = 200;
/// Messages whose text is read at once.
const AT_ONCE: usize = 50;
/// Messages that are read in one question, where it is known that many are needed.
const TEXTS_AT_ONCE: usize = 1_000;
/// Newer messages of a conversation that are looked at to know whether it was shown before.
const NEWER: u32 = 100;

/// What is looked for, and whether a part of it will do.
pub(super) struct Asked<'a> {
    pub(super) query: &'a Query,
    pub(super) limits: &'a Limits,
    pub(super) partly: bool,
}

/// A message that fits.
pub(super) struct Match {
    pub(super) number: i64,
    pub(super) said: Said,
    pub(super) searched: Searched,
    pub(super) hits: Vec<Hit>,
}

/// Messages that fit, the newest first.
pub(super) struct Pool {
    pub(super) matches: Vec<Match>,
    /// The last place that was looked at; `None` when there is nothing beyond it.
    pub(super) looked_until: Option<i64>,
}

impl Asked<'_> {
    fn wanted(&self) -> Wanted {
        if self.partly { self.query.wanted_partly() } else { self.query.wanted() }
    }

    /// Whether a message fits, by what it says now.
    fn fits(&self, number: i64, said: Said) -> Option<Match> {
        let writer = &self.query.filters.writer;
        if said.deleted || !has_beginnings(&format!("{} {}", said.writer, said.handles), writer) {
            return None;
        }
        let searched = Searched::new(&said.text);
        let hits = if self.partly {
            searched.hits_of_any(self.query)
        } else {
            searched.hits(self.query)
        }?;
        Some(Match { number, said, searched, hits })
    }

    /// The newest messages that fit, of before a place, until `enough` conversations have one, or as many were read as
    /// are ranked.
    pub(super) async fn pool(
        &self,
        reader: &mut Reader<'_>,
        before: Option<i64>,
        enough: usize,
    ) -> Result<Pool, StoreError> {
        let wanted = self.wanted();
        let (mut matches, mut conversations, mut read) = (Vec::new(), HashSet::new(), 0);
        let mut looked_until = before;
        // In rounds: where the newest are enough, nobody looks at the others.
        for _ in 0..CANDIDATES / ROUND {
            let candidates = search::fitting(reader, &wanted, self.limits, looked_until, ROUND).await?;
            let found = in_scope(&candidates);
            for piece in found.chunks(AT_ONCE) {
                if conversations.len() >= enough || read >= RANKED {
                    return Ok(Pool { matches, looked_until });
                }
                for one in self.matching(reader, piece).await? {
                    conversations.insert(one.said.conversation);
                    matches.push(one);
                }
                read += piece.len();
                looked_until = piece.last().map(|(number, _)| *number);
            }
            if candidates.len() < usize::try_from(ROUND).unwrap_or(usize::MAX) {
                return Ok(Pool { matches, looked_until: None });
            }
            looked_until = candidates.last().map(|last| last.number);
        }
        Ok(Pool { matches, looked_until })
    }

    async fn matching(
        &self,
        reader: &mut Reader<'_>,
        found: &[(i64, MessageId)],
    ) -> Result<Vec<Match>, StoreError> {
        let ids: Vec<MessageId> = found.iter().map(|(_, message)| *message).collect();
        let mut said: BTreeMap<MessageId, Said> =
            search::texts(reader, &ids).await?.into_iter().map(|said| (said.id, said)).collect();
        let fitting = found.iter().filter_map(|(number, id)| self.fits(*number, said.remove(id)?));
        Ok(fitting.collect())
    }

    /// Whether only whole words are to be looked for, because so many words begin like the last one that those which are
    /// exactly it, and there are such, would drown among them.
    pub(super) async fn drowns(&self, reader: &mut Reader<'_>) -> Result<bool, StoreError> {
        if !self.query.ends_open() {
            return Ok(false);
        }
        let some = u32::try_from(RANKED).unwrap_or(u32::MAX);
        let open = search::fitting(reader, &self.wanted(), self.limits, None, some).await?;
        if open.len() < RANKED {
            return Ok(false);
        }
        let whole = self.query.of_whole_words().wanted();
        let whole = search::fitting(reader, &whole, self.limits, None, some).await?;
        Ok(!in_scope(&whole).is_empty())
    }

    /// Those of these conversations that have a message that fits at or behind a place: they were shown on a page before.
    pub(super) async fn were_shown(
        &self,
        reader: &mut Reader<'_>,
        conversations: &[ConversationId],
        number: i64,
    ) -> Result<HashSet<ConversationId>, StoreError> {
        let newer = search::later(reader, conversations, number, NEWER).await?;
        let until = self.limits.until;
        let mut shown = HashSet::new();
        for piece in newer.chunks(TEXTS_AT_ONCE) {
            for said in search::texts(reader, piece).await? {
                let conversation = said.conversation;
                let counts = !shown.contains(&conversation) && until.is_none_or(|until| said.sent_at < until);
                if counts && self.fits(0, said).is_some() {
                    shown.insert(conversation);
                }
            }
        }
        Ok(shown)
    }
}

/// The messages among the candidates that the actor can see, each once.
fn in_scope(candidates: &[Candidate]) -> Vec<(i64, MessageId)> {
    let mut seen = HashSet::new();
    let visible = candidates.iter().filter_map(|one| one.found.map(|(message, _)| (one.number, message)));
    visible.filter(|(_, message)| seen.insert(*message)).collect()
}
