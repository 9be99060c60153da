//! What stands in the log of a conversation: its messages and what happened between them, with the lines above what is new
//! for who looks.

use domain::access::Permission;
use domain::channels::SendKind;
use domain::messages::Direction;
use jiff::Timestamp;
use jiff::civil::Date;
use usecases::conversations::{ConversationView, LogLine, Message, MessagesPage, ReadMark};

use super::form::Draft;
use super::show::can_answer;
use crate::components::log_line::ShownLine;
use crate::components::message::{Deciding, NewLine, ShownMessage};
use crate::requests::Visit;
use crate::words::{Moments, Words};

/// What stands in the log.
pub(super) enum Logged {
    Message(Box<ShownMessage>),
    Line(ShownLine),
}

/// Messages and lines in the order in which they came.
pub(super) fn log(
    visit: &Visit,
    moments: &Moments,
    (found, lines): (&MessagesPage, &[LogLine]),
    draft: &Draft,
    view: &ConversationView,
) -> Vec<Logged> {
    let may_react = can_answer(visit, view)
        && view.capabilities.as_ref().is_some_and(|can| can.can_send(SendKind::Reaction));
    let deciding = Deciding {
        allowed: visit.may(Permission::ResolveUnknown),
        confirmation: draft.confirmation.clone(),
        reacting: may_react.then(|| visit.form_key()),
        quoting: can_answer(visit, view) && view.capabilities.as_ref().is_some_and(|can| can.reply_to),
        channel: visit.words.channel(&view.listed.channel),
        listing: visit.listing.clone(),
        taking_back: visit.may(Permission::Reply),
    };
    let mut news = draft.read_until.map(News::since);
    let mut day = Days::default();
    let mut lines = lines.iter().peekable();
    let mut shown = Vec::with_capacity(found.items.len() + lines.len());
    for seen in &found.items {
        while let Some(line) = lines.next_if(|line| line.at < seen.message.sent_at) {
            shown.push(Logged::Line(day.line(visit.words, moments, line)));
        }
        let mut message = ShownMessage::of(visit.words, moments, seen, &deciding);
        message.day = day.of(moments, seen.message.sent_at);
        message.new = news.as_mut().and_then(|news| news.line(visit.words, moments, &seen.message));
        if let Some(sought) = draft.finding.as_ref().and_then(|finding| finding.sought.as_ref()) {
            message.mark(sought);
            message.is_found =
                draft.finding.as_ref().and_then(|finding| finding.current) == Some(seen.message.id);
        }
        if let Some(quoted) = found.quoted.get(&seen.message.id) {
            message.quote(quoted, found.items.iter().any(|one| one.message.id == quoted.id));
        }
        shown.push(Logged::Message(Box::new(message)));
    }
    shown.extend(lines.map(|line| Logged::Line(day.line(visit.words, moments, line))));
    shown
}

/// The headings of days, each above what came first on it.
#[derive(Default)]
struct Days(Option<Date>);

impl Days {
    fn of(&mut self, moments: &Moments, at: Timestamp) -> Option<String> {
        let date = moments.date(at);
        (self.0.replace(date) != Some(date)).then(|| moments.day(at))
    }

    fn line(&mut self, w: Words, moments: &Moments, line: &LogLine) -> ShownLine {
        let mut shown = ShownLine::of(w, moments, line);
        shown.day = self.of(moments, line.at);
        shown
    }
}

/// The lines above what is new. A message that the platform delivered late stands where it belongs by its time, among what
/// was read: it has a line of its own.
struct News {
    read: ReadMark,
    /// The line "new since" stands already.
    is_begun: bool,
    /// The message before this one came late as well.
    was_late: bool,
    /// One of the lines has the place that links lead to.
    has_place: bool,
}

impl News {
    fn since(read: ReadMark) -> Self {
        Self { read, is_begun: false, was_late: false, has_place: false }
    }

    fn line(&mut self, w: Words, moments: &Moments, message: &Message) -> Option<NewLine> {
        let is_new = message.direction == Direction::In
            && message.arrival.is_some_and(|arrival| arrival > self.read.arrivals);
        let is_late = is_new && message.sent_at <= self.read.until;
        let words = if is_late && !self.was_late {
            Some(w.log_came_late().to_owned())
        } else if is_new && !is_late && !self.is_begun {
            self.is_begun = true;
            Some(w.log_new_since(&moments.moment(self.read.until).words))
        } else {
            None
        };
        self.was_late = is_late;
        let words = words?;
        Some(NewLine {
            words,
            is_first: !std::mem::replace(&mut self.has_place, true),
        })
    }
}
