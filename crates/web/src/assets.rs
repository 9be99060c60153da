//! What a page needs besides its HTML: one stylesheet and one small picture, under names that change with their
//! content, so that a browser may keep them for ever.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::errors::Trouble;

const STYLESHEET: &str = include!(concat!(env!("OUT_DIR"), "/stylesheet.rs"));
const CSS: &str = include_str!(concat!(env!("OUT_DIR"), "/gehoor.css"));
/// Changes its number when it changes its look.
const ICON: &str = "gehoor-1.svg";
const SVG: &str = include_str!("layout/icon.svg");

/// Where the stylesheet is.
pub(crate) fn stylesheet_address() -> String {
    format!("/assets/{STYLESHEET}")
}

/// Where the icon is.
pub(crate) fn icon_address() -> String {
    format!("/assets/{ICON}")
}

/// `GET /assets/{file}`
pub(crate) async fn show(Path(file): Path<String>) -> Result<Response, Trouble> {
    let (kind, content) = match file.as_str() {
        STYLESHEET => ("text/css; charset=utf-8", CSS),
        ICON => ("image/svg+xml", SVG),
        _ => return Err(Trouble::NotFound),
    };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, content).into_response())
}
