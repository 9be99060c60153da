//! Logging in and out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use usecases::access::{BUSY_SECONDS, LogIn, LogInRefused, LogInStep, LoggedIn};

use crate::WebState;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Outward, Shell, home, page};
use crate::requests::{
    Client, Fields, UserDevice, Visit, local_path, query_value, session_cookie, session_of, step_cookie,
    step_of,
};
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    email: String,
    /// Where to go afterwards.
    naar: String,
    failed: bool,
}

/// What the address of the log-in page says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    naar: String,
    #[serde(default)]
    gedaan: String,
}

/// The form of the log-in page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    email: String,
    wachtwoord: String,
    #[serde(default)]
    naar: String,
}

impl LoginPage {
    fn new(out: &Outward, naar: &str) -> Self {
        let w = out.w;
        let shell = Shell::outward(out, w.login_title(), "/inloggen");
        let naar = local_path(naar).unwrap_or_default().to_owned();
        Self {
            shell,
            w,
            notice: None,
            email: String::new(),
            naar,
            failed: false,
        }
    }
}

/// `GET /inloggen`
pub(crate) async fn show(
    State(state): State<WebState>,
    out: Outward,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    if let Some(user) = session_of(&state, &headers).await? {
        return Ok(Redirect::to(local_path(&asked.naar).unwrap_or(home(&user.actor))).into_response());
    }
    let w = out.w;
    let notice = match asked.gedaan.as_str() {
        "uitgelogd" => Some(Notice::done(w.logged_out())),
        "wachtwoord" => Some(Notice::done(w.login_password_chosen())),
        "verlopen" => Some(Notice::refused(w.login_failed_title(), w.code_over())),
        "overal" => Some(Notice::done(w.logged_out_everywhere())),
        _ => None,
    };
    Ok(page(StatusCode::OK, &LoginPage { notice, ..LoginPage::new(&out, &asked.naar) }))
}

/// `POST /inloggen`
pub(crate) async fn log_in(
    State(state): State<WebState>,
    out: Outward,
    (Client(from), UserDevice(device)): (Client, UserDevice),
    headers: HeaderMap,
    Fields(form): Fields<Credentials>,
) -> Result<Response, Trouble> {
    let w = out.w;
    let email = domain::limits::cut(form.email.trim(), 320).to_owned();
    let naar = local_path(&form.naar).unwrap_or("/").to_owned();
    let tried = LogIn { email: form.email, password: form.wachtwoord, from, device };
    match usecases::access::log_in(&state.installation, tried).await {
        Ok(LogInStep::Done(logged_in)) => begin_session(&state, &headers, logged_in, &naar).await,
        Ok(LogInStep::Code { token }) => {
            let jar = CookieJar::new().add(step_cookie(&state, token));
            let to = format!("/inloggen/code?naar={}", query_value(&naar));
            Ok((jar, Redirect::to(&to)).into_response())
        }
        Err(LogInRefused::Wrong) => {
            Ok(refused(&out, (email, &naar), StatusCode::UNAUTHORIZED, w.login_wrong().to_owned()))
        }
        Err(LogInRefused::Wait { seconds }) => {
            let response =
                refused(&out, (email, &naar), StatusCode::TOO_MANY_REQUESTS, w.login_wait(seconds));
            Ok(again_after(seconds, response))
        }
        Err(LogInRefused::Busy) => {
            let why = w.login_busy().to_owned();
            let response = refused(&out, (email, &naar), StatusCode::SERVICE_UNAVAILABLE, why);
            Ok(again_after(BUSY_SECONDS, response))
        }
        Err(LogInRefused::Over) => Err(Trouble::Bug),
        Err(LogInRefused::Store(error)) => Err(error.into()),
    }
}

/// Gives the browser its session. One of before ends: nobody stays logged in behind the one who is logging in now.
pub(super) async fn begin_session(
    state: &WebState,
    headers: &HeaderMap,
    logged_in: LoggedIn,
    to: &str,
) -> Result<Response, Trouble> {
    if let Some(before) = session_of(state, headers).await? {
        let ctx = state.installation.acting(before.actor);
        usecases::access::log_out(&ctx, before.session).await?;
    }
    let mut jar = CookieJar::new().add(session_cookie(state, logged_in.token));
    if step_of(state, headers).is_some() {
        jar = jar.add(step_cookie(state, String::new()));
    }
    Ok((jar, Redirect::to(to)).into_response())
}

fn refused(out: &Outward, (email, naar): (String, &str), status: StatusCode, why: String) -> Response {
    let w = out.w;
    let notice = Notice::refused(w.login_failed_title(), why).at("#email", w.login_email());
    page(
        status,
        &LoginPage {
            notice: Some(notice),
            email,
            failed: true,
            ..LoginPage::new(out, naar)
        },
    )
}

pub(super) fn again_after(seconds: i64, mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// `POST /uitloggen`
pub(crate) async fn log_out(State(state): State<WebState>, visit: Visit) -> Result<Response, Trouble> {
    usecases::access::log_out(&visit.ctx, visit.user.session).await?;
    Ok(logged_out(&state, "/inloggen?gedaan=uitgelogd"))
}

/// Takes the cookie away, and what the browser kept of our pages.
pub(super) fn logged_out(state: &WebState, to: &str) -> Response {
    let jar = CookieJar::new().add(session_cookie(state, String::new()));
    let forget = [("clear-site-data", "\"cache\"")];
    (jar, forget, Redirect::to(to)).into_response()
}
