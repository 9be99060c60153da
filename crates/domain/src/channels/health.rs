//! How a channel account is doing: what its platform told about it, and what we found ourselves.
//!
//! Everything is an event with the moment at which it became so. Of one topic and subject the latest moment counts,
//! whatever the order in which the events came in. What a word means to a reader stands in the wording files of the
//! connector, or with the pages where the word is our own.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::messages::named;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// All is well, or well again.
    Good,
    /// Good to know.
    Info,
    /// Something will go wrong if nobody looks.
    Warning,
    /// Residents notice it now: a person has to act.
    Alarm,
}

named!(Severity { Good = "good", Info = "info", Warning = "warning", Alarm = "alarm" });

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthTopic {
    /// Whether messages leave. Ours.
    Sending,
    /// Whether the platform delivers. Ours.
    Intake,
    /// Whether what came in can be read. Ours.
    Unread,
    /// Whether it is known what became of what left. Ours.
    UnknownSends,
    /// Whether files of residents were fetched in time. Ours.
    Files,
    /// How residents rate the account, in the platform's eyes.
    Quality,
    /// The name that residents see.
    Name,
    /// How much may be sent.
    Limits,
    /// The state of a template.
    Template,
    /// How residents rate a template.
    TemplateQuality,
    /// The platform's check of the organisation.
    Review,
    /// Whether the account is banned.
    Ban,
    /// What the account may not do for now.
    Restriction,
    /// A rule that was broken.
    Violation,
    /// Pins and the like.
    Security,
    /// The tie between the account and us.
    Link,
    /// A fault that the platform reported by itself.
    Fault,
    /// An alert of the platform.
    Alert,
    /// Something that we have no topic for.
    Other,
}

named!(HealthTopic {
    Sending = "sending",
    Intake = "intake",
    Unread = "unread",
    UnknownSends = "unknown_sends",
    Files = "files",
    Quality = "quality",
    Name = "name",
    Limits = "limits",
    Template = "template",
    TemplateQuality = "template_quality",
    Review = "review",
    Ban = "ban",
    Restriction = "restriction",
    Violation = "violation",
    Security = "security",
    Link = "link",
    Fault = "fault",
    Alert = "alert",
    Other = "other",
});

/// The longest word, subject and detail, in characters.
pub const WORD_CHARACTERS: usize = 60;
/// The longest subject, in characters.
pub const SUBJECT_CHARACTERS: usize = 200;
/// The longest detail, in characters.
pub const DETAIL_CHARACTERS: usize = 500;

/// Something about an account became so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthEvent {
    /// What it is about.
    pub topic: HealthTopic,
    /// Which of several, such as the name of a template; empty for the account as a whole.
    pub subject: String,
    /// What became so: the connector's word, or ours for our own topics. At most [`WORD_CHARACTERS`].
    pub word: String,
    /// How much it matters.
    pub severity: Severity,
    /// When it became so; for a platform's notice by the platform's clock.
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// The platform's own facts in one line, without numbers or names of persons; may be empty.
    pub detail: String,
}

impl HealthEvent {
    /// Of two events of one topic and subject, the one that counts has the greater of these. Moments can be equal: the
    /// worse one counts then, and the word decides last, so that any order of arrival ends the same.
    #[must_use]
    pub fn rank(&self) -> (Timestamp, Severity, &str) {
        (self.at, self.severity, &self.word)
    }

    /// How much it matters at `now`: what has ended by itself is well again.
    #[must_use]
    pub fn severity_at(&self, now: Timestamp) -> Severity {
        match self.until {
            Some(until) if until <= now => Severity::Good,
            _ => self.severity,
        }
    }
}

/// How it stands with one topic and subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthState {
    /// The event that counts.
    pub event: HealthEvent,
    /// Since when it is so without a break.
    pub since: Timestamp,
    /// How much it matters now.
    pub severity: Severity,
}

/// How it stands at `now` with everything that the events are about; the worst first, then the newest.
///
/// `events`: in any order; of each topic and subject at least the latest.
#[must_use]
pub fn states(events: &[HealthEvent], now: Timestamp) -> Vec<HealthState> {
    let mut told: BTreeMap<(HealthTopic, &str), Vec<&HealthEvent>> = BTreeMap::new();
    for event in events {
        told.entry((event.topic, &event.subject)).or_default().push(event);
    }
    let mut states: Vec<HealthState> = told.into_values().filter_map(|events| state(events, now)).collect();
    states.sort_by(|a, b| {
        (b.severity, b.since, &a.event.subject).cmp(&(a.severity, a.since, &b.event.subject))
    });
    states
}

/// How it stands with one topic and subject, by its events.
fn state(mut events: Vec<&HealthEvent>, now: Timestamp) -> Option<HealthState> {
    events.sort_by(|a, b| b.rank().cmp(&a.rank()));
    let latest = (*events.first()?).clone();
    let same = events.iter().take_while(|event| event.word == latest.word);
    let since = same.last().map_or(latest.at, |event| event.at);
    Some(HealthState { severity: latest.severity_at(now), since, event: latest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or_default()
    }

    fn event(word: &str, severity: Severity, second: i64) -> HealthEvent {
        HealthEvent {
            topic: HealthTopic::Quality,
            subject: String::new(),
            word: word.to_owned(),
            severity,
            at: at(second),
            until: None,
            detail: String::new(),
        }
    }

    #[test]
    fn the_platforms_time_decides_and_not_the_order_of_arrival() {
        let mut events = vec![
            event("flagged", Severity::Warning, 10),
            event("unflagged", Severity::Good, 20),
            event("flagged", Severity::Warning, 30),
            event("flagged", Severity::Warning, 40),
        ];
        let expected = states(&events, at(50));
        assert_eq!(expected.len(), 1);
        assert_eq!((expected[0].since, expected[0].severity), (at(30), Severity::Warning));
        for _ in 0..events.len() {
            events.rotate_left(1);
            assert_eq!(states(&events, at(50)), expected);
        }
        events.reverse();
        assert_eq!(states(&events, at(50)), expected);
    }

    #[test]
    fn of_two_at_one_moment_the_worse_counts() {
        let events = [event("lost", Severity::Alarm, 10), event("won", Severity::Good, 10)];
        assert_eq!(states(&events, at(10))[0].event.word, "lost");
    }

    #[test]
    fn what_ends_by_itself_is_well_again_afterwards() {
        let limited = HealthEvent {
            until: Some(at(100)),
            ..event("limited", Severity::Alarm, 10)
        };
        assert_eq!(states(std::slice::from_ref(&limited), at(99))[0].severity, Severity::Alarm);
        assert_eq!(states(&[limited], at(100))[0].severity, Severity::Good);
    }

    #[test]
    fn the_worst_stands_first() {
        let template = HealthEvent {
            topic: HealthTopic::Template,
            subject: "afspraak".to_owned(),
            ..event("rejected", Severity::Warning, 90)
        };
        let shown = states(&[event("banned", Severity::Alarm, 10), template], at(100));
        let words: Vec<&str> = shown.iter().map(|state| state.event.word.as_str()).collect();
        assert_eq!(words, ["banned", "rejected"]);
    }
}
