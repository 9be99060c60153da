//! Who visits, and whether they get through: decided by the route's line in the table, before any page runs.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use domain::access::{Needs, Permission};
use domain::look::Look;
use serde::Deserialize;
use usecases::access::{SessionUser, authenticate_session};
use usecases::accounts::{Alarm, list_alarms};
use usecases::conversations::{OpenCounts, count_open};
use usecases::look::look_of;
use usecases::{Ctx, Failure, StoreError};

use super::{Fields, is_multipart, query_value, text_of};
use crate::WebState;
use crate::errors::Trouble;
use crate::layout::{Appearance, Guise, Outward};
use crate::pages::conversations::Listing;
use crate::words::{Moments, Words};

/// Holds "uit" where somebody switched single keys off.
pub(crate) const KEYS_COOKIE: &str = "gehoor-toetsen";

/// Somebody who is logged in, with what stands above each of their pages.
pub(crate) struct Visitor {
    session: SessionUser,
    /// Alarms of the channels that they work with.
    pub(crate) alarms: Vec<Alarm>,
    /// How their pages look.
    pub(crate) guise: Guise,
    /// They switched single keys off.
    pub(crate) keys_off: bool,
    /// Where in the journal the page was made; `None` of those whose pages are told nothing.
    pub(crate) live: Option<String>,
    /// How many conversations are open; `None` of those who see none.
    pub(crate) counts: Option<OpenCounts>,
    /// Nothing comes in or can be written any more, because of the disk.
    pub(crate) disk: Option<DiskTrouble>,
}

/// What is wrong with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiskTrouble {
    /// It is full; people can read.
    Full,
    /// It failed: nothing is written until a restart.
    Failed,
}

impl Deref for Visitor {
    type Target = SessionUser;

    fn deref(&self) -> &SessionUser {
        &self.session
    }
}

impl Visitor {
    /// Looks for what must be known on every page; a page is not refused because that could not be found.
    async fn of(state: &WebState, session: SessionUser) -> Self {
        let ctx = state.installation.acting(session.actor.clone());
        // Before anything else is read, so that what happens meanwhile is told.
        let live = match session.actor.may(Permission::ReadConversations) {
            Ok(()) => usecases::live::place(&ctx).await.ok().map(|place| place.to_string()),
            Err(_) => None,
        };
        let alarms = list_alarms(&ctx).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "The alarms of the channels cannot be read");
            Vec::new()
        });
        let counts = match count_open(&ctx).await {
            Ok(counts) => Some(counts),
            Err(Failure::NotAllowed(_)) => None,
            Err(error) => {
                tracing::warn!(error = %error, "The conversations cannot be counted");
                None
            }
        };
        let store = &state.installation.store;
        let disk = match (store.writing_has_stopped(), store.inbox().has_room()) {
            (true, _) => Some(DiskTrouble::Failed),
            (false, false) => Some(DiskTrouble::Full),
            (false, true) => None,
        };
        let look = look_of(&ctx).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "The look of a municipality cannot be read");
            Look::default()
        });
        let guise = Guise { look, appearance: Appearance::default() };
        Self { session, live, alarms, guise, keys_off: false, counts, disk }
    }
}

/// A page's request by somebody who is logged in.
pub(crate) struct Visit {
    /// The words of their language.
    pub(crate) words: Words,
    /// Who.
    pub(crate) user: Arc<Visitor>,
    /// For use cases.
    pub(crate) ctx: Ctx,
    /// The list of conversations that they look at.
    pub(crate) listing: Listing,
    /// Where they reach us, "https://webcare.example".
    pub(crate) origin: String,
}

impl Visit {
    /// Whether the visitor may do this: what they may not is not offered.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.ctx.actor.may(permission).is_ok()
    }

    /// For a page of theirs without a menu.
    pub(crate) fn outward(&self) -> Outward {
        Outward {
            w: self.words,
            guise: self.user.guise.clone(),
            municipality: Some(self.user.municipality.name.clone()),
        }
    }

    /// Says moments in the municipality's time zone.
    pub(crate) fn moments(&self) -> Moments {
        Moments::new(self.words, &self.user.municipality.time_zone, self.ctx.now())
    }

    /// The same for sessions and log-ins, which go by the machine's clock.
    pub(crate) fn moments_of_log_ins(&self) -> Moments {
        let now = self.ctx.installation.wall_clock.now();
        Moments::new(self.words, &self.user.municipality.time_zone, now)
    }

    /// A new key for a form: it can be sent as often as one likes and does its work once.
    pub(crate) fn form_key(&self) -> String {
        self.ctx.installation.ids.next().to_string()
    }
}

impl FromRequestParts<WebState> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Trouble> {
        // Only the guard puts a user there; a page behind a route that needs nobody has none.
        let user = parts.extensions.get::<Arc<Visitor>>().cloned().ok_or(Trouble::Bug)?;
        let ctx = state.installation.acting(user.actor.clone());
        let words = Words::of(crate::Language::of_headers(&parts.headers));
        let listing = Listing::of_query(parts.uri.query().unwrap_or_default());
        let origin = state.origin(&parts.headers);
        Ok(Self { words, user, ctx, listing, origin })
    }
}

/// Lets a request through if the visitor has what the route needs.
pub(crate) async fn guard(
    State((state, needs)): State<(WebState, Needs)>,
    mut request: Request,
    next: Next,
) -> Response {
    if needs == Needs::Nothing {
        return next.run(request).await;
    }
    let user = match session_of(&state, request.headers()).await {
        Ok(Some(user)) => {
            let keys = CookieJar::from_headers(request.headers());
            let keys_off = keys.get(KEYS_COOKIE).is_some_and(|cookie| cookie.value() == "uit");
            let mut visitor = Visitor { keys_off, ..Visitor::of(&state, user).await };
            visitor.guise.appearance = Appearance::of_headers(request.headers());
            Arc::new(visitor)
        }
        Ok(None) => return to_log_in(request).await,
        Err(error) => return Trouble::from(error).into_response(),
    };
    if user.must_enrol && needs != Needs::OwnLogIn {
        return enrol_first(request).await;
    }
    let refused = match needs {
        Needs::Permission(permission) => user.actor.may(permission).err(),
        _ => None,
    };
    let mut response = match refused {
        Some(refused) => Trouble::Forbidden(refused.permission).into_response(),
        None => {
            request.extensions_mut().insert(Arc::clone(&user));
            next.run(request).await
        }
    };
    // The page of an error is dressed outside, and shows whose installation this is.
    response.extensions_mut().insert(user);
    response
}

/// Whoever has to set up the second step does that before anything else; a text that was sent is given back.
async fn enrol_first(request: Request) -> Response {
    if *request.method() == Method::POST {
        let page = "/profiel/tweede-stap".to_owned();
        if let Some(text) = written_in(request).await.filter(|text| !text.is_empty()) {
            return Trouble::LoggedOut(page).keeping(&text).into_response();
        }
    }
    Redirect::to("/profiel/tweede-stap").into_response()
}

/// Who has the session cookie of these headers.
pub(crate) async fn session_of(
    state: &WebState,
    headers: &HeaderMap,
) -> Result<Option<SessionUser>, StoreError> {
    let jar = CookieJar::from_headers(headers);
    match jar.get(cookie_name(state.secure_cookies)) {
        Some(cookie) => {
            // Our script says whether somebody is there, or only a page that brings itself up to date.
            let used = !headers.contains_key("x-gehoor-script") || headers.contains_key("x-gehoor-looked-at");
            authenticate_session(&state.installation, cookie.value(), used).await
        }
        None => Ok(None),
    }
}

const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-gehoor" } else { "gehoor" }
}

/// The cookie of a session; an empty token takes it away. It ends with the browser, and at the server before that.
pub(crate) fn session_cookie(state: &WebState, token: String) -> Cookie<'static> {
    let gone = token.is_empty();
    let mut cookie = Cookie::new(cookie_name(state.secure_cookies), token);
    cookie.set_http_only(true);
    cookie.set_secure(state.secure_cookies);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path("/");
    if gone {
        cookie.make_removal();
    }
    cookie
}

const fn step_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-gehoor-stap" } else { "gehoor-stap" }
}

/// The secret of the log-in of these headers of which the code has still to come.
pub(crate) fn step_of(state: &WebState, headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(step_cookie_name(state.secure_cookies)).map(|cookie| cookie.value().to_owned())
}

/// The cookie of a log-in of which the code has still to come; an empty token takes it away. It opens nothing.
pub(crate) fn step_cookie(state: &WebState, token: String) -> Cookie<'static> {
    let mut cookie = session_cookie(state, token);
    cookie.set_name(step_cookie_name(state.secure_cookies));
    cookie.set_same_site(SameSite::Strict);
    cookie
}

/// What a form holds that somebody wrote.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    tekst: String,
}

async fn written_in(request: Request) -> Option<String> {
    if is_multipart(&request) {
        return text_of(request).await;
    }
    let written = Fields::<Written>::from_request(request, &()).await.ok();
    written.map(|Fields(written)| written.tekst)
}

/// A look at a page is taken up again after logging in. What was posted is not, but a text is given back.
async fn to_log_in(request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
    if *request.method() == Method::POST {
        let page = page_of_form(request.uri().path());
        return match written_in(request).await {
            Some(text) if !text.is_empty() => Trouble::LoggedOut(page).keeping(&text).into_response(),
            _ => Redirect::to("/inloggen").into_response(),
        };
    }
    if path == "/" {
        return Redirect::to("/inloggen").into_response();
    }
    Redirect::to(&format!("/inloggen?naar={}", query_value(&path))).into_response()
}

/// The page on which a form stands: that of its conversation.
fn page_of_form(path: &str) -> String {
    let pieces: Vec<&str> = path.split('/').take(3).collect();
    if pieces.get(1) == Some(&"gesprekken") {
        pieces.join("/")
    } else {
        "/".to_owned()
    }
}
