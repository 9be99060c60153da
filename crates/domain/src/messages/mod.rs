//! Messages: what was said, by whom, and what became of it on its way.

mod delivery;
mod extras;
mod kind;
mod pieces;
mod price;

pub use delivery::{DeliveryStatus, LEFT_BY_PERSON, TAKEN_BACK, is_an_answer};
pub use extras::{
    Choice, ContactCard, Coordinates, Extra, FilledPlaceholder, FilledTemplate, Form, Forwarded, GeoPlace,
    Labelled, Options, Order, OrderItem, Product, Referral, Trouble,
};
pub(crate) use kind::named;
pub use kind::{Direction, MessageKind};
pub use pieces::{NotInPieces, PIECES_MAX, in_pieces};
pub use price::{Charge, Price, Rates, RatesFault};
