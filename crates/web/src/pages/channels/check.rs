//! Step by step: does this account receive and send, and what to do where it does not.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::channels::Severity as HowBad;
use domain::ids::{ChannelAccountId, MessageId};
use serde::Deserialize;
use usecases::Failure;
use usecases::accounts::{
    AccountHealth, TestMessage, callback, check_account, mend_account, read_account_health, read_test_message,
};

use super::{address, done, name};
use crate::WebState;
use crate::components::message::why;
use crate::components::notice::Notice;
use crate::components::severity::Severity;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::{Moment, Words};

#[derive(Template)]
#[template(path = "pages/channels/check.html")]
struct CheckPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    name: String,
    address: String,
    callback: String,
    callback_path: String,
    steps: Vec<Step>,
    phone: String,
    phone_error: Option<String>,
    form_key: String,
    test: Option<ShownTest>,
}

/// One check.
struct Step {
    title: &'static str,
    help: Option<&'static str>,
    /// How it went last.
    result: Option<ShownResult>,
    /// Where the platform can be asked to mend it, and the button's words.
    mend: Option<(String, &'static str)>,
}

struct ShownResult {
    severity: Severity,
    what: &'static str,
    detail: String,
    cure: Option<&'static str>,
    at: Moment,
}

struct ShownTest {
    id: String,
    state: &'static str,
    why: Option<&'static str>,
    technical: Option<String>,
    sent: String,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
    /// The test message to look at.
    #[serde(default)]
    test: String,
}

/// The form of checking has no fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// What the page shows besides the checks.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) status: StatusCode,
    pub(super) notice: Option<Notice>,
    pub(super) phone: String,
    pub(super) phone_error: Option<String>,
    pub(super) test: Option<MessageId>,
}

/// `GET /beheer/kanalen/{id}/controle`
pub(crate) async fn show(
    visit: Visit,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let notice = match asked.gedaan.as_str() {
        "controle" => Some(Notice::done(w.done_check())),
        "aanmelding" => Some(Notice::done(w.done_mend())),
        _ => None,
    };
    let test = asked.test.parse().ok();
    check_page(&visit, &state, &id_in_path(&id)?, Beside { notice, test, ..Beside::default() }).await
}

/// The page of an account's checks.
pub(super) async fn check_page(
    visit: &Visit,
    state: &WebState,
    id: &ChannelAccountId,
    beside: Beside,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let health = read_account_health(&visit.ctx, id).await?;
    let test = match beside.test {
        Some(test) => Some(shown_test(visit, test, &read_test_message(&visit.ctx, id, test).await?)),
        None => None,
    };
    let name = name(w, &health.account);
    Ok(page(
        beside.status,
        &CheckPage {
            shell: Shell::around(w, w.channel_check_title(&name), &visit.user, &address(id, "/controle")),
            w,
            notice: beside.notice,
            name,
            address: address(id, ""),
            callback: callback(state.public_url.as_deref(), id),
            callback_path: format!("/hooks/{id}"),
            steps: steps(visit, &health),
            phone: beside.phone,
            phone_error: beside.phone_error,
            form_key: visit.form_key(),
            test,
        },
    ))
}

fn steps(visit: &Visit, health: &AccountHealth) -> Vec<Step> {
    let (w, moments) = (visit.words, visit.moments());
    let channel = health.account.channel.as_str();
    let connector = visit.ctx.installation.connector(&health.account.channel);
    let own = ["settings", "webhook"].into_iter();
    let all =
        own.chain(connector.map(|connector| connector.check_words()).unwrap_or_default().iter().copied());
    let step = |check: &'static str| {
        let found = health.checks.iter().find(|result| result.name == check);
        let is_well = found.is_none_or(|result| result.severity == HowBad::Good);
        let result = found.map(|result| ShownResult {
            severity: Severity::of(w, result.severity),
            what: w.health(channel, &result.word),
            detail: result.detail.clone(),
            cure: if is_well { None } else { w.health_do(channel, &result.word) },
            at: moments.moment(result.at),
        });
        let words = w.looked_up(channel, &format!("check-{check}-mend"));
        let mend = words.filter(|_| !is_well);
        Step {
            title: w.check_name(channel, check),
            help: w.check_help(channel, check),
            result,
            mend: mend.map(|words| (address(&health.account.id, &format!("/controle/{check}")), words)),
        }
    };
    all.map(step).collect()
}

fn shown_test(visit: &Visit, id: MessageId, test: &TestMessage) -> ShownTest {
    let w = visit.words;
    let (reason, technical) = why(w, test.delivery, test.failure.as_deref());
    ShownTest {
        id: id.to_string(),
        state: w.delivery(test.delivery),
        why: reason,
        technical,
        sent: w.channel_test_state(&visit.moments().moment(test.at).words),
    }
}

/// `POST /beheer/kanalen/{id}/controle`
pub(crate) async fn run(
    visit: Visit,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let id: ChannelAccountId = id_in_path(&id)?;
    check_account(&visit.ctx, &*state.outside, state.public_url.as_deref(), &id).await?;
    Ok(done(&id, "/controle", "controle"))
}

/// `POST /beheer/kanalen/{id}/controle/{check}`
pub(crate) async fn mend(
    visit: Visit,
    State(state): State<WebState>,
    Path((id, check)): Path<(String, String)>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let (w, id): (_, ChannelAccountId) = (visit.words, id_in_path(&id)?);
    let mended = mend_account(&visit.ctx, &*state.outside, state.public_url.as_deref(), (&id, &check)).await;
    match mended {
        Ok(_) => Ok(done(&id, "/controle", "aanmelding")),
        Err(Failure::Refused(why)) => {
            let text = w.channel_check_mend_failed_text(&why);
            let notice = Some(Notice::refused(w.channel_check_mend_failed(), text));
            let beside = Beside { status: StatusCode::CONFLICT, notice, ..Beside::default() };
            check_page(&visit, &state, &id, beside).await
        }
        Err(failure) => Err(failure.into()),
    }
}
