//! The look of municipalities as files: their stylesheet, and their logo. Whoever sees a log-in page sees them, so they need
//! no session. Their names change with what is in them, so that a browser may keep them for ever.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::look::{Brand, LogoRef};
use usecases::look::logo_content;

use crate::WebState;
use crate::errors::Trouble;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A drawing that is opened by itself runs and fetches nothing either.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");

/// `GET /huisstijl/{file}`: "14606e_0f3a….svg.css", of which either part may be "-", or "0f3a….svg".
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(file): Path<String>,
) -> Result<Response, Trouble> {
    if let Some(name) = file.strip_suffix(".css") {
        let sheet = stylesheet(name).ok_or(Trouble::NotFound)?;
        let kind = HeaderValue::from_static("text/css; charset=utf-8");
        return Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, FOR_EVER)], sheet).into_response());
    }
    let name: LogoRef = file.parse().map_err(|_| Trouble::NotFound)?;
    let content = logo_content(&state.installation, &name).await?.ok_or(Trouble::NotFound)?;
    let kind = HeaderValue::from_static(name.kind.media_type());
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, FOR_EVER), (CONTENT_SECURITY_POLICY, NOTHING)];
    Ok((headers, content).into_response())
}

/// What the name of a stylesheet says: it is written of a colour and a hash, and of nothing else.
fn stylesheet(name: &str) -> Option<String> {
    let (brand, logo) = name.split_once('_')?;
    let mut sheet = String::new();
    if brand != "-" {
        let brand: Brand = format!("#{brand}").parse().ok()?;
        sheet.push_str(&format!("@layer tokens {{ :root {{ --municipality-brand: {brand}; }} }}\n"));
    }
    if logo != "-" {
        let logo: LogoRef = logo.parse().ok()?;
        sheet.push_str(&format!(
            "@layer components {{ .nav__logo {{ background-image: url(\"/huisstijl/{logo}\"); }} }}\n"
        ));
    }
    Some(sheet)
}

#[cfg(test)]
mod tests {
    use super::stylesheet;

    #[test]
    fn a_stylesheet_is_made_of_a_colour_and_a_hash_and_of_nothing_else() {
        let logo = format!("{}.svg", "0f".repeat(16));
        let sheet = stylesheet(&format!("8cc63f_{logo}")).expect("a name");
        assert!(
            sheet.contains("--municipality-brand: #8cc63f;")
                && sheet.contains(&format!("url(\"/huisstijl/{logo}\")"))
        );
        assert_eq!(stylesheet("-_-").as_deref(), Some(""));
        for name in [
            "",
            "8cc63f",
            "8cc63f_",
            "_-",
            "red_-",
            "8cc63f;}*{_-",
            "8cc63f_../x.svg",
            "8cc63f_https://evil.example",
        ] {
            assert_eq!(stylesheet(name), None, "{name}");
        }
    }
}
