//! Which language a visitor reads: what they chose, else what their browser asks for, else Dutch.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;

use super::Words;

/// The cookie that keeps the choice. It says nothing about the person but this.
pub(crate) const COOKIE: &str = "gehoor_taal";

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order of the choice on screen.
    pub const ALL: [Self; 2] = [Self::Nl, Self::En];

    /// The code in `lang` and in the cookie.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }

    /// The language of a code such as `nl` or `en-GB`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let first = code.split('-').next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| language.as_str().eq_ignore_ascii_case(first))
    }

    /// The language for somebody who sends these headers.
    #[must_use]
    pub fn of_headers(headers: &HeaderMap) -> Self {
        let chosen = CookieJar::from_headers(headers)
            .get(COOKIE)
            .and_then(|cookie| Self::from_code(cookie.value()));
        let asked = || {
            headers
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok())
                .and_then(preferred)
        };
        chosen.or_else(asked).unwrap_or_default()
    }
}

/// The language of ours with the highest weight; of two with the same, the first.
fn preferred(accepted: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for entry in accepted.split(',').take(20) {
        let (code, rest) = entry.split_once(';').unwrap_or((entry, ""));
        let Some(language) = Language::from_code(code.trim()) else { continue };
        let weight = rest
            .trim()
            .strip_prefix("q=")
            .and_then(|weight| weight.trim().parse().ok())
            .unwrap_or(1.0);
        if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

impl<S: Sync> FromRequestParts<S> for Words {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(Language::of_headers(&parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_wish_counts_and_dutch_is_the_default() {
        let check = |accepted: &str, expected: Language| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("a header"));
            assert_eq!(Language::of_headers(&headers), expected, "{accepted}");
        };
        check("en-GB,en;q=0.9,nl;q=0.8", Language::En);
        check("de, nl;q=0.5, en;q=0.4", Language::Nl);
        check("fr", Language::Nl);
        check("en;q=0", Language::Nl);
        check("nl;q=x, en;q=0.9", Language::Nl);
        assert_eq!(Language::of_headers(&HeaderMap::new()), Language::Nl);
    }

    #[test]
    fn a_choice_beats_the_browsers_wish() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "nl".parse().expect("a header"));
        headers.insert(header::COOKIE, "gehoor_taal=en".parse().expect("a header"));
        assert_eq!(Language::of_headers(&headers), Language::En);
    }
}
