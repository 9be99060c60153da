//! What stands around every call: who calls and whether they may, before anything of the request is read; and the
//! headers and problem bodies that every answer has.

use axum::body::Body;
use axum::extract::{MatchedPath, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::access::Needs;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use usecases::Ctx;
use usecases::access::authenticate_token;

use super::errors::{Kind, Problem};
use super::{ApiState, ROUTES};

/// The version of the API, on every answer.
pub(super) const VERSION: &str = "1.0.0";

/// Lets a call through to its handler if the register of routes says so. The use case asks again: this is the first
/// wall, not the only one. An address that is missing in the register is nobody's.
pub(super) async fn admit(
    State(state): State<ApiState>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    let route = ROUTES.iter().find(|route| route.method == method && route.path == path.as_str());
    match route.map(|route| route.needs) {
        Some(Needs::Nothing) => Ok(next.run(request).await),
        Some(Needs::Permission(permission)) => {
            if method != "GET" && is_from_another_site(&state, request.headers()) {
                return Err(Problem::new(
                    Kind::ForeignOrigin,
                    "This API is called by programs, not by pages.",
                ));
            }
            let ctx = authenticate(&state, request.headers()).await?;
            ctx.actor.may(permission)?;
            request.extensions_mut().insert(ctx);
            Ok(next.run(request).await)
        }
        _ => Err(Problem::not_found()),
    }
}

/// Who calls, by the bearer token. A cookie is not looked at: a page of somebody else cannot send this header.
async fn authenticate(state: &ApiState, headers: &HeaderMap) -> Result<Ctx, Problem> {
    let secret = bearer(headers).ok_or_else(|| {
        Problem::new(Kind::NotAuthenticated, "Send the header Authorization: Bearer, followed by a token.")
    })?;
    match authenticate_token(&state.installation, secret).await? {
        Some(actor) => Ok(state.installation.acting(actor)),
        None => Err(Problem::new(Kind::NotAuthenticated, "This token is not known, or not valid any more.")),
    }
}

/// The token of the one `Authorization` line; `None` when there are two, or it is something else.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

/// Whether a browser says that a page of another site made it send this. Such a page cannot know a token; should it have
/// one all the same, nothing is changed.
fn is_from_another_site(state: &ApiState, headers: &HeaderMap) -> bool {
    let said_elsewhere = headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"));
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    let is_ours = |origin: &HeaderValue| {
        let authority =
            origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        authority.is_some_and(|authority| Some(authority.as_bytes()) == host || authority == &*state.host)
    };
    said_elsewhere || !headers.get_all(header::ORIGIN).iter().all(is_ours)
}

/// Gives every answer its headers, and every problem its body.
pub(super) async fn complete(request: Request, next: Next) -> Response {
    let original = request.extensions().get::<OriginalUri>().map(|OriginalUri(uri)| uri.path().to_owned());
    let path = original.unwrap_or_else(|| request.uri().path().to_owned());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let body = problem.written(&path);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        *response.body_mut() = Body::from(body);
    }
    add_headers(response.headers_mut());
    response
}

fn add_headers(headers: &mut HeaderMap) {
    const EVERY_ANSWER: [(HeaderName, &str); 7] = [
        (HeaderName::from_static("api-version"), VERSION),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in EVERY_ANSWER {
        // A file that leaves is told more strictly what it may do, and says so itself.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
