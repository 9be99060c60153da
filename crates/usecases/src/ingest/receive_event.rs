//! The door: a platform's request is verified over its raw bytes, split by account, and on disk before the 200.

use std::sync::Arc;

use domain::access::Scope;
use domain::channels::{Addressed, Connector, Handshake, Headers, RawRequest, Secrets};
use domain::ids::{ChannelAccountId, MunicipalityId, RawEventId};
use domain::limits;
use domain::municipality::ChannelAccount;
use store::StoreError;
use store::inbox::NewRawEvent;
use store::tables::account::Account;
use store::tables::{account, installation, secret};

use crate::Installation;

/// A channel account with its live secrets: everything that the door needs to know of it.
#[derive(Debug, Clone)]
pub struct Door {
    /// The account.
    pub account: Account,
    /// Its live secrets.
    pub secrets: Secrets,
}

/// Why a request was turned away. Nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such address.
    #[error("there is no channel account at this address")]
    NoSuchAccount,
    /// The signature fits no live secret of an account that the request concerns.
    #[error("the request is not signed by this channel account's platform")]
    Forged,
    /// Not a delivery: bad syntax, too deep, too large.
    #[error("the body is no valid delivery: {0}")]
    Malformed(String),
    /// Not on disk: the platform must send it again.
    #[error(transparent)]
    NotStored(#[from] StoreError),
}

/// What was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Raw events that are on disk now.
    pub stored: usize,
    /// Parts of the delivery for accounts that this installation does not have.
    pub unknown_accounts: usize,
}

/// The account of an address with its secrets; `None` when there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn resolve_door(
    installation: &Installation,
    id: &ChannelAccountId,
) -> Result<Option<Arc<Door>>, StoreError> {
    match installation::account_by_id(&installation.store, id).await? {
        Some(account) => open_door(installation, account).await.map(Some),
        None => Ok(None),
    }
}

async fn open_door(installation: &Installation, found: Account) -> Result<Arc<Door>, StoreError> {
    let scope = Scope::whole(found.account.municipality.clone());
    let mut reader = installation.store.read(&scope);
    let secrets = secret::live(&mut reader, installation.store.keys(), &found.account.id).await?;
    Ok(Arc::new(Door { account: found, secrets }))
}

/// Answers a platform that asks whether this address is ours.
#[must_use]
pub fn handshake(installation: &Installation, door: &Door, request: &RawRequest) -> Handshake {
    match installation.connector(&door.account.account.channel) {
        Some(connector) => connector.handshake(request, &door.secrets),
        None => Handshake::None,
    }
}

/// Verifies a delivery, splits it by account, and returns when it is on disk.
///
/// The signature is checked before anything is parsed. An account that the body names must have the secret that the
/// request was signed with: a body about somebody else's number is refused whole, with nothing stored (A1). What concerns
/// a whole business goes to each of its accounts that has that secret.
///
/// # Errors
/// [`Refusal`]: nothing of the request is stored.
pub async fn receive_event(
    installation: &Installation,
    door: &Door,
    request: &RawRequest,
) -> Result<Taken, Refusal> {
    let channel = &door.account.account.channel;
    let connector = installation.connector(channel).ok_or(Refusal::NoSuchAccount)?;
    connector.verify(request, &door.secrets).map_err(|_| Refusal::Forged)?;
    if request.body.len() > limits::WEBHOOK_BODY_BYTES {
        return Err(Refusal::Malformed("it is larger than a delivery can be".to_owned()));
    }
    let parts = connector.split(&request.body).map_err(|malformed| Refusal::Malformed(malformed.reason))?;
    let headers = kept_headers(&request.headers);
    let now = installation.now();
    let mut events = Vec::with_capacity(parts.len());
    let mut unknown_accounts = 0;
    for part in parts {
        let concerned = concerned(installation, connector, door, request, &part).await?;
        unknown_accounts += usize::from(concerned.is_empty());
        // The bytes are copied only for the accounts of a business after its first; nearly always there is one.
        let bodies = std::iter::repeat_n(part.body, concerned.len());
        for ((municipality, channel_account), body) in concerned.into_iter().zip(bodies) {
            events.push(NewRawEvent {
                municipality,
                id: RawEventId(installation.ids.next()),
                channel_account,
                received_at: now,
                headers: headers.clone(),
                body,
            });
        }
    }
    let stored = events.len();
    installation.store.inbox().put(events).await?;
    Ok(Taken { stored, unknown_accounts })
}

/// The accounts that a part of a delivery concerns; none when this installation has none.
async fn concerned(
    installation: &Installation,
    connector: &dyn Connector,
    door: &Door,
    request: &RawRequest,
    part: &Addressed,
) -> Result<Vec<(MunicipalityId, ChannelAccountId)>, Refusal> {
    let named = |account: &ChannelAccount| (account.municipality.clone(), account.id.clone());
    let own = &door.account.account;
    let signed = |secrets: &Secrets| connector.verify(request, secrets).is_ok();
    if let Some(native) = part.native_id.as_deref() {
        if door.account.native_id.as_deref() == Some(native) {
            return Ok(vec![named(own)]);
        }
        let found = installation::account_by_native(&installation.store, &own.channel, native).await?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let other = open_door(installation, found).await?;
        return if signed(&other.secrets) {
            Ok(vec![named(&other.account.account)])
        } else {
            Err(Refusal::Forged)
        };
    }
    let Some(business) = &part.business_id else { return Ok(vec![named(own)]) };
    let mut known = 0;
    let mut concerned = Vec::new();
    for found in installation::accounts(&installation.store).await? {
        let account = &found.account;
        if account.channel == own.channel
            && connector.business_id(&account.settings).as_ref() == Some(business)
        {
            known += 1;
            let other = open_door(installation, found).await?;
            if signed(&other.secrets) {
                concerned.push(named(&other.account.account));
            }
        }
    }
    // An account that does not say which business is its own takes for its own what came to it, and nobody else does.
    if concerned.is_empty() && connector.business_id(&own.settings).is_none() {
        return Ok(vec![named(own)]);
    }
    // The business is here, and nobody of it has the secret: somebody speaks for others.
    if concerned.is_empty() && known > 0 {
        return Err(Refusal::Forged);
    }
    Ok(concerned)
}

/// Puts down what a poll fetched. Nobody signed it: we asked, over TLS.
///
/// # Errors
/// When it is not on disk: the cursor must then not move on.
pub async fn receive_polled(
    installation: &Installation,
    door: &Door,
    body: Vec<u8>,
) -> Result<(), StoreError> {
    let account = &door.account.account;
    let event = NewRawEvent {
        municipality: account.municipality.clone(),
        id: RawEventId(installation.ids.next()),
        channel_account: account.id.clone(),
        received_at: installation.now(),
        headers: "{}".to_owned(),
        body,
    };
    installation.store.inbox().put(vec![event]).await
}

/// All accounts with their secrets, by id.
///
/// # Errors
/// When the store does not answer, or a secret does not open.
pub async fn list_doors(installation: &Installation) -> Result<Vec<Arc<Door>>, StoreError> {
    let mut doors = Vec::new();
    for found in installation::accounts(&installation.store).await? {
        doors.push(open_door(installation, found).await?);
    }
    Ok(doors)
}

/// Seconds for which a node has the turn to poll an account.
const POLL_TURN_SECONDS: u32 = 120;

/// Takes the turn on the accounts whose platform has to be asked now, with their secrets. One node polls an account
/// at a time.
///
/// # Errors
/// When the store does not answer.
pub async fn take_due_polls(installation: &Installation) -> Result<Vec<Arc<Door>>, StoreError> {
    let mut doors = Vec::new();
    for found in installation::accounts(&installation.store).await? {
        let Some(connector) = installation.connector(&found.account.channel) else { continue };
        if connector.is_polled() {
            let (scope, id) = (Scope::whole(found.account.municipality.clone()), found.account.id.clone());
            let turn = installation.store.write(&scope, async move |tx: &mut store::Tx| {
                account::claim_poll(tx, &id, POLL_TURN_SECONDS).await
            });
            if turn.await? {
                doors.push(open_door(installation, found).await?);
            }
        }
    }
    Ok(doors)
}

/// An account is to be polled again in `seconds`; gives the turn back.
///
/// # Errors
/// When the store does not answer: the turn then ends by itself.
pub async fn poll_again(installation: &Installation, door: &Door, seconds: u64) -> Result<(), StoreError> {
    let (scope, id) =
        (Scope::whole(door.account.account.municipality.clone()), door.account.account.id.clone());
    installation
        .store
        .write(&scope, async move |tx: &mut store::Tx| account::poll_again(tx, &id, seconds).await)
        .await
}

/// Remembers where the polling of an account goes on.
///
/// # Errors
/// When the store does not answer.
pub async fn move_cursor(
    installation: &Installation,
    door: &Door,
    cursor: Option<&str>,
) -> Result<(), StoreError> {
    let account = &door.account.account;
    let (id, cursor) = (account.id.clone(), cursor.map(str::to_owned));
    let scope = Scope::whole(account.municipality.clone());
    installation
        .store
        .write(&scope, async move |tx: &mut store::Tx| {
            account::set_cursor(tx, &id, cursor.as_deref()).await
        })
        .await
}

/// Header lines that say something about the delivery; none that identifies anybody or proves anything.
fn kept_headers(headers: &Headers) -> String {
    const KEPT: [&str; 3] = ["content-type", "user-agent", "x-request-id"];
    let lines: std::collections::BTreeMap<&str, &str> = KEPT
        .iter()
        .filter_map(|name| headers.first(name).map(|value| (*name, limits::cut(value, 200))))
        .collect();
    serde_json::to_string(&lines).unwrap_or_else(|_| "{}".to_owned())
}
