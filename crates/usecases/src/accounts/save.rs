//! Setting an account up, or changing it: the same from a page and from a declaration.

use std::fmt;
use std::sync::Arc;

use domain::access::Permission;
use domain::channels::{Connector, SecretValue, Secrets, SettingFault, SettingFaultKind};
use domain::happenings::Happened;
use domain::ids::{MunicipalityId, TeamId};
use domain::municipality::{ChannelAccount, Team};
use store::tables::{account, fetching, installation, secret};
use store::{IsStoreError, StoreError, Tx};

use super::health::whole;
use crate::configuration::DeclaredAccount;
use crate::{Ctx, Failure, Installation};

/// Why an account cannot be as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveRefused {
    /// There is no such channel in this installation; it has these.
    NoSuchChannel(Vec<String>),
    /// There is no such team.
    NoSuchTeam(TeamId),
    /// The id belongs to another municipality, or to an account that there is already.
    IdTaken,
    /// The account has another channel.
    OtherChannel,
    /// Another account is the same number or page.
    NumberTaken,
    /// The address of the platform's API is none.
    Address,
    /// These settings are not right.
    Settings(Vec<SettingFault>),
}

impl fmt::Display for SaveRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchChannel(known) => {
                write!(f, "there is no such channel; there are: {}", known.join(", "))
            }
            Self::NoSuchTeam(team) => write!(f, "there is no team \"{team}\""),
            Self::IdTaken => {
                f.write_str("another municipality of this installation has an account with this id")
            }
            Self::OtherChannel => {
                f.write_str("an account keeps its channel; take another id for another channel")
            }
            Self::NumberTaken => {
                f.write_str("another account of this installation is the same number or page")
            }
            Self::Address => f.write_str("base_url begins with https:// or http://"),
            Self::Settings(faults) => {
                let names: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
                write!(f, "these settings are not right: {}", names.join(", "))
            }
        }
    }
}

/// An account that is to be set up or changed.
#[derive(Debug, Clone)]
pub struct SaveAccount {
    /// How it is to be. Secrets that are not named stay as they are.
    pub account: DeclaredAccount,
    /// Whether it is meant to be a new one.
    pub is_new: bool,
}

/// What was done.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    /// Secrets that Gehoor made up. Shown once: they cannot be read back.
    pub made_up: Vec<(&'static str, SecretValue)>,
}

/// Sets an account up, or changes it. A replaced secret works at once, without a restart.
///
/// # Errors
/// `NotAllowed`, `NotFound` when an account is to be changed that is not there, `Refused`, `Store`.
pub async fn save_account(ctx: &Ctx, save: SaveAccount) -> Result<Saved, Failure<SaveRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let SaveAccount { mut account, is_new } = save;
    let existing = installation::account_by_id(ctx.store(), &account.id).await?;
    let is_ours = |found: &account::Account| found.account.municipality == *ctx.actor.municipality();
    match existing {
        Some(_) if is_new => return Err(Failure::Refused(SaveRefused::IdTaken)),
        Some(ref found) if !is_new && is_ours(found) => (),
        _ if is_new => (),
        _ => return Err(Failure::NotFound),
    }
    let made_up = make_up(ctx, &mut account, is_new);
    let mut reader = ctx.store().read(&whole(ctx));
    let teams = account::teams(&mut reader).await?.into_iter().map(|team| team.id).collect::<Vec<_>>();
    drop(reader);
    check_declared(&ctx.installation, ctx.actor.municipality(), &account, &teams)
        .await?
        .map_err(Failure::Refused)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            put_declared(tx, &ctx, ctx.actor.municipality(), &account).await?;
            Ok::<_, Failure<SaveRefused>>(())
        })
        .await?;
    Ok(Saved { made_up })
}

/// Fills in the secrets of a new account that only we and the platform have to know.
fn make_up(ctx: &Ctx, account: &mut DeclaredAccount, is_new: bool) -> Vec<(&'static str, SecretValue)> {
    let Some(connector) = ctx.installation.connector(&account.channel) else {
        return Vec::new();
    };
    let mut made = Vec::new();
    for field in connector.settings().iter().filter(|field| is_new && field.secret && field.made_up) {
        if !account.secrets.iter().any(|(name, _)| name == field.name) {
            let value = SecretValue::new(ctx.installation.new_token());
            account.secrets.push((field.name.to_owned(), value.clone()));
            made.push((field.name, value));
        }
    }
    made
}

/// Teams of the municipality, to choose from.
///
/// # Errors
/// `NotAllowed`, `Store`.
pub async fn list_teams(ctx: &Ctx) -> Result<Vec<Team>, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    Ok(account::teams(&mut ctx.store().read(&whole(ctx))).await?)
}

/// Whether an account can be as it is declared. `teams`: those that there are, or will be.
///
/// # Errors
/// When the store does not answer; inside it, why the account cannot be.
pub(crate) async fn check_declared(
    here: &Arc<Installation>,
    municipality: &MunicipalityId,
    declared: &DeclaredAccount,
    teams: &[TeamId],
) -> Result<Result<(), SaveRefused>, StoreError> {
    let Some(connector) = here.connector(&declared.channel) else {
        let known = here.connectors.all().iter().map(|one| one.channel().to_string()).collect();
        return Ok(Err(SaveRefused::NoSuchChannel(known)));
    };
    if !teams.contains(&declared.team) {
        return Ok(Err(SaveRefused::NoSuchTeam(declared.team.clone())));
    }
    let existing = installation::account_by_id(&here.store, &declared.id).await?;
    let mut has = Secrets::none();
    if let Some(found) = &existing {
        if found.account.municipality != *municipality {
            return Ok(Err(SaveRefused::IdTaken));
        }
        if found.account.channel != declared.channel {
            return Ok(Err(SaveRefused::OtherChannel));
        }
        let scope = domain::access::Scope::whole(municipality.clone());
        has = secret::live(&mut here.store.read(&scope), here.store.keys(), &declared.id).await?;
    }
    if declared.base_url.as_deref().is_some_and(|url| !is_address(url)) {
        return Ok(Err(SaveRefused::Address));
    }
    let faults = connector.validate(&declared.settings, &declared.secrets, &has);
    if !faults.is_empty() {
        return Ok(Err(SaveRefused::Settings(faults)));
    }
    if let Some(native) = connector.native_id(&declared.settings) {
        let taken = installation::account_by_native(&here.store, &declared.channel, &native).await?;
        if taken.is_some_and(|taken| taken.account.id != declared.id) {
            return Ok(Err(SaveRefused::NumberTaken));
        }
    }
    Ok(Ok(()))
}

fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && url.len() <= 500 && url.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// Each fault of the settings in an English line, for the person at the keyboard.
pub(crate) fn as_lines(connector: &dyn Connector, faults: &[SettingFault]) -> String {
    let fields = connector.settings();
    let line = |fault: &SettingFault| {
        let field = fields.iter().find(|field| field.name == fault.field);
        let kind = if field.is_some_and(|field| field.secret) { "secret" } else { "setting" };
        let help = field.map_or("", |field| field.help);
        let name = &fault.field;
        match fault.kind {
            SettingFaultKind::Missing => format!("the {kind} \"{name}\" is missing or empty: {help}"),
            SettingFaultKind::Malformed => format!("the {kind} \"{name}\" cannot be right: {help}"),
            SettingFaultKind::Unknown => {
                let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                format!("there is no setting or secret \"{name}\"; there are: {}", names.join(", "))
            }
        }
    };
    faults.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Writes an account as it is declared, and records it where that changes something; a secret that is new lets it send
/// again at once.
pub(crate) async fn put_declared(
    tx: &mut Tx,
    ctx: &Ctx,
    municipality: &MunicipalityId,
    declared: &DeclaredAccount,
) -> Result<(), StoreError> {
    let changed = ChannelAccount {
        municipality: municipality.clone(),
        id: declared.id.clone(),
        channel: declared.channel.clone(),
        team: declared.team.clone(),
        base_url: declared.base_url.clone().map(|url| url.trim_end_matches('/').to_owned()),
        settings: declared.settings.clone(),
    };
    let connector = ctx.installation.connector(&declared.channel);
    let native = connector.and_then(|connector| connector.native_id(&declared.settings));
    let before = account::find(tx, &declared.id).await?;
    let mut is_changed = before.is_none_or(|before| before.account != changed);
    account::put_account(tx, &changed, native.as_deref(), ctx.now()).await?;
    let record = |tx: &mut Tx, what: &str| {
        let (what, id) = (what.to_owned(), declared.id.to_string());
        tx.record(&ctx.actor, ctx.now(), Happened::ConfigurationChanged { what, id });
    };
    for (name, value) in &declared.secrets {
        let id = ctx.installation.ids.next();
        let keys = ctx.store().keys().clone();
        let fresh = secret::put(tx, &keys, &declared.id, name, value, id, ctx.now()).await?;
        // A new token mends what the old one broke. What a person has to look at, it does not.
        if fresh {
            fetching::try_of_account(tx, &declared.id).await?;
        }
        if fresh && account::release_passing(tx, &declared.id).await? {
            super::holds::released(tx, &declared.id, ctx.now()).await?;
            record(tx, "channel_account_released");
        }
        is_changed |= fresh;
    }
    if is_changed {
        record(tx, "channel_account");
    }
    Ok(())
}

impl IsStoreError for SaveRefused {
    fn store_error(&self) -> Option<&StoreError> {
        None
    }
}
