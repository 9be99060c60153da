//! The one trait that a platform is connected by.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    After, Capabilities, ChannelName, Check, Finding, HttpRequest, HttpResponse, Item, Outbound, Outgoing,
    Pace, PartDraft, PartInFlight, ProviderId, RawEvent, RawRequest, Recipient, RetryAfter, SecretValue,
    Secrets, SettingFault, SettingFaultKind, Severity, Unsendable,
};
use crate::attachments::AttachmentTrouble;
use crate::messages::Charge;
use crate::templates::{Template, TemplateCategory};

/// One field of an account's settings, described once: the settings page, its validation and the manual come from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingField {
    /// Its name in `settings` or, for a secret, in `secrets` (there followed by `_file`).
    pub name: &'static str,
    /// What it is and where to find it, in one English sentence; the Dutch one stands in the wording files.
    pub help: &'static str,
    /// Whether an account works without it.
    pub required: bool,
    /// Whether it is a secret: kept encrypted, never shown.
    pub secret: bool,
    /// Whether Gehoor makes one up where none is given: a word that only we and the platform have to know.
    pub made_up: bool,
}

/// What a request is built from: where the platform is, who we are there, and our credentials.
#[derive(Debug, Clone)]
pub struct AccountAccess {
    /// Where the platform's API is, without a slash at the end.
    pub base_url: String,
    /// The account's settings by name.
    pub settings: BTreeMap<String, String>,
    /// The live secrets.
    pub secrets: Secrets,
}

/// The answer to a platform that asks whether this address is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handshake {
    /// It is; answer with this text.
    Answer(String),
    /// It is not, or the token is wrong: 403.
    Refuse,
    /// This request is no handshake: 404.
    None,
}

/// Proof that a request was signed with a live secret of the account. Only a connector's check makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authentic;

/// A request that was not signed with any live secret of the account. Never says which part was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request is not signed by this channel account's platform")]
pub struct Forged;

/// A body that is no valid delivery at all: answered 400, nothing stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body is no valid delivery: {reason}")]
pub struct Malformed {
    /// What is wrong, without anything of the body in it.
    pub reason: String,
}

/// A part of a delivery that belongs to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The account's id on the platform, as in [`Connector::native_id`]; `None` where the body names none, and the
    /// address it came to decides.
    pub native_id: Option<String>,
    /// Where no account is named, the business that it concerns, as in [`Connector::business_id`]: every account of that
    /// business gets it. `None` where the body names none either, and the address it came to decides.
    pub business_id: Option<String>,
    /// The bytes to store: the whole body, or those entries that concern this account.
    pub body: Vec<u8>,
}

/// A raw event in which nothing can be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the raw event cannot be read: {reason}")]
pub struct Unreadable {
    /// Why, without anything of the body in it.
    pub reason: String,
}

/// A question to a platform that does not tell by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// What to ask.
    pub request: Outgoing,
    /// Seconds until the next one.
    pub every_seconds: u32,
}

/// What came of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polled {
    /// The bytes to store as a raw event; `None` when there was nothing new.
    pub event: Option<Vec<u8>>,
    /// Where the next poll goes on; stored together with the event.
    pub cursor: Option<String>,
    /// Whether there is more to fetch at once.
    pub more: bool,
}

/// A request towards a file that a platform keeps for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// What to ask. It has our credentials only where the connector has checked the host.
    pub request: HttpRequest,
    /// Whether the answer is the file itself, to be written to disk while it comes, or the way to it.
    pub brings_the_file: bool,
}

/// What follows on the answer to a [`Fetch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The next request, which finds this in its memory.
    Next {
        /// What to remember.
        memory: serde_json::Value,
    },
    /// The answer was the file.
    Here,
    /// It did not work; when to try again, where the platform says so.
    Trouble {
        /// Why.
        trouble: AttachmentTrouble,
        /// Not before.
        after: RetryAfter,
    },
    /// The account's access has ended: nothing of it goes either way until somebody has repaired it.
    Broken {
        /// The connector's word for what is wrong.
        word: &'static str,
    },
}

/// A page of an account's templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateList {
    /// The templates; one that cannot be read is left out and counted.
    pub templates: Vec<Template>,
    /// How many could not be read.
    pub unreadable: u32,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// A translator between one platform and our words. Does no IO; the same bytes always give the same values.
pub trait Connector: Send + Sync {
    /// Its name in configuration and API.
    fn channel(&self) -> ChannelName;

    /// The settings and secrets of an account, each described once.
    fn settings(&self) -> &'static [SettingField];

    /// Whether a value of a setting or secret can be right, by its form alone. `name` is one of [`Connector::settings`].
    fn is_well_formed(&self, _name: &str, _value: &str) -> bool {
        true
    }

    /// What is wrong with the settings and secrets of an account, by name. Secrets may be left out of an account that
    /// `has` them already.
    fn validate(
        &self,
        settings: &BTreeMap<String, String>,
        secrets: &[(String, SecretValue)],
        has: &Secrets,
    ) -> Vec<SettingFault> {
        faults(self, settings, secrets, has)
    }

    /// The platform's own address, used when an account names no other.
    fn default_base_url(&self) -> &'static str;

    /// The account's id on the platform, by which a delivery names it; unique in an installation.
    fn native_id(&self, settings: &BTreeMap<String, String>) -> Option<String>;

    /// The id on the platform of the business that the account belongs to, where platforms tell something of all its
    /// accounts at once.
    fn business_id(&self, _settings: &BTreeMap<String, String>) -> Option<String> {
        None
    }

    /// What the channel can do and how it limits us.
    fn capabilities(&self) -> Capabilities;

    /// Answers a platform that asks whether this address is ours.
    fn handshake(&self, request: &RawRequest, secrets: &Secrets) -> Handshake;

    /// Checks that the request was signed with any live secret, over the raw bytes, in constant time.
    ///
    /// # Errors
    /// [`Forged`] when no live secret fits, including when there is none: there is no unsigned mode.
    fn verify(&self, request: &RawRequest, secrets: &Secrets) -> Result<Authentic, Forged>;

    /// Splits a delivery by the account it concerns. Called after `verify`; looks no deeper than that needs.
    ///
    /// # Errors
    /// [`Malformed`] when the body is no delivery of this platform at all.
    fn split(&self, body: &[u8]) -> Result<Vec<Addressed>, Malformed>;

    /// Every entry, every kind; unknown kinds are kept. One bad entry is an item with an error, not the end.
    ///
    /// # Errors
    /// [`Unreadable`] when not even the entries can be told apart.
    fn parse(&self, raw: &RawEvent) -> Result<Vec<Item>, Unreadable>;

    /// Turns a reply into parts, one per call that somebody outside sees.
    ///
    /// # Errors
    /// [`Unsendable`] with the reason, before anything is stored.
    fn compose(&self, reply: &Outbound) -> Result<Vec<PartDraft>, Unsendable>;

    /// The request of a part's step.
    fn request(&self, part: &PartInFlight, account: &AccountAccess) -> Outgoing;

    /// What follows on the platform's answer to that request.
    fn after(&self, part: &PartInFlight, response: &HttpResponse) -> After;

    /// The next request towards a file that the platform keeps; `memory` is `null` at first. `None` when the reference is
    /// none of this connector's.
    fn fetch(
        &self,
        _reference: &serde_json::Value,
        _memory: &serde_json::Value,
        _account: &AccountAccess,
    ) -> Option<Fetch> {
        None
    }

    /// What follows on the answer to that request. Where it brings the file and succeeded, the body is empty here: it is
    /// poured to disk when this says [`Fetched::Here`].
    fn fetched(
        &self,
        _reference: &serde_json::Value,
        _memory: &serde_json::Value,
        _response: &HttpResponse,
    ) -> Fetched {
        Fetched::Trouble {
            trouble: AttachmentTrouble::NotGiven,
            after: RetryAfter::Backoff,
        }
    }

    /// A reaction to a message of the resident, as parts; without an emoji ours is taken back.
    ///
    /// # Errors
    /// [`Unsendable`] where the channel knows no reactions, or not with this.
    fn react(
        &self,
        _to: &Recipient,
        _target: &ProviderId,
        _emoji: Option<&str>,
    ) -> Result<PartDraft, Unsendable> {
        Err(Unsendable::Extra { what: "reaction" })
    }

    /// Tells the resident that their message was seen and that somebody is writing; `None` where the channel cannot, or the
    /// account's settings do not want it.
    fn seen(&self, _message: &ProviderId, _settings: &BTreeMap<String, String>) -> Option<PartDraft> {
        None
    }

    /// The next page of the account's templates, from `cursor`; `None` where the channel has none.
    fn templates(&self, _account: &AccountAccess, _cursor: Option<&str>) -> Option<HttpRequest> {
        None
    }

    /// What a page of templates holds.
    ///
    /// # Errors
    /// Why it could not be had, in one line without anything secret.
    fn templates_read(&self, response: &HttpResponse) -> Result<TemplateList, String> {
        Err(format!("status {}", response.status))
    }

    /// What a message of ours is charged as: a free answer, or a template of a category. `None` where messages cost nothing.
    fn charge(
        &self,
        _template: Option<TemplateCategory>,
        _settings: &BTreeMap<String, String>,
    ) -> Option<Charge> {
        None
    }

    /// How fast an account with these settings may send; without figures nothing is slowed down.
    fn pace(&self, _settings: &BTreeMap<String, String>) -> Pace {
        Pace::default()
    }

    /// Whether a notice about the account says that its templates have changed.
    fn changes_templates(&self, _notice: &str) -> bool {
        false
    }

    /// What to ask the platform to see whether the account can receive and send. `callback`: the address at which the
    /// platform must deliver.
    fn checks(&self, _account: &AccountAccess, _callback: &str) -> Vec<Check> {
        Vec::new()
    }

    /// What the answer to one of [`Connector::checks`] shows.
    fn checked(&self, _check: &str, response: &HttpResponse, _callback: &str, _now: Timestamp) -> Finding {
        match response.status {
            200 => Finding::good("answers", ""),
            status => Finding::wrong(Severity::Alarm, "refuses", format!("status {status}")),
        }
    }

    /// The question by which the platform would find out whether `callback` is ours, with a `challenge` that must come
    /// back; `None` for a platform that does not ask.
    fn handshake_request(
        &self,
        _callback: &str,
        _secrets: &Secrets,
        _challenge: &str,
    ) -> Option<HttpRequest> {
        None
    }

    /// Every word of [`Connector::checks`]; name and explanation of each stand in its wording files.
    fn check_words(&self) -> &'static [&'static str] {
        &[]
    }

    /// Every word that this connector uses for the health of an account, in checks and in [`super::Hold::Broken`]. Each
    /// has a text in its wording files.
    fn health_words(&self) -> &'static [&'static str] {
        &[]
    }

    /// The kind of identifier under which a telephone number of a resident is known, where the channel has one.
    fn phone_identifier(&self) -> Option<&'static str> {
        None
    }

    /// Whether the platform has to be asked because it does not tell by itself.
    fn is_polled(&self) -> bool {
        false
    }

    /// The next question to a platform that has to be asked; `None` for those that tell by themselves.
    fn poll(&self, _account: &AccountAccess, _cursor: Option<&str>) -> Option<Poll> {
        None
    }

    /// What came of a poll.
    ///
    /// # Errors
    /// The answer that the driver acts on: [`super::Answer::Retry`] or [`super::Answer::Refused`].
    fn polled(&self, _response: &HttpResponse, cursor: Option<&str>) -> Result<Polled, super::Answer> {
        Ok(Polled { event: None, cursor: cursor.map(str::to_owned), more: false })
    }

    /// Whether a message of ours that the platform reported is one that we sent, by what it handed back.
    fn tracker(&self, part: crate::ids::PartId) -> String {
        part.to_string()
    }

    /// The platform's id under which our message is quoted; most quote by the message's own id.
    fn quotable(&self, provider_id: &ProviderId) -> Option<ProviderId> {
        Some(provider_id.clone())
    }
}

/// What is wrong with settings and secrets by the connector's description of them.
fn faults<C: Connector + ?Sized>(
    connector: &C,
    settings: &BTreeMap<String, String>,
    secrets: &[(String, SecretValue)],
    has: &Secrets,
) -> Vec<SettingFault> {
    let fields = connector.settings();
    let fault = |field: &str, kind| SettingFault { field: field.to_owned(), kind };
    let given = settings.iter().map(|(name, value)| (name.as_str(), value.as_str(), false));
    let given: Vec<_> = given
        .chain(secrets.iter().map(|(name, value)| (name.as_str(), value.reveal(), true)))
        .collect();
    let mut faults = Vec::new();
    for (name, value, secret) in &given {
        if !fields.iter().any(|field| field.name == *name && field.secret == *secret) {
            faults.push(fault(name, SettingFaultKind::Unknown));
        } else if !value.is_empty() && !connector.is_well_formed(name, value) {
            faults.push(fault(name, SettingFaultKind::Malformed));
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        let is_given = given.iter().any(|(name, value, _)| *name == field.name && !value.is_empty());
        let is_kept = field.secret && has.newest(field.name).is_some();
        if !is_given && !is_kept {
            faults.push(fault(field.name, SettingFaultKind::Missing));
        }
    }
    faults
}

/// The connectors that this program was built with.
pub trait Connectors: Send + Sync {
    /// The connector of a channel; `None` when this program has none.
    fn get(&self, channel: &ChannelName) -> Option<&dyn Connector>;

    /// All of them, by name.
    fn all(&self) -> Vec<&dyn Connector>;
}
