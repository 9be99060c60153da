//! Messages: what was said, by whom, and what became of it on its way.

mod delivery;
mod kind;

pub use delivery::DeliveryStatus;
pub(crate) use kind::named;
pub use kind::{Direction, MessageKind};
