//! Choosing the language of the pages.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use crate::WebState;
use crate::errors::Trouble;
use crate::requests::{Fields, local_path};
use crate::words::{LANGUAGE_COOKIE, Language};

/// The form of the choice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    taal: String,
    #[serde(default)]
    naar: String,
}

/// `POST /taal`
pub(crate) async fn choose(
    State(state): State<WebState>,
    Fields(choice): Fields<Choice>,
) -> Result<Response, Trouble> {
    let language = Language::ALL.into_iter().find(|language| language.as_str() == choice.taal);
    let language = language.ok_or(Trouble::BadRequest)?;
    let mut cookie = Cookie::new(LANGUAGE_COOKIE, language.as_str());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(state.secure_cookies);
    cookie.set_same_site(SameSite::Lax);
    cookie.make_permanent();
    let back = local_path(&choice.naar).unwrap_or("/");
    Ok((CookieJar::new().add(cookie), Redirect::to(back)).into_response())
}
