//! Changing how a municipality looks.

use domain::access::Permission;
use domain::happenings::Happened;
use domain::look::{Brand, HOSTS_MAX, Logo, LogoRef, Look, host_name};
use sha2::{Digest, Sha256};
use store::tables::{account, look};
use store::{StoreError, Tx};

use super::read::whole;
use crate::people::plain_name;
use crate::{Ctx, Failure};

/// How a municipality is to look.
#[derive(Debug, Clone)]
pub struct SaveLook {
    /// What the change was based on.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// The host names that show it, one each; what is empty does not count.
    pub hosts: Vec<String>,
    /// Its colour; `None` is Gehoor's own.
    pub brand: Option<Brand>,
    /// What becomes of the logo.
    pub logo: LogoChange,
}

/// What becomes of a logo.
#[derive(Debug, Clone, Default)]
pub enum LogoChange {
    /// It stays.
    #[default]
    Keep,
    /// It goes, and Gehoor's own stands there.
    Remove,
    /// This one instead.
    Put(Logo),
}

/// Why a look is not saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookRefused {
    /// There is no name, or it is too long.
    #[error("a municipality needs a name of at most 200 characters")]
    Name,
    /// This cannot be a host name.
    #[error("\"{0}\" is no host name")]
    NoHost(String),
    /// More than a municipality has.
    #[error("a municipality has at most {HOSTS_MAX} host names")]
    TooManyHosts,
    /// Another municipality of the installation has it.
    #[error("another municipality of this installation has the host \"{0}\"")]
    HostTaken(String),
}

/// Saves how the municipality looks, and what it is called.
///
/// # Errors
/// `NotAllowed`, `Conflict` when somebody else changed it meanwhile, `Refused`, `Store`.
pub async fn save_look(ctx: &Ctx, save: SaveLook) -> Result<(), Failure<LookRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let name = plain_name(&save.name).ok_or(Failure::Refused(LookRefused::Name))?;
    let hosts = host_names(&save.hosts).map_err(Failure::Refused)?;
    let (actor, now) = (ctx.actor.clone(), ctx.now());
    ctx.store()
        .write(&whole(ctx), async move |tx: &mut Tx| {
            let mut municipality = account::municipality(tx).await?.ok_or(Failure::NotFound)?;
            let (_, version) = look::look(tx).await?;
            if version != save.version {
                return Err(Failure::Conflict);
            }
            municipality.name.clone_from(&name);
            municipality.hosts.clone_from(&hosts);
            account::put_municipality(tx, &municipality, now).await?;
            if let Some(taken) = look::put_hosts(tx, &hosts).await? {
                return Err(Failure::Refused(LookRefused::HostTaken(taken)));
            }
            put_look(tx, save.brand, &save.logo).await?;
            let (what, id) = ("look".to_owned(), municipality.id.to_string());
            tx.record(&actor, now, Happened::ConfigurationChanged { what, id });
            Ok(())
        })
        .await
}

/// Writes colour and logo; the version goes up.
pub(crate) async fn put_look(tx: &mut Tx, brand: Option<Brand>, logo: &LogoChange) -> Result<(), StoreError> {
    match logo {
        LogoChange::Keep => (),
        LogoChange::Remove => look::remove_logo(tx).await?,
        LogoChange::Put(logo) => look::put_logo(tx, &named(logo), logo).await?,
    }
    look::put_brand(tx, &Look { brand, logo: None }).await
}

/// The name of a logo: another content is another name, so that a browser may keep what it has.
pub(crate) fn named(logo: &Logo) -> LogoRef {
    let mut hash = hex::encode(Sha256::digest(&logo.content));
    hash.truncate(32);
    LogoRef { hash, kind: logo.kind }
}

/// Hosts as they are compared, each once; what is empty does not count.
pub(crate) fn host_names(typed: &[String]) -> Result<Vec<String>, LookRefused> {
    let mut hosts = Vec::new();
    for text in typed.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let shown = || domain::limits::cut(text, 253).to_owned();
        let host = host_name(text).ok_or_else(|| LookRefused::NoHost(shown()))?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
        if hosts.len() > HOSTS_MAX {
            return Err(LookRefused::TooManyHosts);
        }
    }
    Ok(hosts)
}
