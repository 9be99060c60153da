//! How a municipality's pages look, for whoever manages its settings, and what is shown of it before anybody has logged in:
//! its name, its colour and its logo. Those are public; nothing else of a municipality is told to who has no session.

mod read;
mod save;

pub use read::{Front, LookDetails, front_of_host, logo_content, look_of, read_look};
pub use save::{LogoChange, LookRefused, SaveLook, save_look};
pub(crate) use save::{host_names, named, put_look};
