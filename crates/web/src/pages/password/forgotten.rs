//! Somebody lost their password. The answer is the same whoever asks.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use usecases::access::{AskRefused, ask_reset};

use crate::WebState;
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Outward, Shell, page};
use crate::pages::login::again_after;
use crate::requests::{Client, Fields};
use crate::words::Words;

const HERE: &str = "/wachtwoord-vergeten";

#[derive(Template)]
#[template(path = "pages/password/forgotten.html")]
struct ForgottenPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    /// `None` where no mail is sent.
    field: Option<Field>,
    is_asked: bool,
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Who {
    email: String,
}

/// `GET /wachtwoord-vergeten`
pub(crate) async fn show(State(state): State<WebState>, out: Outward) -> Response {
    let field = state.installation.sends_mail().then(|| field(out.w, ""));
    shown(&out, StatusCode::OK, (None, field, false))
}

/// `POST /wachtwoord-vergeten`
pub(crate) async fn ask(
    State(state): State<WebState>,
    out: Outward,
    Client(from): Client,
    Fields(who): Fields<Who>,
) -> Result<Response, Trouble> {
    let w = out.w;
    match ask_reset(&state.installation, &who.email, from).await {
        Ok(()) => Ok(shown(&out, StatusCode::OK, (None, None, true))),
        Err(AskRefused::Wait { seconds }) => {
            let why = w.forgotten_wait(seconds);
            let notice = Notice::refused(w.forgotten_title(), why);
            let again = field(w, domain::limits::cut(who.email.trim(), 320));
            let response = shown(&out, StatusCode::TOO_MANY_REQUESTS, (Some(notice), Some(again), false));
            Ok(again_after(seconds, response))
        }
        Err(AskRefused::NoMail) => Ok(shown(&out, StatusCode::OK, (None, None, false))),
        Err(AskRefused::Store(error)) => Err(error.into()),
    }
}

fn field(w: Words, email: &str) -> Field {
    Field::email("email", w.login_email()).filled_as("username").with(email)
}

fn shown(
    out: &Outward,
    status: StatusCode,
    (notice, field, is_asked): (Option<Notice>, Option<Field>, bool),
) -> Response {
    let w = out.w;
    let shell = Shell::outward(out, w.forgotten_title(), HERE);
    page(status, &ForgottenPage { shell, w, notice, field, is_asked })
}
