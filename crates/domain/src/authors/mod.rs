//! Who is one author: what follows when a platform names somebody, and some of the names are known.
//!
//! A platform names a person in several ways, and not always in all of them. An id that is never given to another
//! person says who somebody is. A number that passes from person to person only says it while no such id differs:
//! otherwise its new owner would read the former owner's conversation. The rule does not depend on the order in which
//! claims come (A4): it looks at the platform's moments alone. Why, and what it cannot know:
//! `docs/decisions/2026-11-22-who-is-one-author.md`.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::channels::{Identifier, IdentityChange, Strength};
use crate::ids::AuthorId;
use crate::time::plus_seconds;

/// Seconds that a notice of a new number may come after the first message from it. A number that was used by somebody
/// longer before is not the new owner's; numbers rest for months before they are given out again.
const TOLD_LATE_SECONDS: i64 = 86_400;

/// Seconds for which nobody else gets a number that was given up. Who is first seen with it later than this after a notice
/// is not the one whom the notice was about.
const NUMBERS_REST_SECONDS: i64 = 60 * 86_400;

/// When somebody had a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Had {
    /// They have it: they wrote under it.
    Now,
    /// They had it until this moment, and have another since.
    Before,
    /// They have it from this moment on.
    After,
}

/// A name that a platform gives for somebody at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub identifier: Identifier,
    /// When they had it, seen from `at`.
    pub had: Had,
    /// By the platform's clock.
    pub at: Timestamp,
}

/// A name with the moments at which somebody was seen to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub identifier: Identifier,
    /// The earliest moment.
    pub since_at: Timestamp,
    /// The latest.
    pub seen_at: Timestamp,
    /// When they gave it up, if the platform said so.
    pub left_at: Option<Timestamp>,
}

/// A name that is known: whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Whose.
    pub author: AuthorId,
    /// The name.
    pub name: Name,
}

/// What follows from a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The known authors who are one, the one with the strongest name first; empty when nobody is known.
    pub one: Vec<AuthorId>,
    /// The names of this author. Those that somebody else had are theirs from now on.
    pub names: Vec<Name>,
}

/// What a message says of its writer.
#[must_use]
pub fn named_by_message(identifiers: &[Identifier], at: Timestamp) -> Vec<Named> {
    identifiers
        .iter()
        .map(|name| Named { identifier: name.clone(), had: Had::Now, at })
        .collect()
}

/// What a notice says of somebody who changed their names.
#[must_use]
pub fn named_by_change(change: &IdentityChange, at: Timestamp) -> Vec<Named> {
    let named = |names: &[Identifier], had| {
        let named = names.iter().map(move |name| Named { identifier: name.clone(), had, at });
        named.collect::<Vec<_>>()
    };
    [named(&change.before, Had::Before), named(&change.after, Had::After)].concat()
}

/// Who somebody is whom a platform names `claims`. `known`: all names of all authors who have one of them.
#[must_use]
pub fn resolve(claims: &[Named], known: &[Known]) -> Resolution {
    let mut found = Resolution::default();
    let (lasting, passing): (Vec<&Named>, Vec<&Named>) =
        claims.iter().partition(|claim| claim.identifier.strength == Strength::Lasting);
    for claim in lasting {
        found.take(claim, holder(claim, known));
    }
    for claim in passing {
        match holder(claim, known) {
            Some(held) if found.one.contains(&held.author) => found.take(claim, Some(held)),
            Some(held) => match judge(claim, held, claims, known, &found.one) {
                Verdict::TheSame => found.take(claim, Some(held)),
                Verdict::Passed => found.take_over(claim),
                Verdict::SomebodyElses => (),
            },
            None => found.take(claim, None),
        }
    }
    found
}

impl Resolution {
    /// The name is theirs, and whoever had it is the same.
    fn take(&mut self, claim: &Named, held: Option<&Known>) {
        if let Some(held) = held
            && !self.one.contains(&held.author)
        {
            self.one.push(held.author);
        }
        let seen_before = held.map(|held| (held.name.since_at, held.name.seen_at, held.name.left_at));
        let (since, seen, left) = seen_before.unwrap_or((claim.at, claim.at, None));
        let left_at = match (claim.had, claim.at >= seen) {
            (_, false) => left,
            (Had::Before, true) => Some(claim.at),
            (Had::Now, true) => left.filter(|left| claim.at <= *left),
            (Had::After, true) => None,
        };
        self.names.push(Name {
            identifier: claim.identifier.clone(),
            since_at: since.min(claim.at),
            seen_at: seen.max(claim.at),
            left_at,
        });
    }

    /// The name is theirs from this claim on; it was somebody else's.
    fn take_over(&mut self, claim: &Named) {
        let (identifier, at) = (claim.identifier.clone(), claim.at);
        self.names.push(Name { identifier, since_at: at, seen_at: at, left_at: None });
    }
}

/// What a name that passes says when somebody has it already.
enum Verdict {
    /// They are the same.
    TheSame,
    /// It was theirs, and is another's now.
    Passed,
    /// It is theirs, and this claim is of another who had it earlier.
    SomebodyElses,
}

fn judge(claim: &Named, held: &Known, claims: &[Named], known: &[Known], one: &[AuthorId]) -> Verdict {
    let differs = differs(claim, held, claims, known, one);
    let fits = match claim.had {
        Had::Now => held.name.left_at.is_none_or(|left| claim.at <= left),
        Had::Before => held.name.since_at <= claim.at,
        Had::After => {
            let (since, told) = (held.name.since_at, claim.at);
            since >= plus_seconds(told, -TOLD_LATE_SECONDS)
                && since <= plus_seconds(told, NUMBERS_REST_SECONDS)
        }
    };
    match claim.had {
        _ if fits && !differs => Verdict::TheSame,
        Had::Before => Verdict::SomebodyElses,
        Had::Now | Had::After if claim.at >= held.name.seen_at || !differs => Verdict::Passed,
        Had::Now | Had::After => Verdict::SomebodyElses,
    }
}

/// Whether the holder of a name has a lasting one of a kind in which the claim, or who it is already known to be about,
/// has another. Only one that they had while they had the name says anything: a new number brings a new id.
fn differs(claim: &Named, held: &Known, claims: &[Named], known: &[Known], one: &[AuthorId]) -> bool {
    let lasting = |identifier: &Identifier| {
        (identifier.strength == Strength::Lasting).then(|| identifier.kind.clone().into_owned())
    };
    let told = claims.iter().filter(|other| other.had == claim.had);
    let mut others: BTreeSet<String> = told.filter_map(|other| lasting(&other.identifier)).collect();
    if claim.had == Had::Now {
        // Who changed their number got another id with it, so there the known ids say nothing.
        let theirs = known.iter().filter(|known| one.contains(&known.author));
        others.extend(theirs.filter_map(|known| lasting(&known.name.identifier)));
    }
    let theirs = known.iter().filter(|known| known.author == held.author);
    let mut meanwhile = theirs.filter(|known| overlap(&known.name, &held.name));
    meanwhile.any(|known| lasting(&known.name.identifier).is_some_and(|kind| others.contains(&kind)))
}

/// Whether somebody had these two names at one time.
fn overlap(lasting: &Name, passing: &Name) -> bool {
    lasting.seen_at >= passing.since_at && passing.left_at.is_none_or(|left| lasting.since_at <= left)
}

fn holder<'a>(claim: &Named, known: &'a [Known]) -> Option<&'a Known> {
    known.iter().find(|one| {
        let name = &one.name.identifier;
        name.kind == claim.identifier.kind && name.value == claim.identifier.value
    })
}

#[cfg(test)]
mod tests;
