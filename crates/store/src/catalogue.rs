//! Every statement there is. A test prepares each on both engines and compares its columns with what it declares.

use crate::door::Statement;
use crate::tables;

/// Every statement, by the module it stands in.
#[must_use]
pub fn statements() -> Vec<(&'static str, &'static Statement)> {
    let modules: Vec<(&'static str, &[&'static Statement])> = vec![
        ("account", tables::account::ALL),
        ("account_link", tables::account_link::ALL),
        ("attachment", tables::attachment::ALL),
        ("author", tables::author::ALL),
        ("blob", tables::blob::ALL),
        ("canned_text", tables::canned_text::ALL),
        ("choice", tables::choice::ALL),
        ("conversation", tables::conversation::ALL),
        ("delivery", tables::delivery::ALL),
        ("draft", tables::draft::ALL),
        ("fetching", tables::fetching::ALL),
        ("figures", tables::figures::ALL),
        ("half_log_in", tables::half_log_in::ALL),
        ("health", tables::health::ALL),
        ("installation", tables::installation::ALL),
        ("job", tables::job::ALL),
        ("joining", tables::joining::ALL),
        ("journal", tables::journal::ALL),
        ("key", tables::key::ALL),
        ("list", tables::list::ALL),
        ("live", tables::live::ALL),
        ("log_line", tables::log_line::ALL),
        ("look", tables::look::ALL),
        ("mail", tables::mail::ALL),
        ("message", tables::message::ALL),
        ("message_event", tables::message_event::ALL),
        ("outbox::claiming", tables::outbox::claiming::ALL),
        ("outbox::course", tables::outbox::course::ALL),
        ("outbox::looking", tables::outbox::looking::ALL),
        ("outbox::pace", tables::outbox::pace::ALL),
        ("outbox::part", tables::outbox::part::ALL),
        ("people", tables::people::ALL),
        ("presence", tables::presence::ALL),
        ("read_mark", tables::read_mark::ALL),
        ("request", tables::request::ALL),
        ("said", tables::said::ALL),
        ("saved_list", tables::saved_list::ALL),
        ("search", tables::search::ALL),
        ("second_factor", tables::second_factor::ALL),
        ("secret", tables::secret::ALL),
        ("seen", tables::seen::ALL),
        ("session", tables::session::ALL),
        ("template", tables::template::ALL),
        ("turn", tables::turn::ALL),
        ("unread", tables::unread::ALL),
        ("user", tables::user::ALL),
        ("view_log", tables::view_log::ALL),
        ("written", tables::written::ALL),
    ];
    modules
        .into_iter()
        .flat_map(|(module, all)| all.iter().map(move |statement| (module, *statement)))
        .collect()
}

/// The statements of the raw inbox, which on SQLite stands in a file of its own.
#[must_use]
pub fn inbox_statements() -> Vec<(&'static str, &'static Statement)> {
    crate::inbox::statements().map(|statement| ("inbox", *statement)).collect()
}
