//! The second step at logging in (tweede stap): an app that counts codes with the time, and recovery codes for who lost it.

use domain::access::{Actor, ClientAddress, Device};
use domain::happenings::Happened;
use domain::ids::UserId;
use domain::municipality::SecondFactor;
use jiff::Timestamp;
use store::sealed::KeyRing;
use store::tables::{account, second_factor, user};
use store::{StoreError, Tx};

use super::log_in::{Begun, begin_anew};
use super::proof::{NotProven, own, password_proven};
use super::{LoggedIn, hash_of, totp};
use crate::{Ctx, Failure};

/// Recovery codes that somebody gets at once.
const RECOVERY_CODES: usize = 10;
/// Bytes of chance in one: 80 bits are not guessed, also not by who has the hashes.
const RECOVERY_BYTES: usize = 10;

/// Where somebody stands with their second step.
#[derive(Clone)]
pub struct SecondFactorState {
    /// Whether the municipality asks it of everybody.
    pub required: bool,
    /// How far it is.
    pub stage: Stage,
}

/// How far somebody is with their second step.
#[derive(Clone)]
pub enum Stage {
    /// There is none.
    Off,
    /// It is being set up.
    BeingSet {
        /// What the app needs, in base32.
        secret: String,
        /// The same as an address that apps read from a picture.
        uri: String,
    },
    /// Codes are asked for.
    On {
        /// Since when.
        since: Timestamp,
        /// Recovery codes that were not used.
        codes_left: i64,
    },
}

/// A change to the second step that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactorRefused {
    /// There is one already.
    #[error("there is a second step already; remove it first")]
    AlreadyOn,
    /// There is none, or none that is being set up.
    #[error("there is no second step")]
    NotThere,
    /// The code is wrong, or was used.
    #[error("the code is wrong")]
    WrongCode,
    /// The password is wrong, or the code; it is not said which.
    #[error("the password or the code is wrong")]
    WrongProof,
    /// The municipality asks it of everybody.
    #[error("the municipality asks a second step of everybody")]
    Required,
    /// Too many tries: wait.
    #[error("too many tries; try again in {seconds} seconds")]
    Wait {
        /// How long.
        seconds: i64,
    },
}

/// The new state, and what is shown once.
pub struct FactorSet {
    /// Each logs in once, for who lost the app.
    pub recovery_codes: Vec<String>,
    /// The session that takes the place of all others (X6).
    pub logged_in: LoggedIn,
}

/// What somebody shows before the second step is changed: an open session alone is not enough.
pub struct Proof {
    /// Their password.
    pub password: String,
    /// A code of the app, or a recovery code.
    pub code: String,
    /// Where it comes from.
    pub from: ClientAddress,
}

/// Why somebody sets a second step up.
pub enum Enrolling {
    /// The municipality asks it, and they gave their password a moment ago: with such a session nothing else can be done.
    Asked,
    /// They want it. Whoever finds a session open could lock its owner out, so the password is asked once more.
    Wanted {
        /// Their password.
        password: String,
        /// Where it comes from.
        from: ClientAddress,
    },
}

/// Where the actor stands with their second step.
///
/// # Errors
/// `NotFound` for who is no user, `Store`.
pub async fn read_second_factor(ctx: &Ctx) -> Result<SecondFactorState, Failure> {
    let id = own(ctx)?;
    let mut reader = ctx.store().read(&ctx.scope());
    let municipality = account::municipality(&mut reader).await?.ok_or(Failure::NotFound)?;
    let known = user::by_id(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let stage = match second_factor::of_user(&mut reader, ctx.store().keys(), id).await? {
        None => Stage::Off,
        Some(factor) => match factor.confirmed_at {
            Some(since) => Stage::On {
                since,
                codes_left: second_factor::codes_left(&mut reader, id).await?,
            },
            None => {
                let secret = totp::base32(&factor.secret);
                let uri = uri(&municipality.name, &known.email, &secret);
                Stage::BeingSet { secret, uri }
            }
        },
    };
    let required = municipality.second_factor == SecondFactor::Required;
    Ok(SecondFactorState { required, stage })
}

/// What apps read from a picture. The issuer tells two municipalities apart in one app.
fn uri(municipality: &str, email: &str, secret: &str) -> String {
    let (issuer, email) = (percent(&format!("Gehoor {municipality}")), percent(email));
    format!(
        "otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    )
}

fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Makes a secret for an app; nothing is asked for until a code of it came back. Asked again, it is another secret.
///
/// # Errors
/// `AlreadyOn`, `NotFound` for who is no user, `Store`.
pub async fn begin_second_factor(ctx: &Ctx) -> Result<(), Failure<FactorRefused>> {
    let id = own(ctx)?;
    let mut secret = [0_u8; totp::SECRET_BYTES];
    ctx.installation.randomness.fill(&mut secret);
    let (keys, now) = (ctx.store().keys().clone(), ctx.installation.wall_clock.now());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            if second_factor::put(tx, &keys, id, &secret, now).await? {
                Ok(())
            } else {
                Err(Failure::Refused(FactorRefused::AlreadyOn))
            }
        })
        .await
}

/// Codes are asked for from now on: the app showed that it has the secret. All sessions end and a new one begins.
///
/// # Errors
/// `NotThere`, `AlreadyOn`, `WrongCode`, `WrongProof`, `Wait`; `NotFound` for who is no user, `Store`.
pub async fn confirm_second_factor(
    ctx: &Ctx,
    enrolling: Enrolling,
    code: &str,
    device: Device,
) -> Result<FactorSet, Failure<FactorRefused>> {
    let id = own(ctx)?;
    let now = ctx.installation.wall_clock.now();
    let code = totp::as_code(code).ok_or(Failure::Refused(FactorRefused::WrongCode))?;
    let attempt = match enrolling {
        Enrolling::Asked => None,
        Enrolling::Wanted { password, from } => {
            Some(password_proven(ctx, (&password, from), now).await.map_err(refused)?)
        }
    };
    let recovery_codes = new_codes(ctx);
    let hashes: Vec<String> = recovery_codes.iter().map(|code| hash_of_recovery(id, code)).collect();
    let begun = Begun::new(&ctx.installation, id, device, now);
    let (new, keys, actor) = (begun.session.clone(), ctx.store().keys().clone(), ctx.actor.clone());
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let refuse = |refused| Err(Failure::Refused(refused));
            let Some(factor) = second_factor::of_user(tx, &keys, id).await? else {
                return refuse(FactorRefused::NotThere);
            };
            let Some(step) = totp::matching_step(&factor.secret, &code, now) else {
                return refuse(FactorRefused::WrongCode);
            };
            if !second_factor::confirm(tx, id, step, now).await? {
                return refuse(FactorRefused::AlreadyOn);
            }
            if let Some(attempt) = &attempt {
                attempt.succeeded(tx).await?;
            }
            second_factor::put_codes(tx, id, &hashes, now).await?;
            begin_anew(tx, &new, now).await?;
            tx.record(&actor, now, Happened::SecondFactorSet { user: id });
            Ok(())
        })
        .await?;
    let logged_in = begun.done(ctx.actor.municipality().clone());
    Ok(FactorSet { recovery_codes, logged_in })
}

/// Gives the actor ten new recovery codes; the earlier ones are void.
///
/// # Errors
/// `NotThere`, `WrongProof`, `Wait`; `NotFound` for who is no user, `Store`.
pub async fn renew_recovery_codes(ctx: &Ctx, proof: Proof) -> Result<Vec<String>, Failure<FactorRefused>> {
    let id = own(ctx)?;
    let codes = new_codes(ctx);
    let hashes: Vec<String> = codes.iter().map(|code| hash_of_recovery(id, code)).collect();
    change_proven(ctx, proof, Change::Codes(hashes)).await?;
    Ok(codes)
}

/// No code is asked for any more.
///
/// # Errors
/// `Required`, `NotThere`, `WrongProof`, `Wait`; `NotFound` for who is no user, `Store`.
pub async fn remove_second_factor(ctx: &Ctx, proof: Proof) -> Result<(), Failure<FactorRefused>> {
    if read_second_factor(ctx)
        .await
        .map_err(|failure| failure.map(|never| match never {}))?
        .required
    {
        return Err(Failure::Refused(FactorRefused::Required));
    }
    change_proven(ctx, proof, Change::Remove).await
}

/// What is changed once the password and a code were right.
enum Change {
    /// These are the hashes of the recovery codes from now on.
    Codes(Vec<String>),
    /// There is no second step any more.
    Remove,
}

fn refused(failure: Failure<NotProven>) -> Failure<FactorRefused> {
    failure.map(|refused| match refused {
        NotProven::Wrong => FactorRefused::WrongProof,
        NotProven::Wait { seconds } => FactorRefused::Wait { seconds },
    })
}

/// Changes something once the password and a code are right. Each try counts, wherever it comes from.
async fn change_proven(ctx: &Ctx, proof: Proof, change: Change) -> Result<(), Failure<FactorRefused>> {
    let id = own(ctx)?;
    let now = ctx.installation.wall_clock.now();
    let attempt = password_proven(ctx, (&proof.password, proof.from), now).await.map_err(refused)?;
    let (keys, actor, shown) = (ctx.store().keys().clone(), ctx.actor.clone(), Shown::of(&proof.code, id));
    ctx.store()
        .write(&ctx.scope(), async move |tx: &mut Tx| {
            let factor = second_factor::of_user(tx, &keys, id).await?;
            if factor.is_none_or(|factor| factor.confirmed_at.is_none()) {
                return Err(Failure::Refused(FactorRefused::NotThere));
            }
            if !use_shown(tx, &keys, &actor, id, &shown, now).await? {
                return Err(Failure::Refused(FactorRefused::WrongProof));
            }
            attempt.succeeded(tx).await?;
            match &change {
                Change::Codes(hashes) => {
                    second_factor::put_codes(tx, id, hashes, now).await?;
                    tx.record(&actor, now, Happened::RecoveryCodesMade { user: id });
                }
                Change::Remove => {
                    second_factor::remove(tx, id).await?;
                    tx.record(&actor, now, Happened::SecondFactorRemoved { user: id });
                }
            }
            Ok(())
        })
        .await
}

/// What somebody typed where a code is asked for.
#[derive(Clone)]
pub(super) enum Shown {
    /// A code of the app.
    Code(String),
    /// Anything else: the hash that a recovery code would have.
    Recovery(String),
}

impl Shown {
    pub(super) fn of(typed: &str, user: UserId) -> Self {
        match totp::as_code(typed) {
            Some(code) => Self::Code(code),
            None => Self::Recovery(hash_of_recovery(user, typed)),
        }
    }
}

/// Whether what was typed is a code of the user's; it is not a second time.
pub(super) async fn use_shown(
    tx: &mut Tx,
    keys: &KeyRing,
    actor: &Actor,
    user: UserId,
    shown: &Shown,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let factor = second_factor::of_user(tx, keys, user).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(false);
    };
    match shown {
        Shown::Code(code) => match totp::matching_step(&factor.secret, code, now) {
            Some(step) => second_factor::use_step(tx, user, step).await,
            None => Ok(false),
        },
        Shown::Recovery(hash) => {
            let used = second_factor::use_code(tx, user, hash, now).await?;
            if used {
                tx.record(actor, now, Happened::RecoveryCodeUsed { user });
            }
            Ok(used)
        }
    }
}

/// Ten codes such as `abcd-efgh-2345-mnop`.
fn new_codes(ctx: &Ctx) -> Vec<String> {
    let code = |_| {
        let mut bytes = [0_u8; RECOVERY_BYTES];
        ctx.installation.randomness.fill(&mut bytes);
        let text = totp::base32(&bytes).to_lowercase();
        let pieces: Vec<&str> = [0, 4, 8, 12].iter().filter_map(|at| text.get(*at..at + 4)).collect();
        pieces.join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// The hash of a recovery code, whatever its case, spaces and hyphens; the same code of somebody else has another.
fn hash_of_recovery(user: UserId, typed: &str) -> String {
    let plain: String = domain::limits::cut(typed, 100)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    hash_of(&format!("recovery {user} {plain}"))
}
