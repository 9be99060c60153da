//! The fields of a form. One that we do not know, or that comes twice, refuses the whole form (RELIABILITY X4).

use std::str::FromStr;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::errors::Trouble;

/// The fields of a posted form. `T` says `#[serde(deny_unknown_fields)]`.
pub(crate) struct Fields<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        match Form::<T>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Trouble::TooLarge),
            Err(FormRejection::InvalidFormContentType(_)) => Err(Trouble::FormOnly),
            Err(_) => Err(Trouble::BadRequest),
        }
    }
}

/// An id that stands in the path. One that is no id is nobody's, so it is not found.
pub(crate) fn id_in_path<T: FromStr>(text: &str) -> Result<T, Trouble> {
    text.parse().map_err(|_| Trouble::NotFound)
}
