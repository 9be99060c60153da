//! The pages, one module per address.

pub(crate) mod administration;
pub(crate) mod attachments;
pub(crate) mod channels;
pub(crate) mod conversations;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod language;
pub(crate) mod login;
pub(crate) mod login_code;
pub(crate) mod manual;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod search;
pub(crate) mod theme;
