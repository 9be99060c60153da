//! Switching single keys off and on, for whoever presses them without meaning to (WCAG 2.1.4).

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use crate::WebState;
use crate::requests::{Fields, KEYS_COOKIE};

/// The form of the choice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    uit: bool,
}

/// `POST /profiel/toetsen`
pub(crate) async fn choose(State(state): State<WebState>, Fields(choice): Fields<Choice>) -> Response {
    let mut cookie = Cookie::new(KEYS_COOKIE, if choice.uit { "uit" } else { "aan" });
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(state.secure_cookies);
    cookie.set_same_site(SameSite::Lax);
    cookie.make_permanent();
    (CookieJar::new().add(cookie), Redirect::to("/profiel#toetsen-kop-profiel")).into_response()
}
