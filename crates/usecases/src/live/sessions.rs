//! Whether those who look may still look: one question for all pages of a node (E3).

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::access::{Actor, Permission, Scope};
use domain::ids::{MunicipalityId, SessionId};
use store::StoreError;
use store::tables::live::{self, OpenSession};

use super::board::Standing;
use super::hub::{Shared, Viewer};
use crate::access::is_over;

/// Sessions asked about at once.
const AT_ONCE: usize = 500;

type Key = (MunicipalityId, SessionId);

/// Looks at the sessions of all pages, and tells those whose session is over or who see something else now.
pub(super) async fn look_at_all(shared: &Shared) -> Result<(), StoreError> {
    let asked: BTreeSet<Key> = shared.board().pages.values().map(|page| key_of(&page.viewer)).collect();
    let asked: Vec<Key> = asked.into_iter().collect();
    let mut open: HashMap<Key, OpenSession> = HashMap::new();
    for some in asked.chunks(AT_ONCE) {
        let found = live::sessions(&mut shared.store.read(&Scope::installation()), some).await?;
        open.extend(found.into_iter().map(|one| ((one.municipality.clone(), one.id), one)));
    }
    let now = shared.clock.now();
    let asked: HashSet<Key> = asked.into_iter().collect();
    let mut board = shared.board();
    let mut changed: HashSet<MunicipalityId> = HashSet::new();
    for page in board.pages.values_mut() {
        let key = key_of(&page.viewer);
        // Who came since was let in by a look of their own.
        if !asked.contains(&key) {
            continue;
        }
        let live = open.get(&key).filter(|one| !is_over(one.last_seen_at, one.expires_at, now));
        let standing = judge(&mut page.viewer, live);
        if standing != Standing::Same {
            page.standing = standing;
            changed.insert(key.0);
        }
    }
    for town in changed.iter().filter_map(|one| board.towns.get(one)) {
        town.tell();
    }
    Ok(())
}

fn key_of(viewer: &Viewer) -> Key {
    (viewer.municipality.clone(), viewer.session)
}

fn judge(viewer: &mut Viewer, live: Option<&OpenSession>) -> Standing {
    let Some(live) = live else { return Standing::LoggedOut };
    let actor = Actor::User {
        municipality: viewer.municipality.clone(),
        id: viewer.user,
        role: live.role,
        teams: live.teams.clone(),
    };
    if actor.may(Permission::ReadConversations).is_err() {
        return Standing::SeesNothing;
    }
    let scope = actor.scope();
    if scope == viewer.scope {
        return Standing::Same;
    }
    viewer.scope = scope;
    Standing::SeesOther
}
