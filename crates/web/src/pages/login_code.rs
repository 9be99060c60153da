//! The second step of logging in: the password was right, the code has still to come.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use usecases::access::{ConfirmLogIn, LogInRefused, confirm_log_in, waits_for_code};

use super::login::{again_after, begin_session};
use crate::WebState;
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Outward, Shell, page};
use crate::requests::{Client, Fields, UserDevice, local_path, step_cookie, step_of};
use crate::words::Words;

/// Where a log-in begins again.
const OVER: &str = "/inloggen?gedaan=verlopen";

#[derive(Template)]
#[template(path = "pages/login_code.html")]
struct CodePage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    naar: String,
    field: Field,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    naar: String,
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    code: String,
    #[serde(default)]
    naar: String,
}

/// `GET /inloggen/code`
pub(crate) async fn show(
    State(state): State<WebState>,
    out: Outward,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let token = step_of(&state, &headers).unwrap_or_default();
    if !waits_for_code(&state.installation, &token).await? {
        return Ok(Redirect::to(OVER).into_response());
    }
    Ok(form(&out, &asked.naar, StatusCode::OK, None))
}

/// `POST /inloggen/code`
pub(crate) async fn confirm(
    State(state): State<WebState>,
    out: Outward,
    (Client(from), UserDevice(device)): (Client, UserDevice),
    headers: HeaderMap,
    Fields(shown): Fields<Shown>,
) -> Result<Response, Trouble> {
    let w = out.w;
    let naar = local_path(&shown.naar).unwrap_or("/").to_owned();
    let token = step_of(&state, &headers).unwrap_or_default();
    let confirm = ConfirmLogIn { token, code: shown.code, from, device };
    match confirm_log_in(&state.installation, confirm).await {
        Ok(logged_in) => begin_session(&state, &headers, logged_in, &naar).await,
        Err(LogInRefused::Wrong) => {
            Ok(form(&out, &naar, StatusCode::UNAUTHORIZED, Some(w.code_wrong().to_owned())))
        }
        Err(LogInRefused::Wait { seconds }) => {
            let why = w.code_wait(seconds);
            Ok(again_after(seconds, form(&out, &naar, StatusCode::TOO_MANY_REQUESTS, Some(why))))
        }
        Err(LogInRefused::Over) => {
            let jar = CookieJar::new().add(step_cookie(&state, String::new()));
            Ok((jar, Redirect::to(OVER)).into_response())
        }
        Err(LogInRefused::Busy) => Err(Trouble::Bug),
        Err(LogInRefused::Store(error)) => Err(error.into()),
    }
}

fn form(out: &Outward, naar: &str, status: StatusCode, why: Option<String>) -> Response {
    let w = out.w;
    let notice = why
        .clone()
        .map(|why| Notice::refused(w.login_failed_title(), why).at("#code", w.code_label()));
    let field = Field::code("code", w.code_label()).help(w.code_help()).first().wrong(why);
    page(
        status,
        &CodePage {
            shell: Shell::outward(out, w.code_title(), "/inloggen/code"),
            w,
            notice,
            naar: local_path(naar).unwrap_or_default().to_owned(),
            field,
        },
    )
}
