//! Where a request comes from, for the brake on log-ins. The server puts it there: it knows which proxies are trusted,
//! and reads no header of anybody else.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::access::ClientAddress;

/// The client's address; unknown where the server does not tell.
pub(crate) struct Client(pub(crate) ClientAddress);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().copied().unwrap_or(ClientAddress::Unknown)))
    }
}
