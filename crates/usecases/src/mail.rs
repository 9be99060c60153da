//! Mail of Gehoor itself to users: what waits to be sent, to whom, and how it ended. What it says is written elsewhere, where
//! the words are; a mail never carries a resident's text.

use std::sync::Arc;

use domain::access::Scope;
use jiff::Timestamp;
pub use store::tables::mail::{MailState, QueuedMail};
use store::tables::{account, account_link, mail, user};
use store::{StoreError, Tx};

use crate::Installation;
use crate::access::{LinkPurpose, hash_of};

/// Seconds that a worker has for a mail before another may take it.
const LEASE_SECONDS: u32 = 120;
/// Tries, over about three hours, before it is given up.
const TRIES: i64 = 8;

/// What a letter tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The name of the user.
    pub name: String,
    /// The name of their municipality.
    pub municipality: String,
    /// Its time zone.
    pub time_zone: String,
    /// The address to choose a password at.
    pub link: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A letter as it is sent: plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Who finds the words of a letter.
pub trait Letters: Send + Sync {
    /// Writes a letter.
    fn write(&self, facts: &LetterFacts) -> Letter;
}

/// A mail that is to leave now.
pub struct DueMail {
    /// As it was queued.
    pub queued: QueuedMail,
    /// To this address.
    pub to: String,
    /// What it tells.
    pub facts: LetterFacts,
}

/// How sending a mail ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailEnd {
    /// The mail server took it.
    Sent,
    /// It may be taken later. The reason names no address.
    Later(String),
    /// It never will.
    Refused(String),
}

/// Takes up to `limit` mails that are due, with what they tell. `public_url`: where people reach us. What is of no use any
/// more is dropped here: its link was used or replaced, or the user cannot log in.
///
/// # Errors
/// When the store does not answer.
pub async fn take_due_mail(
    installation: &Arc<Installation>,
    public_url: &str,
    limit: u32,
) -> Result<Vec<DueMail>, StoreError> {
    let here = Arc::clone(installation);
    let claim = async move |tx: &mut Tx| mail::claim(tx, here.store.keys(), limit, LEASE_SECONDS).await;
    let claimed = installation.store.write(&Scope::installation(), claim).await?;
    let mut due = Vec::new();
    for queued in claimed {
        match facts_of(installation, &queued, public_url).await? {
            Some((to, facts)) => due.push(DueMail { queued, to, facts }),
            None => end(installation, queued, MailState::Dropped, None).await?,
        }
    }
    Ok(due)
}

async fn facts_of(
    installation: &Arc<Installation>,
    queued: &QueuedMail,
    public_url: &str,
) -> Result<Option<(String, LetterFacts)>, StoreError> {
    let scope = Scope::whole(queued.municipality.clone());
    let mut reader = installation.store.read(&scope);
    let expires_at = account_link::expires(&mut reader, queued.user, &hash_of(&queued.token)).await?;
    let expires_at = expires_at.filter(|at| installation.wall_clock.now() < *at);
    let known = user::by_id(&mut reader, queued.user).await?.filter(|known| known.disabled_at.is_none());
    let municipality = account::municipality(&mut reader).await?;
    let (Some(expires_at), Some(known), Some(municipality), Some(purpose)) =
        (expires_at, known, municipality, LinkPurpose::read(&queued.kind))
    else {
        return Ok(None);
    };
    let facts = LetterFacts {
        purpose,
        name: known.name,
        municipality: municipality.name,
        time_zone: municipality.time_zone,
        link: format!("{public_url}/wachtwoord/{}", queued.token),
        expires_at,
    };
    Ok(Some((known.email, facts)))
}

/// Writes down how sending a mail ended; one that may be taken later is tried again, a while later each time.
///
/// # Errors
/// When the store does not answer.
pub async fn record_mail(
    installation: &Arc<Installation>,
    queued: QueuedMail,
    ended: MailEnd,
) -> Result<(), StoreError> {
    let id = queued.id;
    match ended {
        MailEnd::Sent => end(installation, queued, MailState::Sent, None).await,
        MailEnd::Later(why) if queued.attempts < TRIES => {
            let exponent = u32::try_from(queued.attempts).unwrap_or(8).min(8);
            let seconds = 30 * 2_u32.pow(exponent);
            tracing::warn!(mail.id = %id, wait_seconds = seconds, reason = %why, "Mail {id} was not taken yet");
            installation
                .store
                .write(&Scope::installation(), async move |tx: &mut Tx| {
                    mail::again(tx, &queued, seconds, &why).await.map(|_| ())
                })
                .await
        }
        MailEnd::Later(why) | MailEnd::Refused(why) => {
            tracing::error!(mail.id = %id, reason = %why, "Mail {id} cannot be sent");
            end(installation, queued, MailState::Failed, Some(why)).await
        }
    }
}

async fn end(
    installation: &Arc<Installation>,
    queued: QueuedMail,
    state: MailState,
    failure: Option<String>,
) -> Result<(), StoreError> {
    installation
        .store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            mail::end(tx, &queued, state, failure.as_deref()).await.map(|_| ())
        })
        .await
}
