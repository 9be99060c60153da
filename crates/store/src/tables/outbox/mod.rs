//! The outbox: parts on their way out, claimed by lease and fence, by the database's clock (RELIABILITY 2.6).
//!
//! `part` is the row, `claiming` who may have it and when it may leave, `pace` what left lately, `course` what becomes
//! of it, `looking` everything that only reads.

pub(crate) mod claiming;
pub(crate) mod course;
pub(crate) mod looking;
pub(crate) mod pace;
pub(crate) mod part;

pub use claiming::{claim, enter_flight, expired};
pub use course::{again, decide, end, next_step, restart, set_delivery, take_back};
pub use looking::{backlog, by_id, by_provider, last_of_purpose, of_message, of_state, undecided};
pub use pace::{forget_left, left_of_account, left_to_resident, now, put_off};
pub use part::{NewPart, Part, queue};
