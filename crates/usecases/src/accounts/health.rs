//! How the channel accounts are doing, for those who may see it: a team its own, an administrator all.

use domain::access::{Actor, Permission, Scope};
use domain::channels::{HealthEvent, HealthState, Severity, states};
use domain::ids::{ChannelAccountId, TeamId};
use domain::municipality::ChannelAccount;
use store::tables::{account, figures, health};

use super::notes::files_since;
use super::{Alarm, CheckResult, Figures, Hold, Seen, Signs};
use crate::{Ctx, Failure};

/// How one account is doing.
#[derive(Debug, Clone)]
pub struct AccountHealth {
    /// The account.
    pub account: ChannelAccount,
    /// The name of its team.
    pub team_name: String,
    /// How bad the worst of it is.
    pub severity: Severity,
    /// How it stands, the worst first.
    pub states: Vec<HealthState>,
    /// What was told and found, newest first.
    pub history: Vec<HealthEvent>,
    /// Until when nothing is sent, and why; `None` when nothing is held back.
    pub hold: Option<Hold>,
    /// The last signs of life.
    pub signs: Signs,
    /// What somebody has to look after.
    pub figures: Figures,
    /// What the last checks showed.
    pub checks: Vec<CheckResult>,
    /// Who has seen which alarm.
    pub seen: Vec<Seen>,
    /// Names of the secrets that it has.
    pub secrets: Vec<String>,
}

/// How all accounts that the actor may see are doing; the worst first, then by id.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_account_health(ctx: &Ctx) -> Result<Vec<AccountHealth>, Failure> {
    ctx.actor.may(Permission::ReadChannelHealth)?;
    let scope = whole(ctx);
    let accounts = account::accounts(&mut ctx.store().read(&scope)).await?;
    let mut all = Vec::new();
    for found in accounts.into_iter().filter(|found| may_see(&ctx.actor, &found.account.team)) {
        all.push(of(ctx, found.account).await?);
    }
    all.sort_by(|a, b| (b.severity, &a.account.id).cmp(&(a.severity, &b.account.id)));
    Ok(all)
}

/// How one account is doing.
///
/// # Errors
/// `NotAllowed`, `NotFound` also for an account of another team, `Store`.
pub async fn read_account_health(ctx: &Ctx, id: &ChannelAccountId) -> Result<AccountHealth, Failure> {
    ctx.actor.may(Permission::ReadChannelHealth)?;
    let found = account::find(&mut ctx.store().read(&whole(ctx)), id).await?.ok_or(Failure::NotFound)?;
    if !may_see(&ctx.actor, &found.account.team) {
        return Err(Failure::NotFound);
    }
    of(ctx, found.account).await
}

/// Alarms of accounts that the actor may see, newest first; with whether they have seen each. Nothing for those who see
/// no accounts.
///
/// # Errors
/// When the store does not answer.
pub async fn list_alarms(ctx: &Ctx) -> Result<Vec<Alarm>, Failure> {
    if ctx.actor.may(Permission::ReadChannelHealth).is_err() {
        return Ok(Vec::new());
    }
    let mut reader = ctx.store().read(&whole(ctx));
    let mut alarms = health::alarms(&mut reader, ctx.now(), ctx.actor.user()).await?;
    alarms.retain(|alarm| may_see(&ctx.actor, &alarm.team));
    Ok(alarms)
}

/// Whoever manages accounts sees all of them; others those of their teams.
pub(super) fn may_see(actor: &Actor, team: &TeamId) -> bool {
    actor.may(Permission::ReadChannelHealth).is_ok()
        && (actor.may_manage_accounts() || actor.teams().contains(team))
}

/// Accounts belong to no conversation, so they are found in the whole municipality; who may see one is asked of each.
pub(super) fn whole(ctx: &Ctx) -> Scope {
    Scope::whole(ctx.actor.municipality().clone())
}

async fn of(ctx: &Ctx, account: ChannelAccount) -> Result<AccountHealth, Failure> {
    let (scope, now) = (whole(ctx), ctx.now());
    let mut reader = ctx.store().read(&scope);
    let history = health::of_account(&mut reader, &account.id).await?;
    let states = states(&history, now);
    let team_name = account::teams(&mut reader).await?.into_iter().find(|team| team.id == account.team);
    // By the database's clock.
    let wall = ctx.installation.wall_clock.now();
    let holds = account::holds(&mut reader).await?;
    let secrets = store::tables::secret::live(&mut reader, ctx.store().keys(), &account.id).await?;
    Ok(AccountHealth {
        team_name: team_name.map_or_else(|| account.team.to_string(), |team| team.name),
        severity: states.iter().map(|state| state.severity).max().unwrap_or(Severity::Good),
        states,
        history,
        hold: holds.into_iter().find(|hold| hold.channel_account == account.id && hold.until_at > wall),
        signs: health::signs(&mut reader, &account.id).await?,
        figures: figures::of_account(&mut reader, &account.id, files_since(now)).await?,
        checks: health::checks(&mut reader, &account.id).await?,
        seen: health::seen(&mut reader, &account.id).await?,
        secrets: secrets.names().map(str::to_owned).collect(),
        account,
    })
}
