//! What the words of filters mean in this municipality.

use analysis::language::{fold, words};
use analysis::search::{Filters, Owner, Status};
use domain::ids::{TeamId, UserId};
use domain::municipality::Municipality;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::tables::account;
use store::tables::search::{self, Limits, MEANT, OwnedBy};
use store::{Reader, StoreError};

use crate::Ctx;

/// Short names of channels that people type.
const CHANNELS: &[(&str, &str)] = &[
    ("app", "whatsapp"),
    ("email", "mail"),
    ("emails", "mail"),
    ("epost", "mail"),
    ("facebook", "messenger"),
    ("fb", "messenger"),
    ("ig", "instagram"),
    ("insta", "instagram"),
    ("mails", "mail"),
    ("twitter", "x"),
    ("wa", "whatsapp"),
];

/// What the filters ask of the store; `None` when one of them names nobody whom the actor can see, so that nothing can
/// be found.
pub(super) async fn limits(
    ctx: &Ctx,
    reader: &mut Reader<'_>,
    filters: &Filters,
) -> Result<Option<Limits>, StoreError> {
    let mut limits = Limits {
        state: filters.status.map(|status| match status {
            Status::Active => "active".to_owned(),
            Status::Exactly(state) => state.to_string(),
        }),
        channel: filters.channel.as_deref().map(channel),
        ..Limits::default()
    };
    if let Some(typed) = &filters.team {
        limits.teams = teams(reader, typed).await?;
        if limits.teams.is_empty() {
            return Ok(None);
        }
    }
    limits.owner = match &filters.owner {
        None => OwnedBy::Anybody,
        Some(Owner::Nobody) => OwnedBy::Nobody,
        Some(Owner::Me) => OwnedBy::OneOf(ctx.actor.user().into_iter().collect()),
        Some(Owner::Named(typed)) => OwnedBy::OneOf(colleagues(reader, typed).await?),
    };
    if limits.owner == OwnedBy::OneOf(Vec::new()) {
        return Ok(None);
    }
    if filters.since.is_some() || filters.until.is_some() {
        let zone = zone(account::municipality(reader).await?.as_ref());
        limits.since = filters.since.and_then(|day| begins(&zone, day));
        limits.until = filters.until.and_then(|day| day.tomorrow().ok()).and_then(|day| begins(&zone, day));
    }
    Ok(Some(limits))
}

fn channel(typed: &str) -> String {
    CHANNELS
        .iter()
        .find(|(short, _)| *short == typed)
        .map_or(typed, |(_, name)| name)
        .to_owned()
}

fn zone(municipality: Option<&Municipality>) -> TimeZone {
    municipality
        .and_then(|municipality| TimeZone::get(&municipality.time_zone).ok())
        .unwrap_or(TimeZone::UTC)
}

fn begins(zone: &TimeZone, day: Date) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|midnight| midnight.timestamp())
}

async fn teams(reader: &mut Reader<'_>, typed: &str) -> Result<Vec<TeamId>, StoreError> {
    let all = search::teams(reader).await?;
    let mut meant: Vec<_> = all
        .iter()
        .filter(|(id, name)| fold(id.as_str()) == fold(typed) || is_called(name, typed))
        .collect();
    meant.truncate(MEANT);
    Ok(meant.into_iter().map(|(id, _)| id.clone()).collect())
}

async fn colleagues(reader: &mut Reader<'_>, typed: &str) -> Result<Vec<UserId>, StoreError> {
    let all = search::colleagues(reader).await?;
    let meant = all.into_iter().filter(|(_, name)| is_called(name, typed));
    Ok(meant.map(|(id, _)| id).take(MEANT).collect())
}

/// Whether every word that was typed begins a word of the name.
pub(super) fn is_called(name: &str, typed: &str) -> bool {
    let typed: Vec<_> = words(typed, 8).into_iter().map(|word| word.folded).collect();
    !typed.is_empty() && has_beginnings(name, &typed)
}

/// The same for words that are folded already.
pub(super) fn has_beginnings(name: &str, typed: &[String]) -> bool {
    let name = words(name, 64);
    typed.iter().all(|typed| name.iter().any(|word| word.folded.starts_with(typed.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_by_the_beginnings_of_its_words() {
        for (name, typed, expected) in [
            ("Noor de Vries", "noor", true),
            ("Noor de Vries", "vri no", true),
            ("Zoë", "zoe", true),
            ("Noor de Vries", "oor", false),
            ("Noor", "!", false),
        ] {
            assert_eq!(is_called(name, typed), expected, "{typed} for {name}");
        }
        assert!(CHANNELS.is_sorted());
    }
}
