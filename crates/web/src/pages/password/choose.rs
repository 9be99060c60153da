//! Choosing a password with a link. Looking at the page uses nothing up: mail servers look at links before people do.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use usecases::access::{ChooseRefused, LinkPurpose, OpenLink, PasswordRefused, choose_password, open_link};

use crate::WebState;
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Outward, Shell, page};
use crate::requests::Fields;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/password/choose.html")]
struct ChoosePage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    welcome: String,
    email: String,
    action: String,
    field: Field,
}

#[derive(Template)]
#[template(path = "pages/password/gone.html")]
struct GonePage {
    shell: Shell,
    w: Words,
}

/// The form. The address stands in it for the browser's own list of passwords; ours is that of the link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    wachtwoord: String,
    #[serde(default, rename = "email")]
    _email: String,
}

/// `GET /wachtwoord/{token}`
pub(crate) async fn show(
    State(state): State<WebState>,
    out: Outward,
    Path(token): Path<String>,
) -> Result<Response, Trouble> {
    match open_link(&state.installation, &token).await? {
        Some(link) => Ok(form(&out, (&token, link), StatusCode::OK, None)),
        None => Ok(gone(&out)),
    }
}

/// `POST /wachtwoord/{token}`
pub(crate) async fn choose(
    State(state): State<WebState>,
    out: Outward,
    Path(token): Path<String>,
    Fields(chosen): Fields<Chosen>,
) -> Result<Response, Trouble> {
    let w = out.w;
    let refused = match choose_password(&state.installation, &token, &chosen.wachtwoord).await {
        Ok(()) => return Ok(Redirect::to("/inloggen?gedaan=wachtwoord").into_response()),
        Err(ChooseRefused::Gone) => return Ok(gone(&out)),
        Err(ChooseRefused::Store(error)) => return Err(error.into()),
        Err(ChooseRefused::Password(refused)) => refused,
    };
    let why = why_refused(w, refused);
    match open_link(&state.installation, &token).await? {
        Some(link) => Ok(form(&out, (&token, link), StatusCode::BAD_REQUEST, Some(why))),
        None => Ok(gone(&out)),
    }
}

/// Which rule a password breaks.
pub(crate) fn why_refused(w: Words, refused: PasswordRefused) -> &'static str {
    match refused {
        PasswordRefused::TooShort => w.choose_fault_short(),
        PasswordRefused::TooLong => w.choose_fault_long(),
        PasswordRefused::Common => w.choose_fault_common(),
        PasswordRefused::NotHashed => w.choose_fault_busy(),
    }
}

fn form(
    out: &Outward,
    (token, link): (&str, OpenLink),
    status: StatusCode,
    why: Option<&'static str>,
) -> Response {
    let w = out.w;
    let notice =
        why.map(|why| Notice::refused(w.choose_fault_title(), why).at("#wachtwoord", w.choose_password()));
    let field = Field::password("wachtwoord", w.choose_password(), "new-password");
    let welcome = match link.purpose {
        LinkPurpose::Invitation => w.choose_welcome(&link.municipality),
        LinkPurpose::Reset => w.choose_reset(&link.municipality),
    };
    page(
        status,
        &ChoosePage {
            // The choice of a language leads back to where no secret stands in a form.
            shell: Shell::outward(out, w.choose_title(), "/inloggen"),
            w,
            notice,
            welcome,
            email: link.email,
            action: format!("/wachtwoord/{token}"),
            field: field.help(w.choose_help()).wrong(why),
        },
    )
}

fn gone(out: &Outward) -> Response {
    let w = out.w;
    let shell = Shell::outward(out, w.choose_gone_title(), "/inloggen");
    page(StatusCode::GONE, &GonePage { shell, w })
}
