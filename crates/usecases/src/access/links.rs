//! Links with which somebody chooses a password: an invitation, or for who lost it. Each works once and not for long; who
//! reads the database cannot use it. Whoever asks for one learns nothing about who is known here.

use std::sync::Arc;

use domain::access::{Actor, ClientAddress, Scope};
use domain::happenings::Happened;
use domain::ids::{JobId, MailId, UserId};
use domain::time::plus_seconds;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::tables::{account, account_link, installation, job, mail, people, session, user};
use store::{StoreError, Tx};

use super::log_in::plain_email;
use super::{LogInRefused, PasswordRefused, brake, check_new_password, hash_of, hash_password};
use crate::Installation;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Somebody new chooses their first password.
    Invitation,
    /// Somebody lost theirs.
    Reset,
}

impl LinkPurpose {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// The purpose of this word.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset].into_iter().find(|one| one.as_str() == text)
    }

    /// Seconds for which a link works: a week, or an hour.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Invitation => 7 * 86_400,
            Self::Reset => 3600,
        }
    }
}

/// A link that was made.
pub enum LinkGiven {
    /// It is on its way by mail.
    Mailed,
    /// No mail server is configured: this is its secret, shown once, to pass on in person.
    Shown(String),
}

/// What is made before the write, which may run twice.
#[derive(Clone)]
pub(crate) struct NewLink {
    token: String,
    mail: MailId,
    is_mailed: bool,
    now: Timestamp,
}

impl NewLink {
    pub(crate) fn new(installation: &Installation) -> Self {
        Self {
            token: installation.new_token(),
            mail: MailId(installation.ids.next()),
            is_mailed: installation.sends_mail(),
            now: installation.wall_clock.now(),
        }
    }

    /// Gives a user the link, and queues the mail in the same write.
    pub(crate) async fn give(
        &self,
        tx: &mut Tx,
        installation: &Installation,
        user: UserId,
        purpose: LinkPurpose,
    ) -> Result<(), StoreError> {
        let times = (self.now, plus_seconds(self.now, purpose.seconds()));
        account_link::put(tx, user, purpose.as_str(), &hash_of(&self.token), times).await?;
        if self.is_mailed {
            let (keys, content) = (installation.store.keys(), (purpose.as_str(), self.token.as_str()));
            mail::queue(tx, keys, (self.mail, user), content, self.now).await?;
        }
        Ok(())
    }

    pub(crate) fn given(self) -> LinkGiven {
        if self.is_mailed { LinkGiven::Mailed } else { LinkGiven::Shown(self.token) }
    }
}

/// Asking for a link is refused.
#[derive(Debug, thiserror::Error)]
pub enum AskRefused {
    /// It was asked too often: wait.
    #[error("asked too often; try again in {seconds} seconds")]
    Wait {
        /// How long.
        seconds: i64,
    },
    /// No mail server is configured: an administrator makes the link.
    #[error("no mail server is configured")]
    NoMail,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the worker needs to know.
#[derive(Serialize, Deserialize)]
struct Asked {
    email: String,
}

/// Seconds for which a link that was just made is kept when somebody asks again: anybody can ask for anybody, and would make
/// the link useless that its owner has before them. Who asks twice out of impatience finds the first mail as good.
const KEPT_SECONDS: i64 = 15 * 60;

/// The kind of job that looks up who asked.
const JOB: &str = "reset_asked";

/// Somebody who lost their password asks for a link. What is written here is the same for an address that nobody has: only
/// a worker looks it up, later. So neither the answer nor its time tells who is known (6.2, D8).
///
/// # Errors
/// [`AskRefused`].
pub async fn ask_reset(
    installation: &Arc<Installation>,
    email: &str,
    from: ClientAddress,
) -> Result<(), AskRefused> {
    if !installation.sends_mail() {
        return Err(AskRefused::NoMail);
    }
    let email = plain_email(email);
    let now = installation.wall_clock.now();
    match brake::count_link(installation, &email, from, now).await {
        Ok(()) => (),
        Err(LogInRefused::Wait { seconds }) => return Err(AskRefused::Wait { seconds }),
        Err(LogInRefused::Store(error)) => return Err(AskRefused::Store(error)),
        Err(_) => return Err(AskRefused::Wait { seconds: 60 }),
    }
    let (id, key) = (JobId(installation.ids.next()), hash_of(&email));
    let data = serde_json::to_string(&Asked { email }).unwrap_or_default();
    installation
        .store
        .write(&Scope::installation(), async move |tx: &mut Tx| {
            job::put(tx, id, (JOB, &key), &data, 0).await.map(|_| ())
        })
        .await
        .map_err(AskRefused::Store)
}

/// Looks up who asked for a link, and gives them one if they are known and got none just now; returns how many asked.
///
/// # Errors
/// When the store does not answer.
pub async fn answer_resets(installation: &Arc<Installation>) -> Result<usize, StoreError> {
    let nobody = Scope::installation();
    let claim = async move |tx: &mut Tx| job::claim(tx, JOB, 20, 60).await;
    let asked = installation.store.write(&nobody, claim).await?;
    let count = asked.len();
    for taken in asked {
        if let Ok(Asked { email }) = serde_json::from_str(&taken.data) {
            answer_reset(installation, &email).await?;
        }
        installation
            .store
            .write(&nobody, async move |tx: &mut Tx| job::done(tx, &taken).await)
            .await?;
    }
    Ok(count)
}

async fn answer_reset(installation: &Arc<Installation>, email: &str) -> Result<(), StoreError> {
    let Some(known) = installation::user_by_email(&installation.store, email).await? else {
        return Ok(());
    };
    // Who never had a password was invited: that link lives longer, and says so.
    let purpose = match known.password_hash {
        Some(_) => LinkPurpose::Reset,
        None => LinkPurpose::Invitation,
    };
    let (here, link) = (Arc::clone(installation), NewLink::new(installation));
    installation
        .store
        .write(&Scope::whole(known.municipality.clone()), async move |tx: &mut Tx| {
            let since = plus_seconds(link.now, -KEPT_SECONDS);
            if account_link::is_fresh(tx, (known.id, purpose.as_str()), (since, link.now)).await? {
                return Ok(());
            }
            link.give(tx, &here, known.id, purpose).await
        })
        .await
}

/// A link that works.
#[derive(Debug, Clone)]
pub struct OpenLink {
    /// Whose it is.
    pub email: String,
    /// Their municipality's name.
    pub municipality: String,
    /// What it is for.
    pub purpose: LinkPurpose,
}

/// Looks at a link; `None` when it was used, replaced, is too old or never was. Looking uses nothing up: mail servers do it.
///
/// # Errors
/// When the store does not answer.
pub async fn open_link(
    installation: &Arc<Installation>,
    token: &str,
) -> Result<Option<OpenLink>, StoreError> {
    let Some(found) = live_link(installation, token).await? else { return Ok(None) };
    let scope = Scope::whole(found.municipality);
    let municipality = account::municipality(&mut installation.store.read(&scope)).await?;
    Ok(LinkPurpose::read(&found.purpose)
        .zip(municipality)
        .map(|(purpose, municipality)| OpenLink {
            email: found.email,
            municipality: municipality.name,
            purpose,
        }))
}

async fn live_link(
    installation: &Arc<Installation>,
    token: &str,
) -> Result<Option<installation::KnownLink>, StoreError> {
    if token.len() != 64 {
        return Ok(None);
    }
    let found = installation::account_link(&installation.store, &hash_of(token)).await?;
    Ok(found.filter(|link| installation.wall_clock.now() < link.expires_at))
}

/// A password that is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ChooseRefused {
    /// The link does not work any more.
    #[error("this link does not work any more")]
    Gone,
    /// The password breaks a rule.
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl store::IsStoreError for ChooseRefused {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Gives the user of a link this password. Every link and every session of theirs ends; they log in with it themselves, with
/// a code where they have a second step.
///
/// # Errors
/// [`ChooseRefused`]: a password that breaks a rule uses no link up.
pub async fn choose_password(
    installation: &Arc<Installation>,
    token: &str,
    password: &str,
) -> Result<(), ChooseRefused> {
    let link = live_link(installation, token).await?.ok_or(ChooseRefused::Gone)?;
    check_new_password(password, &link.email)?;
    let mut salt = [0_u8; 16];
    installation.randomness.fill(&mut salt);
    let hash = hash_password(password, salt).await?;
    let (token_hash, now) = (hash_of(token), installation.wall_clock.now());
    let scope = Scope::whole(link.municipality.clone());
    installation
        .store
        .write(&scope, async move |tx: &mut Tx| {
            if !account_link::use_up(tx, link.user, &token_hash, now).await? {
                return Err(ChooseRefused::Gone);
            }
            let known = user::by_id(tx, link.user).await?.ok_or(ChooseRefused::Gone)?;
            if !people::set_password(tx, link.user, &hash, now).await? {
                return Err(ChooseRefused::Gone);
            }
            account_link::drop_all(tx, link.user).await?;
            session::end_all(tx, link.user, now).await?;
            let actor = Actor::User {
                municipality: link.municipality.clone(),
                id: link.user,
                role: known.role,
                teams: Vec::new(),
            };
            tx.record(&actor, now, Happened::PasswordChosen { user: link.user });
            Ok(())
        })
        .await
}
