//! The pages an agent works in: server-rendered, complete without script.
//!
//! A request goes through [`router`] like this: the answer's headers are set (`requests::headers`), a form must come
//! from our own page (`requests::origin`), the route's line in the table (`routes`) says what the visitor needs
//! (`requests::visitor`), a page calls a use case and fills a template, and whatever went wrong becomes a page too
//! (`errors`).
//!
//! To add a page: a module in `pages/` with its template beside it, one line in `routes`, its words in
//! `locales/nl` and `locales/en` (a missing one fails the build), and a test at its address in `tests/`.

mod assets;
mod components;
mod errors;
mod layout;
mod letters;
mod live;
mod pages;
mod requests;
mod routes;
mod words;

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use domain::channels::HttpRequest;
use usecases::Installation;
use usecases::accounts::{Asking, Outside};

pub use letters::MailLetters;
pub use routes::{router, routes};
pub use words::{Language, Words};

/// What the pages need. Cheap to clone.
#[derive(Clone)]
pub struct WebState {
    installation: Arc<Installation>,
    secure_cookies: bool,
    public_origin: Option<Arc<str>>,
    public_url: Option<Arc<str>>,
    outside: Arc<dyn Outside>,
}

/// No way out.
struct Nowhere;

impl Outside for Nowhere {
    fn ask<'a>(&'a self, _request: &'a HttpRequest) -> Asking<'a> {
        Box::pin(std::future::ready(Err("this node asks nobody".to_owned())))
    }
}

impl WebState {
    /// The pages of an installation. `secure_cookies`: whether browsers reach us over HTTPS; cookies are then sent over
    /// nothing else, and browsers are told so.
    #[must_use]
    pub fn new(installation: Arc<Installation>, secure_cookies: bool) -> Self {
        Self {
            installation,
            secure_cookies,
            public_origin: None,
            public_url: None,
            outside: Arc::new(Nowhere),
        }
    }

    /// With the address that browsers know us by, "https://webcare.zwanendam.example", where it is not the `Host` that
    /// reaches us: behind a proxy that changes it. A form must come from here or from the `Host`.
    #[must_use]
    pub fn known_as(self, public_url: &str) -> Self {
        Self {
            public_origin: Some(requests::origin_of(public_url).into()),
            public_url: Some(public_url.into()),
            ..self
        }
    }

    /// Where a browser reaches us, for a link that somebody passes on. Without a configured address it is the `Host` that
    /// the request named: only its sender sees it.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> String {
        let named = || {
            let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            format!("{}://{host}", if self.secure_cookies { "https" } else { "http" })
        };
        self.public_url.as_deref().map_or_else(named, |url| url.trim_end_matches('/').to_owned())
    }

    /// With a way to ask platforms whether an account works; without it, every question stays unanswered.
    #[must_use]
    pub fn asking(self, outside: Arc<dyn Outside>) -> Self {
        Self { outside, ..self }
    }
}
