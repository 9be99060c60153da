//! How a page looks to whom: the municipality's colour and logo, and what the visitor chose of light, dark and contrast. All
//! of it stands in the page as it is made, so that nothing changes after the first paint.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use domain::look::Look;
use usecases::look::front_of_host;

use crate::words::{Language, Words};
use crate::{WebState, assets};

/// The cookie that keeps what somebody chose. It says nothing about the person but this.
pub(crate) const APPEARANCE_COOKIE: &str = "gehoor-weergave";

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// As the visitor's device asks.
    #[default]
    System,
    Light,
    Dark,
}

impl Scheme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the form and the cookie.
    pub(crate) const fn value(self) -> &'static str {
        match self {
            Self::System => "systeem",
            Self::Light => "licht",
            Self::Dark => "donker",
        }
    }

    /// The word in HTML; none where the device decides.
    const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// What a visitor chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Appearance {
    pub(crate) scheme: Scheme,
    /// More contrast than the device asks for.
    pub(crate) more_contrast: bool,
}

impl Appearance {
    /// What the cookie of these headers says; what it does not say is as the device asks.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let jar = CookieJar::from_headers(headers);
        let said = jar.get(APPEARANCE_COOKIE).map_or("", |cookie| cookie.value());
        let (scheme, contrast) = said.split_once('.').unwrap_or((said, ""));
        Self {
            scheme: Scheme::ALL.into_iter().find(|one| one.value() == scheme).unwrap_or_default(),
            more_contrast: contrast == "meer",
        }
    }

    /// What the cookie says of it.
    pub(crate) fn value(self) -> String {
        format!("{}.{}", self.scheme.value(), if self.more_contrast { "meer" } else { "gewoon" })
    }
}

/// How a page looks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guise {
    pub(crate) look: Look,
    pub(crate) appearance: Appearance,
}

impl Guise {
    /// What the root of the page says for the stylesheet.
    pub(crate) fn attributes(&self) -> String {
        let mut attributes = String::new();
        if let Some(scheme) = self.appearance.scheme.attribute() {
            attributes.push_str(&format!(" data-scheme=\"{scheme}\""));
        }
        if self.appearance.more_contrast {
            attributes.push_str(" data-contrast=\"more\"");
        }
        attributes
    }

    /// For what stands there before the stylesheet does.
    pub(crate) fn color_scheme(&self) -> &'static str {
        self.appearance.scheme.attribute().unwrap_or("light dark")
    }

    /// The municipality's own stylesheet; none where nothing is its own. The name says all that is in it, so that another
    /// look is another name.
    pub(crate) fn stylesheet(&self) -> Option<String> {
        if self.look == Look::default() {
            return None;
        }
        let brand = self.look.brand.map_or_else(|| "-".to_owned(), domain::look::Brand::digits);
        let logo = self.look.logo.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        Some(format!("/huisstijl/{brand}_{logo}.css"))
    }

    /// The picture in the browser's tab, with what it is.
    pub(crate) fn icon(&self) -> (String, &'static str) {
        match &self.look.logo {
            Some(logo) => (format!("/huisstijl/{logo}"), logo.kind.media_type()),
            None => (assets::ICON.to_owned(), "image/svg+xml"),
        }
    }
}

/// A page for who has not logged in: its words, and the look of the municipality whose host it is.
#[derive(Clone)]
pub(crate) struct Outward {
    pub(crate) w: Words,
    pub(crate) guise: Guise,
    /// Whose host it is.
    pub(crate) municipality: Option<String>,
}

impl Outward {
    /// With Gehoor's own look.
    #[cfg(test)]
    pub(crate) fn plain(w: Words) -> Self {
        Self { w, guise: Guise::default(), municipality: None }
    }

    /// A page is not refused because it could not be found out whose it is.
    pub(crate) async fn of(state: &WebState, headers: &HeaderMap) -> Self {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let front = front_of_host(&state.installation, host).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "The look of a host cannot be read");
            None
        });
        let (municipality, look) = front.map(|front| (front.name, front.look)).unzip();
        Self {
            w: Words::of(Language::of_headers(headers)),
            guise: Guise {
                look: look.unwrap_or_default(),
                appearance: Appearance::of_headers(headers),
            },
            municipality,
        }
    }
}

impl FromRequestParts<WebState> for Outward {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self::of(state, &parts.headers).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cookie_cannot_say_is_as_the_device_asks() {
        let of = |cookie: &str| {
            let mut headers = HeaderMap::new();
            headers
                .insert(header::COOKIE, format!("{APPEARANCE_COOKIE}={cookie}").parse().expect("a header"));
            Appearance::of_headers(&headers)
        };
        for scheme in Scheme::ALL {
            for more_contrast in [false, true] {
                let chosen = Appearance { scheme, more_contrast };
                assert_eq!(of(&chosen.value()), chosen);
            }
        }
        for odd in ["", ".", "dark", "licht\"><script>", "paars.veel"] {
            let read = of(odd);
            assert!(!read.more_contrast && read.scheme == Scheme::System, "{odd}");
        }
    }
}
