//! Where a request comes from, for the brake on log-ins. The server puts it there: it knows which proxies are trusted,
//! and reads no header of anybody else.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use domain::access::{ClientAddress, Device};

/// The client's address; unknown where the server does not tell.
pub(crate) struct Client(pub(crate) ClientAddress);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().copied().unwrap_or(ClientAddress::Unknown)))
    }
}

/// What the client says it is, cut down to the families of browser and system.
pub(crate) struct UserDevice(pub(crate) Device);

impl<S: Sync> FromRequestParts<S> for UserDevice {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let said = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self(Device::of_user_agent(said.unwrap_or_default())))
    }
}
