//! Who may do what: roles, permissions, actors and the scope that every query carries.
//!
//! To add a permission: one line in [`Permission`], one in the table of [`roles`], and the route table's test tells
//! where it is missing.

mod actor;
mod client;
mod device;
mod roles;
mod routes;
mod scope;

pub use actor::{Actor, NotAllowed, TokenScope};
pub use client::{ClientAddress, network_of};
pub use device::{Browser, Device, System};
pub use roles::{Permission, Role};
pub use routes::{Needs, Route};
pub use scope::{Scope, Teams};
