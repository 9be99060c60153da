//! The register of what can be reached over HTTP: `gehoor routes --json` prints it, and tests walk it (X1, X2).

use super::Permission;

/// What somebody needs to get through a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: the log-in page, the description of the API.
    Nothing,
    /// A platform's signature or verify token.
    Signature,
    /// To be logged in, whatever the role.
    Session,
    /// To be logged in, also while the second step of logging in has to be set up first.
    OwnLogIn,
    /// This permission, in the browser or by token.
    Permission(Permission),
}

impl Needs {
    /// The word in the register.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Signature => "signature",
            Self::Session | Self::OwnLogIn => "session",
            Self::Permission(permission) => permission.as_str(),
        }
    }
}

/// A route: one line in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST`.
    pub method: &'static str,
    /// The path, with `{name}` for what varies.
    pub path: &'static str,
    /// What somebody needs to get through.
    pub needs: Needs,
}
