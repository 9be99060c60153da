//! A password that is chosen with a link: by who was invited, and by who lost the one before.

pub(crate) mod choose;
pub(crate) mod forgotten;
