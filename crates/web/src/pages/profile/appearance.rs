//! Light, dark, and more contrast: what somebody chose for this browser.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use crate::WebState;
use crate::errors::Trouble;
use crate::layout::{APPEARANCE_COOKIE, Appearance, Scheme};
use crate::requests::Fields;
use crate::words::Words;

/// The form of the choice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    kleuren: String,
    #[serde(default)]
    contrast: String,
}

/// `POST /profiel/weergave`
pub(crate) async fn choose(
    State(state): State<WebState>,
    Fields(choice): Fields<Choice>,
) -> Result<Response, Trouble> {
    let scheme = Scheme::ALL.into_iter().find(|one| one.value() == choice.kleuren);
    let more_contrast = match choice.contrast.as_str() {
        "meer" => true,
        "" => false,
        _ => return Err(Trouble::BadRequest),
    };
    let chosen = Appearance { scheme: scheme.ok_or(Trouble::BadRequest)?, more_contrast };
    let mut cookie = Cookie::new(APPEARANCE_COOKIE, chosen.value());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(state.secure_cookies);
    cookie.set_same_site(SameSite::Lax);
    cookie.make_permanent();
    Ok((CookieJar::new().add(cookie), Redirect::to("/profiel?gedaan=weergave#weergave-kop")).into_response())
}

/// The choices of light and dark: value, words, whether it is so.
pub(super) fn schemes(w: Words, now: Appearance) -> Vec<(&'static str, &'static str, bool)> {
    let words = |scheme| match scheme {
        Scheme::System => w.appearance_system(),
        Scheme::Light => w.appearance_light(),
        Scheme::Dark => w.appearance_dark(),
    };
    Scheme::ALL.into_iter().map(|one| (one.value(), words(one), one == now.scheme)).collect()
}
