//! Notices as they occur.

use super::Notice;
use crate::words::Words;

pub(crate) fn all(w: Words) -> Vec<Notice> {
    vec![
        Notice::done(w.done_reply()),
        Notice::refused(w.reply_failed_title(), w.conflict_reply()).at("#antwoord-tekst", w.reply_label()),
        Notice::refused(w.login_failed_title(), w.login_wait(12)),
    ]
}
