//! Applying a declaration: checked whole, then written in one transaction per municipality. It merges by id and
//! removes only when asked to.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::happenings::Happened;
use domain::ids::{TeamId, UserId};
use domain::limits::TEAMS_PER_USER;
use domain::municipality::Team;
use store::tables::user::User;
use store::tables::{account, installation, look, user};
use store::{IsStoreError, StoreError, Tx};

use super::declaration::{Declaration, DeclaredAccount, DeclaredLook, DeclaredUser};
use crate::access::{PasswordRefused, check_new_password, hash_password, password};
use crate::accounts::{SaveRefused, as_lines, check_declared, put_declared};
use crate::look::{LogoChange, LookRefused, host_names, put_look};
use crate::{Ctx, Installation, canned_texts};

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Lines for the person at the keyboard: what was pruned, what was kept and why.
    pub remarks: Vec<String>,
}

/// Why nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyRefused {
    /// Something in the declaration cannot be; `about` says where.
    #[error("{about}: {reason}")]
    Invalid {
        /// Which entry.
        about: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IsStoreError for ApplyRefused {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Invalid { .. } => None,
        }
    }
}

fn invalid(about: impl Into<String>, reason: impl Into<String>) -> ApplyRefused {
    ApplyRefused::Invalid { about: about.into(), reason: reason.into() }
}

/// Applies a declaration: everything or nothing. `prune` also removes what it does not name.
///
/// # Errors
/// [`ApplyRefused`]: nothing was changed.
pub async fn apply_declaration(
    installation: &Arc<Installation>,
    mut declaration: Declaration,
    prune: bool,
) -> Result<Applied, ApplyRefused> {
    check(installation, &declaration).await?;
    let hosts = host_names(&declaration.municipality.hosts);
    declaration.municipality.hosts = hosts.map_err(|refused| invalid("municipality", refused.to_string()))?;
    let ctx = installation.operator(&declaration.municipality.id);
    let mut hashed = Vec::with_capacity(declaration.users.len());
    for declared in &declaration.users {
        hashed.push(password_hash(&ctx, declared).await?);
    }
    let store = installation.store.clone();
    store
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let now = ctx.now();
            account::put_municipality(tx, &declaration.municipality, now).await?;
            if let Some(taken) = look::put_hosts(tx, &declaration.municipality.hosts).await? {
                let reason = LookRefused::HostTaken(taken).to_string();
                return Err(invalid("municipality", reason));
            }
            put_declared_look(tx, &declaration.look).await?;
            for team in &declaration.teams {
                account::put_team(tx, &Team { id: team.id.clone(), name: team.name.clone() }).await?;
            }
            for (declared, hash) in declaration.users.iter().zip(&hashed) {
                put_user(tx, &ctx, declared, hash.clone()).await?;
            }
            for declared in &declaration.channel_accounts {
                put_declared(tx, &ctx, &declaration.municipality.id, declared).await?;
            }
            for declared in &declaration.canned_texts {
                canned_texts::put_declared(tx, &ctx, declared).await?;
            }
            let mut applied = Applied::default();
            if prune {
                prune_rest(tx, &ctx, &declaration, &mut applied).await?;
            }
            let id = declaration.municipality.id.to_string();
            tx.record(
                &ctx.actor,
                now,
                Happened::ConfigurationChanged { what: "municipality".to_owned(), id },
            );
            Ok::<_, ApplyRefused>(applied)
        })
        .await
}

async fn check(installation: &Arc<Installation>, declaration: &Declaration) -> Result<(), ApplyRefused> {
    if declaration.municipality.id.is_reserved() {
        return Err(invalid("municipality", "this id stands for the whole installation; take another"));
    }
    let zone = &declaration.municipality.time_zone;
    if jiff::tz::TimeZone::get(zone).is_err() {
        return Err(invalid("municipality", format!("\"{zone}\" is no time zone; Europe/Amsterdam is one")));
    }
    check_names(installation, declaration)?;
    let scope = domain::access::Scope::whole(declaration.municipality.id.clone());
    let mut teams: Vec<TeamId> = declaration.teams.iter().map(|team| team.id.clone()).collect();
    teams.extend(
        account::teams(&mut installation.store.read(&scope))
            .await?
            .into_iter()
            .map(|team| team.id),
    );
    for declared in &declaration.users {
        check_user(installation, declaration, declared, &teams).await?;
    }
    for declared in &declaration.channel_accounts {
        check_account(installation, declaration, declared, &teams).await?;
    }
    let ctx = installation.operator(&declaration.municipality.id);
    canned_texts::check_declared(&ctx, &declaration.canned_texts, &teams)
        .map_err(|(shortcut, fault)| invalid(format!("canned text {shortcut}"), fault.to_string()))
}

/// What can stand only once in a declaration stands once: of two with one id the second would silently win.
fn check_names(installation: &Arc<Installation>, declaration: &Declaration) -> Result<(), ApplyRefused> {
    once("team", declaration.teams.iter().map(|team| team.id.to_string()))?;
    once("user", declaration.users.iter().map(|user| user.email.to_lowercase()))?;
    once(
        "channel account",
        declaration.channel_accounts.iter().map(|account| account.id.to_string()),
    )?;
    let native = |account: &DeclaredAccount| {
        let connector = installation.connector(&account.channel)?;
        Some(format!("on {} with the id {}", account.channel, connector.native_id(&account.settings)?))
    };
    once("channel account", declaration.channel_accounts.iter().filter_map(native))
}

fn once(what: &str, names: impl Iterator<Item = String>) -> Result<(), ApplyRefused> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            return Err(invalid(format!("{what} {name}"), "it stands there twice"));
        }
    }
    Ok(())
}

async fn check_user(
    installation: &Arc<Installation>,
    declaration: &Declaration,
    declared: &DeclaredUser,
    teams: &[TeamId],
) -> Result<(), ApplyRefused> {
    let about = format!("user {}", declared.email);
    if !declared.email.contains('@')
        || declared.email.len() > 320
        || declared.email.contains(char::is_whitespace)
    {
        return Err(invalid(about, "this is no e-mail address"));
    }
    if declared.teams.len() > TEAMS_PER_USER {
        return Err(invalid(about, format!("a user is a member of at most {TEAMS_PER_USER} teams")));
    }
    if let Some(team) = declared.teams.iter().find(|team| !teams.contains(team)) {
        return Err(invalid(about, format!("there is no team \"{team}\"")));
    }
    let owner = installation::owner_of_email(&installation.store, &declared.email.to_lowercase()).await?;
    if owner.is_some_and(|owner| owner != declaration.municipality.id) {
        return Err(invalid(about, "another municipality of this installation has a user with this address"));
    }
    Ok(())
}

async fn check_account(
    installation: &Arc<Installation>,
    declaration: &Declaration,
    declared: &DeclaredAccount,
    teams: &[TeamId],
) -> Result<(), ApplyRefused> {
    let about = || format!("channel account {}", declared.id);
    let municipality = &declaration.municipality.id;
    match check_declared(installation, municipality, declared, teams).await? {
        Ok(()) => Ok(()),
        Err(SaveRefused::NoSuchChannel(known)) => {
            let known = known.join(", ");
            let reason = format!("there is no channel \"{}\"; there are: {known}", declared.channel);
            Err(invalid(about(), reason))
        }
        Err(SaveRefused::Settings(faults)) => {
            let connector = installation.connector(&declared.channel);
            let lines = connector.map(|connector| as_lines(connector, &faults)).unwrap_or_default();
            Err(invalid(about(), lines))
        }
        Err(refused) => Err(invalid(about(), refused.to_string())),
    }
}

/// The hash of a declared password that is not the present one; `None` leaves the one there is.
async fn password_hash(ctx: &Ctx, declared: &DeclaredUser) -> Result<Option<String>, ApplyRefused> {
    let Some(password) = &declared.password else { return Ok(None) };
    let about = || format!("user {}", declared.email);
    let as_invalid = |refused: PasswordRefused| invalid(about(), refused.to_string());
    check_new_password(password.reveal(), &declared.email).map_err(as_invalid)?;
    let known = installation::user_by_email(ctx.store(), &declared.email.to_lowercase()).await?;
    let present = known.as_ref().and_then(|known| known.password_hash.as_deref());
    if present.is_some() && password::fits(password.reveal(), present).await {
        return Ok(None);
    }
    let mut salt = [0_u8; 16];
    ctx.installation.randomness.fill(&mut salt);
    hash_password(password.reveal(), salt).await.map(Some).map_err(as_invalid)
}

async fn put_user(
    tx: &mut Tx,
    ctx: &Ctx,
    declared: &DeclaredUser,
    password_hash: Option<String>,
) -> Result<(), StoreError> {
    let email = declared.email.to_lowercase();
    let known = user::by_email(tx, &email).await?;
    let id = known.as_ref().map_or_else(|| UserId(ctx.installation.ids.next()), |known| known.id);
    let new = User {
        id,
        email,
        name: declared.name.clone(),
        role: declared.role,
        password_hash,
        disabled_at: None,
    };
    let new_password = new.password_hash.is_some();
    let same_teams = as_set(&user::teams_of(tx, id).await?) == as_set(&declared.teams);
    let is_same =
        |known: &User| known.name == new.name && known.role == new.role && known.disabled_at.is_none();
    if new_password || !same_teams || !known.as_ref().is_some_and(is_same) {
        tx.record(&ctx.actor, ctx.now(), Happened::UserChanged { user: id, role: new.role });
    }
    // Another role is other rights, and a new password means that the old one is not trusted: sessions end (X6).
    if known.is_some_and(|known| known.role != declared.role || new_password) {
        store::tables::session::end_all(tx, id, ctx.installation.wall_clock.now()).await?;
    }
    user::put(tx, &new, ctx.now()).await?;
    user::set_teams(tx, id, &declared.teams).await
}

/// What the file does not say of colour and logo stays; a second time nothing changes, and no version goes up.
async fn put_declared_look(tx: &mut Tx, declared: &DeclaredLook) -> Result<(), StoreError> {
    let (known, _) = look::look(tx).await?;
    let brand = declared.brand.or(known.brand);
    let logo = declared.logo.clone().filter(|logo| known.logo != Some(crate::look::named(logo)));
    if brand == known.brand && logo.is_none() {
        return Ok(());
    }
    put_look(tx, brand, &logo.map_or(LogoChange::Keep, LogoChange::Put)).await
}

fn as_set(teams: &[TeamId]) -> BTreeSet<&TeamId> {
    teams.iter().collect()
}

async fn prune_rest(
    tx: &mut Tx,
    ctx: &Ctx,
    declaration: &Declaration,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    for found in account::accounts(tx).await? {
        let id = found.account.id;
        if !declaration.channel_accounts.iter().any(|declared| declared.id == id) {
            let remark = if account::remove_account(tx, &id).await? {
                let what = "channel_account_removed".to_owned();
                let happened = Happened::ConfigurationChanged { what, id: id.to_string() };
                tx.record(&ctx.actor, ctx.now(), happened);
                format!("channel account {id}: removed")
            } else {
                format!("channel account {id}: kept, it has conversations")
            };
            applied.remarks.push(remark);
        }
    }
    for known in user::all(tx).await? {
        let named = declaration.users.iter().any(|declared| declared.email.to_lowercase() == known.email);
        if !named && user::disable(tx, known.id, ctx.now()).await? {
            store::tables::session::end_all(tx, known.id, ctx.installation.wall_clock.now()).await?;
            store::tables::session::revoke_all_tokens(tx, known.id, ctx.installation.wall_clock.now())
                .await?;
            user::set_teams(tx, known.id, &[]).await?;
            tx.record(&ctx.actor, ctx.now(), Happened::UserDisabled { user: known.id });
            applied.remarks.push(format!("user {}: disabled", known.email));
        }
    }
    for shortcut in canned_texts::prune(tx, ctx, &declaration.canned_texts).await? {
        applied.remarks.push(format!("canned text {shortcut}: removed"));
    }
    for team in account::teams(tx).await? {
        if !declaration.teams.iter().any(|declared| declared.id == team.id) {
            let remark = if account::remove_team(tx, &team.id).await? {
                format!("team {}: removed", team.id)
            } else {
                format!("team {}: kept, it has conversations, channel accounts or canned texts", team.id)
            };
            applied.remarks.push(remark);
        }
    }
    Ok(())
}
