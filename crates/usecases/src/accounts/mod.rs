//! Channel accounts: how they are doing, who has seen it, whether they work, and setting them up.
//!
//! What a platform told, and what we found ourselves, are events with the moment at which it became so (`notes`); a
//! worker looks for what no event tells (`watch`) and asks the platforms from time to time (`check`). Pages, API and
//! commands read the outcome in one place (`health`).

mod check;
mod health;
pub(crate) mod holds;
pub(crate) mod notes;
mod remove;
mod save;
mod seen;
mod test_message;
mod watch;

pub use check::{Asking, Outside, callback, check_account, handshake_inside, mend_account};
pub use health::{AccountHealth, list_account_health, list_alarms, read_account_health};
pub use remove::{RemoveRefused, remove_account};
pub use save::{SaveAccount, SaveRefused, Saved, list_teams, save_account};
pub(crate) use save::{as_lines, check_declared, put_declared};
pub use seen::{SeeAlarm, see_alarm};
pub use store::tables::account::Hold;
pub use store::tables::figures::{Figures, WAITING_MOST};
pub use store::tables::health::{Alarm, CheckResult, Seen, Signs};
pub use test_message::{SendTestMessage, TestMessage, TestRefused, read_test_message, send_test_message};
pub use watch::{due_checks, round, run};
