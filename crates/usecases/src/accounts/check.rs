//! Checking whether an account can receive and send: its settings, the way in, and the platform's own answers.
//!
//! Nothing outside is asked while a write is open; what was found is kept, with its moment, for the page and the alarm.

use std::future::Future;
use std::pin::Pin;

use domain::access::Permission;
use domain::channels::{
    AccountAccess, Connector, Finding, Handshake, Headers, HealthTopic, HttpRequest, HttpResponse,
    RawRequest, Secrets, Severity,
};
use domain::happenings::Happened;
use domain::ids::ChannelAccountId;
use domain::limits::cut;
use store::tables::account::{self, Account};
use store::tables::health::{self, CheckResult};
use store::tables::secret;
use store::{StoreError, Tx};

use super::health::whole;
use super::{holds, notes};
use crate::{Ctx, Failure};

/// What comes of a question to the outside: an answer, or why there is none.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, String>> + Send + 'a>>;

/// The way out, handed in by whoever may use it.
pub trait Outside: Send + Sync {
    /// Asks once.
    fn ask<'a>(&'a self, request: &'a HttpRequest) -> Asking<'a>;
}

/// Where a platform delivers for an account; empty where nobody said under which address we are reached.
#[must_use]
pub fn callback(public_url: Option<&str>, account: &ChannelAccountId) -> String {
    public_url
        .map(|url| format!("{}/hooks/{account}", url.trim_end_matches('/')))
        .unwrap_or_default()
}

/// An account as its connector asks about it.
struct Examined<'c> {
    connector: &'c dyn Connector,
    access: AccountAccess,
    callback: String,
}

/// Checks everything about an account and keeps what was found.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `Store`.
pub async fn check_account(
    ctx: &Ctx,
    outside: &dyn Outside,
    public_url: Option<&str>,
    id: &ChannelAccountId,
) -> Result<Vec<CheckResult>, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let (found, secrets) = load(ctx, id).await?;
    let connector = ctx.installation.connector(&found.account.channel).ok_or(Failure::NotFound)?;
    let examined = Examined {
        connector,
        access: access(connector, &found, secrets),
        callback: callback(public_url, id),
    };
    let mut findings = vec![
        ("settings".to_owned(), settings(&examined)),
        ("webhook".to_owned(), webhook(ctx, outside, &examined).await),
    ];
    for check in connector.checks(&examined.access, &examined.callback) {
        let finding = match &check.ask {
            Err(known) => known.clone(),
            Ok(request) => match outside.ask(request).await {
                Ok(answer) => connector.checked(check.word, &answer, &examined.callback, ctx.now()),
                Err(why) => Finding::wrong(Severity::Warning, "no-answer", why),
            },
        };
        findings.push((check.word.to_owned(), finding));
    }
    Ok(keep(ctx, id, findings).await?)
}

async fn load(ctx: &Ctx, id: &ChannelAccountId) -> Result<(Account, Secrets), Failure> {
    let mut reader = ctx.store().read(&whole(ctx));
    let found = account::find(&mut reader, id).await?.ok_or(Failure::NotFound)?;
    let secrets = secret::live(&mut reader, ctx.store().keys(), id).await?;
    Ok((found, secrets))
}

fn access(connector: &dyn Connector, found: &Account, secrets: Secrets) -> AccountAccess {
    let account = &found.account;
    AccountAccess {
        base_url: account.base_url.clone().unwrap_or_else(|| connector.default_base_url().to_owned()),
        settings: account.settings.clone(),
        secrets,
    }
}

fn settings(examined: &Examined<'_>) -> Finding {
    let access = &examined.access;
    let faults = examined.connector.validate(&access.settings, &[], &access.secrets);
    if faults.is_empty() {
        return Finding::good("settings-complete", "");
    }
    let names: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    Finding::wrong(Severity::Alarm, "settings-wrong", names.join(", "))
}

/// Whether the platform's question would find us: from outside where we have an address there, and inside otherwise.
async fn webhook(ctx: &Ctx, outside: &dyn Outside, examined: &Examined<'_>) -> Finding {
    let challenge = cut(&ctx.installation.new_token(), 16).to_owned();
    let secrets = &examined.access.secrets;
    let asked = examined.connector.handshake_request(&examined.callback, secrets, &challenge);
    let Some(request) = asked else { return Finding::good("webhook-not-needed", "") };
    let inside = handshake_inside(examined.connector, &request, secrets);
    if inside != Handshake::Answer(challenge.clone()) {
        return Finding::wrong(Severity::Alarm, "webhook-refused", "");
    }
    if examined.callback.is_empty() {
        return Finding::wrong(Severity::Info, "webhook-inside", "");
    }
    match outside.ask(&request).await {
        Ok(answer) if answer.status == 200 && answer.body == challenge.as_bytes() => {
            Finding::good("webhook-reached", examined.callback.clone())
        }
        Ok(answer) => Finding::wrong(Severity::Alarm, "webhook-elsewhere", format!("HTTP {}", answer.status)),
        // Many networks do not let a server reach its own outside address. The platform may reach it all the same.
        Err(why) => Finding::wrong(Severity::Warning, "webhook-unseen", why),
    }
}

/// Puts the platform's own question to the connector, without a network in between.
#[must_use]
pub fn handshake_inside(connector: &dyn Connector, request: &HttpRequest, secrets: &Secrets) -> Handshake {
    let query = request.url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    connector.handshake(&RawRequest { query, headers: Headers::default(), body: Vec::new() }, secrets)
}

/// Keeps what was found, raises and ends alarms by it, and lets an account send again that is shown to work.
async fn keep(
    ctx: &Ctx,
    id: &ChannelAccountId,
    findings: Vec<(String, Finding)>,
) -> Result<Vec<CheckResult>, StoreError> {
    let (ctx, id) = (ctx.clone(), id.clone());
    let store = ctx.store().clone();
    store
        .write(&whole(&ctx), async move |tx: &mut Tx| {
            let now = ctx.now();
            let mut kept = Vec::with_capacity(findings.len());
            for (name, finding) in &findings {
                let result = CheckResult {
                    name: name.clone(),
                    severity: finding.severity,
                    word: finding.word.to_owned(),
                    detail: cut(&finding.detail, 500).to_owned(),
                    at: now,
                };
                health::put_check(tx, &id, &result).await?;
                let event = domain::channels::HealthEvent {
                    subject: name.clone(),
                    detail: result.detail.clone(),
                    ..notes::event(topic(name), finding.word, finding.severity, now)
                };
                health::note_change(tx, &id, &event, now).await?;
                end_disproved(tx, &id, finding, now).await?;
                kept.push(result);
            }
            if ctx.actor.user().is_some() {
                tx.record(&ctx.actor, now, Happened::AccountChecked { channel_account: id.clone() });
            }
            Ok::<_, StoreError>(kept)
        })
        .await
}

/// What is checked concerns either what comes in or what leaves.
fn topic(check: &str) -> HealthTopic {
    match check {
        "webhook" | "subscription" => HealthTopic::Intake,
        _ => HealthTopic::Sending,
    }
}

/// A platform that takes the account's token refuses nothing any more because of it: what waits may go.
async fn end_disproved(
    tx: &mut Tx,
    id: &ChannelAccountId,
    finding: &Finding,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    if finding.disproves.is_empty() || !health::signs(tx, id).await?.broken {
        return Ok(());
    }
    let events = health::of_account(tx, id).await?;
    let latest = events
        .iter()
        .find(|event| event.topic == HealthTopic::Sending && event.subject.is_empty());
    if latest.is_some_and(|event| finding.disproves.contains(&event.word.as_str())) {
        if account::release_passing(tx, id).await? {
            holds::released(tx, id, now).await?;
        }
        notes::works(tx, id, now).await?;
    }
    Ok(())
}

/// Has the platform mend what a check found, and checks again.
///
/// # Errors
/// `NotAllowed`, `NotFound` when there is nothing that could be done, `Refused` with why it was not done, `Store`.
pub async fn mend_account(
    ctx: &Ctx,
    outside: &dyn Outside,
    public_url: Option<&str>,
    (id, check): (&ChannelAccountId, &str),
) -> Result<Vec<CheckResult>, Failure<String>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let never = |failure: Failure| failure.map(|never| match never {});
    let (found, secrets) = load(ctx, id).await.map_err(never)?;
    let connector = ctx.installation.connector(&found.account.channel).ok_or(Failure::NotFound)?;
    let checks = connector.checks(&access(connector, &found, secrets), &callback(public_url, id));
    let mend = checks.into_iter().find(|one| one.word == check).and_then(|one| one.mend);
    let request = mend.ok_or(Failure::NotFound)?;
    let answer = outside.ask(&request).await.map_err(Failure::Refused)?;
    if !(200..300).contains(&answer.status) {
        return Err(Failure::Refused(format!("HTTP {}", answer.status)));
    }
    check_account(ctx, outside, public_url, id).await.map_err(never)
}
