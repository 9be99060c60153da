//! Another password, for who is logged in and knows the one they have.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use usecases::Failure;
use usecases::access::{ChangePassword, ChangeRefused, change_password};

use crate::WebState;
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::pages::login::again_after;
use crate::pages::password::choose::why_refused;
use crate::requests::{Client, Fields, UserDevice, Visit, session_cookie};
use crate::words::Words;

const HERE: &str = "/profiel/wachtwoord";

#[derive(Template)]
#[template(path = "pages/profile/password.html")]
struct PasswordPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    email: String,
    current: Field,
    new: Field,
}

/// The form. The address stands in it for the browser's own list of passwords; ours is that of the session.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Passwords {
    huidig: String,
    nieuw: String,
    #[serde(default, rename = "email")]
    _email: String,
}

/// What is wrong with which field.
enum Wrong {
    Current(String),
    New(&'static str),
}

/// `GET /profiel/wachtwoord`
pub(crate) async fn show(visit: Visit) -> Response {
    shown(&visit, StatusCode::OK, None)
}

/// `POST /profiel/wachtwoord`
pub(crate) async fn change(
    State(state): State<WebState>,
    visit: Visit,
    UserDevice(device): UserDevice,
    Client(from): Client,
    Fields(passwords): Fields<Passwords>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let change = ChangePassword {
        current: passwords.huidig,
        new: passwords.nieuw,
        from,
        device,
    };
    let refused = match change_password(&visit.ctx, change).await {
        Ok(logged_in) => {
            let jar = CookieJar::new().add(session_cookie(&state, logged_in.token));
            return Ok((jar, Redirect::to("/profiel?gedaan=wachtwoord")).into_response());
        }
        Err(Failure::Refused(refused)) => refused,
        Err(failure) => return Err(failure.into()),
    };
    let bad = StatusCode::BAD_REQUEST;
    Ok(match refused {
        ChangeRefused::WrongCurrent => {
            shown(&visit, bad, Some(Wrong::Current(w.change_fault_current().to_owned())))
        }
        ChangeRefused::Same => shown(&visit, bad, Some(Wrong::New(w.change_fault_same()))),
        ChangeRefused::Password(refused) => shown(&visit, bad, Some(Wrong::New(why_refused(w, refused)))),
        ChangeRefused::Wait { seconds } => {
            let why = Wrong::Current(w.factor_fault_wait(seconds));
            again_after(seconds, shown(&visit, StatusCode::TOO_MANY_REQUESTS, Some(why)))
        }
    })
}

fn shown(visit: &Visit, status: StatusCode, wrong: Option<Wrong>) -> Response {
    let w = visit.words;
    let current = Field::password("huidig", w.change_current(), "current-password");
    let new = Field::password("nieuw", w.choose_password(), "new-password").help(w.choose_help());
    let title = w.choose_fault_title();
    let (notice, current, new) = match wrong {
        None => (None, current, new),
        Some(Wrong::Current(why)) => {
            let notice = Notice::refused(title, why.clone()).at("#huidig", w.change_current());
            (Some(notice), current.wrong(Some(why)), new)
        }
        Some(Wrong::New(why)) => {
            let notice = Notice::refused(title, why).at("#nieuw", w.choose_password());
            (Some(notice), current, new.wrong(Some(why)))
        }
    };
    page(
        status,
        &PasswordPage {
            shell: Shell::around(w, w.change_title(), &visit.user, HERE),
            w,
            notice,
            email: visit.user.email.clone(),
            current,
            new,
        },
    )
}
