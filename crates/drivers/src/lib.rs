//! All traffic with the outside, written once for every connector: fetching, sending, retrying, limiting, timing out,
//! counting and logging. A driver knows no platform; a connector does no IO.

mod accounts;
mod doors;
pub mod egress;
mod lifetime;
pub mod media;
mod poll;
mod post;
mod reader;
mod sender;
mod templates;
mod webhook;

pub use accounts::{Checker, Questions};
pub use lifetime::Workers;
pub use media::Media;
pub use poll::Poller;
pub use post::{MailSecrecy, MailServer, Post};
pub use reader::{Reader, ReaderLimits};
pub use sender::Sender;
pub use templates::Templates;
pub use webhook::{Delivered, Webhooks};
