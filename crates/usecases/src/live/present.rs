//! Who is in which conversation of a municipality, and what of it changed since somebody looked.

use std::collections::HashMap;
use std::time::Duration;

use domain::access::Scope;
use domain::ids::{ConversationId, TeamId, UserId};
use domain::presence::Doing;
use store::tables::presence::Present;
use tokio::time::Instant;

/// A conversation that everybody left is remembered so long, so that all pages are told.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Somebody who is in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they do.
    pub doing: Doing,
}

/// The conversations that somebody is in, or was in a moment ago.
#[derive(Default)]
pub(super) struct Talks {
    /// Counts the changes.
    version: u64,
    talks: HashMap<ConversationId, Talk>,
}

struct Talk {
    version: u64,
    changed: Instant,
    team: TeamId,
    people: Vec<Person>,
}

impl Talks {
    /// Takes over who is there now; `true` when something changed.
    pub(super) fn update(&mut self, now: Vec<Present>) -> bool {
        let mut people: HashMap<ConversationId, (TeamId, Vec<Person>)> = HashMap::new();
        for one in now {
            let (_, there) = people.entry(one.conversation).or_insert_with(|| (one.team, Vec::new()));
            there.push(Person { user: one.user, name: one.name, doing: one.doing });
        }
        let before = self.version;
        for (id, talk) in &mut self.talks {
            let (team, there) = people.remove(id).unwrap_or_else(|| (talk.team.clone(), Vec::new()));
            if talk.people != there || talk.team != team {
                self.version += 1;
                *talk = Talk {
                    version: self.version,
                    changed: Instant::now(),
                    team,
                    people: there,
                };
            }
        }
        for (id, (team, there)) in people {
            self.version += 1;
            self.talks.insert(
                id,
                Talk {
                    version: self.version,
                    changed: Instant::now(),
                    team,
                    people: there,
                },
            );
        }
        self.talks
            .retain(|_, talk| !talk.people.is_empty() || talk.changed.elapsed() < REMEMBERED);
        self.version > before
    }

    /// What of the conversations that `scope` sees changed after `version`, without `own`; and the version of now.
    pub(super) fn since(
        &self,
        version: u64,
        scope: &Scope,
        own: UserId,
    ) -> (u64, Vec<(ConversationId, Vec<Person>)>) {
        if version == self.version {
            return (version, Vec::new());
        }
        let changed = self.talks.iter().filter(|(_, talk)| talk.version > version && scope.sees(&talk.team));
        let without_own = |(id, talk): (&ConversationId, &Talk)| {
            (*id, talk.people.iter().filter(|one| one.user != own).cloned().collect())
        };
        (self.version, changed.map(without_own).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> uuid::Uuid {
        uuid::Uuid::from_u64_pair(number, 1)
    }

    fn there(conversation: u64, team: &str, user: u64, doing: Doing) -> Present {
        Present {
            municipality: "zwanendam".parse().expect("a short name"),
            conversation: ConversationId(id(conversation)),
            team: team.parse().expect("a short name"),
            user: UserId(id(user)),
            name: format!("user {user}"),
            doing,
        }
    }

    fn webcare() -> Scope {
        Scope::of_teams(
            "zwanendam".parse().expect("a short name"),
            vec!["webcare".parse().expect("a short name")],
        )
    }

    #[tokio::test]
    async fn one_is_told_of_others_in_ones_own_teams_once_and_when_they_leave() {
        let (mut talks, scope, own) = (Talks::default(), webcare(), UserId(id(1)));
        let looks = |user| there(7, "webcare", user, Doing::Looks);
        assert!(talks.update(vec![looks(1), looks(2), there(8, "balie", 3, Doing::Types)]));
        let (version, told) = talks.since(0, &scope, own);
        let names: Vec<_> = told.iter().flat_map(|(_, people)| people).map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["user 2"]);
        assert!(!talks.update(vec![looks(1), looks(2), there(8, "balie", 3, Doing::Types)]));
        assert!(talks.since(version, &scope, own).1.is_empty());
        assert!(talks.update(vec![looks(1)]));
        let (_, told) = talks.since(version, &scope, own);
        assert_eq!(told, [(ConversationId(id(7)), Vec::new())]);
    }
}
