//! An entry of the journal, with who may be told of it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use domain::access::Scope;
use domain::happenings::Happened;
use domain::ids::{ConversationId, MunicipalityId, TeamId};
use jiff::Timestamp;
use store::tables::{journal, live};
use store::{Store, StoreError};

/// Something that happened.
#[derive(Debug)]
pub struct Entry {
    /// Its place in the journal.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub happened: Happened,
    /// The team of its conversation when it was read; nobody is told of what has none.
    team: Option<TeamId>,
    written: OnceLock<String>,
}

impl Entry {
    /// How it is written to a page: made once for all who are told.
    pub fn written(&self, write: impl FnOnce(&Self) -> String) -> &str {
        self.written.get_or_init(|| write(self))
    }

    /// Whether who sees this may be told.
    pub(super) fn is_for(&self, scope: &Scope) -> bool {
        self.team.as_ref().is_some_and(|team| scope.sees(team))
    }

    /// Whether a session may be over by this, or its user may see something else.
    pub(super) fn puts_sessions_in_doubt(&self) -> bool {
        matches!(
            self.happened,
            Happened::LoggedOut { .. }
                | Happened::OtherSessionsEnded { .. }
                | Happened::PasswordChosen { .. }
                | Happened::SecondFactorRemoved { .. }
                | Happened::SecondFactorSet { .. }
                | Happened::UserChanged { .. }
                | Happened::UserDisabled { .. }
                | Happened::ConfigurationChanged { .. }
        )
    }
}

/// What happened in a municipality after `position`, at most `limit` entries, each with the team that its conversation is
/// with now: asked after the entry was read, so that it is never older than the entry.
pub(super) async fn entries_after(
    store: &Store,
    municipality: &MunicipalityId,
    position: i64,
    limit: u32,
) -> Result<Vec<Arc<Entry>>, StoreError> {
    let scope = Scope::whole(municipality.clone());
    let mut reader = store.read(&scope);
    let read = journal::after(&mut reader, position, limit).await?;
    let mut about: Vec<ConversationId> =
        read.iter().filter_map(|entry| entry.happened.conversation()).collect();
    about.sort_unstable();
    about.dedup();
    let teams: HashMap<_, _> = live::teams(&mut reader, &about).await?.into_iter().collect();
    let with_team = |read: journal::Position| {
        let team = read.happened.conversation().and_then(|id| teams.get(&id).cloned());
        Arc::new(Entry {
            position: read.position,
            at: read.at,
            happened: read.happened,
            team,
            written: OnceLock::new(),
        })
    };
    Ok(read.into_iter().map(with_team).collect())
}
