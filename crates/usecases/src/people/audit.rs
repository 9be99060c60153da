//! Who changed what: what people did, newest first. It holds no text of anybody, and reading it leaves a line of its own.

use std::collections::BTreeMap;

use domain::access::Permission;
use domain::happenings::{About, Happened};
use domain::ids::{TeamId, UserId};
use domain::limits::PAGE_SIZE;
use jiff::Timestamp;
use store::tables::{account, journal, people};

use super::whole;
use crate::conversations::log_view;
use crate::{Ctx, Failure};

/// What of the log is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What this user did, also with a token.
    pub user: Option<UserId>,
    /// What is about this.
    pub about: Option<About>,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedLine {
    /// Its place.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// The user who did it; `None` for whoever runs Gehoor.
    pub user: Option<UserId>,
    /// Whether a program did it, with a token of the user.
    pub by_token: bool,
    /// What.
    pub happened: Happened,
}

/// A page of the log.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The lines, newest first.
    pub lines: Vec<AuditedLine>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<i64>,
    /// The names of all users, by name.
    pub names: Vec<(UserId, String)>,
    /// The names of all teams.
    pub teams: BTreeMap<TeamId, String>,
}

/// Lines of the log before `before`.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_audit(ctx: &Ctx, filter: AuditFilter, before: Option<i64>) -> Result<AuditPage, Failure> {
    ctx.actor.may(Permission::ReadAudit)?;
    let mut reader = ctx.store().read(&whole(ctx));
    let limit = u32::try_from(PAGE_SIZE).unwrap_or(u32::MAX);
    let before = before.unwrap_or(i64::MAX);
    let mut found = journal::audit_of(&mut reader, (filter.user, filter.about), before, limit + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let next = found.last().filter(|_| more).map(|last| last.position);
    let names = people::names(&mut reader).await?;
    let teams = account::teams(&mut reader).await?.into_iter().map(|team| (team.id, team.name)).collect();
    log_view(ctx, "audit").await?;
    Ok(AuditPage {
        lines: found.into_iter().map(line).collect(),
        next,
        names,
        teams,
    })
}

fn line(found: journal::AuditLine) -> AuditedLine {
    let mut pieces = found.actor.split(':');
    let kind = pieces.next().unwrap_or_default();
    let user = pieces.next_back().and_then(|id| id.parse().ok());
    AuditedLine {
        position: found.position,
        at: found.at,
        user,
        by_token: kind == "token",
        happened: found.happened,
    }
}
