//! One line between the messages: what happened in the conversation.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;
use domain::happenings::Happened;
use usecases::conversations::LogLine;

use crate::words::{Moment, Moments, Words};

/// A line, ready to be shown.
#[derive(Debug, Clone, Template)]
#[template(path = "components/log_line/log_line.html")]
pub(crate) struct ShownLine {
    /// The heading of its day, when it is the first of it.
    pub(crate) day: Option<String>,
    anchor: String,
    icon: &'static str,
    said: String,
    time: Moment,
}

impl ShownLine {
    /// What happened, in a sentence.
    pub(crate) fn of(w: Words, moments: &Moments, line: &LogLine) -> Self {
        let (icon, said) = sentence(w, line);
        Self {
            day: None,
            anchor: format!("g-{}", line.position),
            icon,
            said,
            time: moments.clock(line.at),
        }
    }
}

fn sentence(w: Words, line: &LogLine) -> (&'static str, String) {
    // A colleague who is no more in the town's list did it all the same.
    let who = line.user.map(|_| line.user_name.as_deref().unwrap_or(w.line_somebody()));
    let whom = line.whom_name.as_deref().unwrap_or(w.line_somebody());
    match (&line.happened, who) {
        (Happened::Assigned { assignee: Some(to), .. }, Some(who)) if line.user == Some(*to) => {
            ("hand-helping", w.line_taken(who))
        }
        (Happened::Assigned { assignee: Some(_), .. }, Some(who)) => {
            ("user-round-check", w.line_given(who, whom))
        }
        (Happened::Assigned { assignee: Some(_), .. }, None) => {
            ("user-round-check", w.line_given_by_nobody(whom))
        }
        (Happened::Assigned { .. }, Some(who)) => ("undo-2", w.line_given_back(who)),
        (Happened::Assigned { .. }, None) => ("undo-2", w.line_given_back_by_nobody().to_owned()),
        (Happened::ConversationClosed { outcome, .. }, Some(who)) => {
            ("check", w.line_closed(who, w.outcome(*outcome)))
        }
        (Happened::ConversationClosed { outcome, .. }, None) => {
            ("check", w.line_closed_by_nobody(w.outcome(*outcome)))
        }
        (Happened::ConversationReopened { .. }, Some(who)) => ("undo-2", w.line_reopened(who)),
        (Happened::ConversationReopened { .. }, None) => ("undo-2", w.line_reopened_by_message().to_owned()),
        (Happened::ConversationsJoined { .. }, _) => ("messages-square", w.line_joined().to_owned()),
        (Happened::IdentityChanged { .. }, _) => ("contact", w.line_identity().to_owned()),
        _ => ("info", w.line_other().to_owned()),
    }
}
