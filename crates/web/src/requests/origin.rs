//! A form that changes something must come from a page of ours (RELIABILITY X5).
//!
//! Browsers say where a request comes from: in `Sec-Fetch-Site`, which no page can forge, and in `Origin`. Whoever says
//! neither is asked for `Referer`, and whoever says nothing at all is refused. The session cookie is `SameSite=Lax`
//! besides.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN, REFERER};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::WebState;
use crate::errors::Trouble;

/// Lets a `POST` through that comes from our own page and is a plain form.
pub(crate) async fn check(State(state): State<WebState>, request: Request, next: Next) -> Response {
    if *request.method() == Method::POST {
        if !is_ours(request.headers(), state.public_origin.as_deref()) {
            return Trouble::WrongOrigin.into_response();
        }
        if !is_form(request.headers()) {
            return Trouble::FormOnly.into_response();
        }
    }
    next.run(request).await
}

fn is_ours(headers: &HeaderMap, public_origin: Option<&str>) -> bool {
    let ours = |origin: &str| {
        let host = text(headers, HOST.as_str());
        public_origin == Some(origin) || (host.is_some() && authority(origin) == host)
    };
    let site = text(headers, "sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    if headers.contains_key(ORIGIN) {
        return text(headers, ORIGIN.as_str()).is_some_and(ours);
    }
    if site.is_some() {
        return true;
    }
    let referer = text(headers, REFERER.as_str());
    referer.is_some_and(|referer| ours(&origin_of(referer)))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let only = values.next()?;
    if values.next().is_some() { None } else { only.to_str().ok() }
}

/// `https://host:port` of an address.
pub(crate) fn origin_of(address: &str) -> String {
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let end = address[after_scheme..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |at| after_scheme + at);
    address[..end].to_owned()
}

/// `host:port` of `https://host:port`.
fn authority(origin: &str) -> Option<&str> {
    origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = text(headers, CONTENT_TYPE.as_str()).and_then(|kind| kind.split(';').next());
    let plain = ["application/x-www-form-urlencoded", "multipart/form-data"];
    kind.is_some_and(|kind| plain.iter().any(|plain| kind.trim().eq_ignore_ascii_case(plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a header"));
        }
        headers
    }

    #[test]
    fn only_a_form_of_our_own_page_changes_something() {
        let host = ("host", "webcare.example");
        let check = |lines: &[(&'static str, &'static str)], expected: bool| {
            let mut all = vec![host];
            all.extend(lines);
            assert_eq!(is_ours(&headers(&all), Some("https://public.example")), expected, "{lines:?}");
        };
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "https://webcare.example")], false);
        check(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], false);
        check(&[("origin", "https://webcare.example")], true);
        check(&[("origin", "https://public.example")], true);
        check(&[("origin", "https://webcare.example.evil.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "https://webcare.example"), ("origin", "https://evil.example")], false);
        check(&[("referer", "https://webcare.example/gesprekken")], true);
        check(&[("referer", "https://evil.example/https://webcare.example/")], false);
        check(&[("referer", "https://webcare.example@evil.example/")], false);
        check(&[], false);
    }

    #[test]
    fn json_dressed_as_text_is_no_form() {
        assert!(is_form(&headers(&[("content-type", "application/x-www-form-urlencoded; charset=UTF-8")])));
        assert!(!is_form(&headers(&[("content-type", "text/plain")])));
        assert!(!is_form(&headers(&[("content-type", "application/json")])));
        assert!(!is_form(&headers(&[])));
    }
}
