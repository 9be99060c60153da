//! The declared configuration: applied as often as one likes, exported in the same form (M20).

mod apply;
mod declaration;
mod export;
mod users;

pub use apply::{Applied, ApplyRefused, apply_declaration};
pub use declaration::{Declaration, DeclaredAccount, DeclaredLook, DeclaredTeam, DeclaredUser};
pub use export::{ExportedConfiguration, export_configuration, list_municipalities};
pub use users::{AddUser, AddUserRefused, add_user};
