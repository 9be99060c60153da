//! Moments as people say them, in the municipality's time zone.

use domain::time::seconds_between;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::{Language, Words};

/// A moment that is ready for a page: for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// For `<time datetime>`: UTC, RFC 3339.
    pub(crate) machine: String,
    /// In words: "vandaag 14.32".
    pub(crate) words: String,
}

/// Says moments in words, as seen at one moment in one time zone.
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    words: Words,
    zone: TimeZone,
    now: Timestamp,
}

impl Moments {
    /// For a municipality with this IANA time zone; one that is not known counts as Amsterdam's.
    pub(crate) fn new(words: Words, time_zone: &str, now: Timestamp) -> Self {
        let zone = TimeZone::get(time_zone)
            .or_else(|_| TimeZone::get("Europe/Amsterdam"))
            .unwrap_or(TimeZone::UTC);
        Self { words, zone, now }
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// Days from today to the day of `at`; negative in the past.
    fn days_away(&self, at: &Zoned) -> i32 {
        let today = self.local(self.now).date();
        today.until(at.date()).map_or(i32::MAX, |span| span.get_days())
    }

    fn time(&self, at: &Zoned) -> String {
        let mark = match self.words.language {
            Language::Nl => '.',
            Language::En => ':',
        };
        format!("{}{mark}{:02}", at.hour(), at.minute())
    }

    fn month(&self, date: Date) -> &'static str {
        let w = self.words;
        match date.month() {
            1 => w.month_1(),
            2 => w.month_2(),
            3 => w.month_3(),
            4 => w.month_4(),
            5 => w.month_5(),
            6 => w.month_6(),
            7 => w.month_7(),
            8 => w.month_8(),
            9 => w.month_9(),
            10 => w.month_10(),
            11 => w.month_11(),
            _ => w.month_12(),
        }
    }

    fn weekday(&self, date: Date) -> &'static str {
        let w = self.words;
        match date.weekday().to_monday_one_offset() {
            1 => w.weekday_1(),
            2 => w.weekday_2(),
            3 => w.weekday_3(),
            4 => w.weekday_4(),
            5 => w.weekday_5(),
            6 => w.weekday_6(),
            _ => w.weekday_7(),
        }
    }

    /// "vandaag 14.32", "gisteren 9.05", "12 november 14.32".
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        let local = self.local(at);
        let (w, time, day) = (self.words, self.time(&local), local.day().to_string());
        let words = match self.days_away(&local) {
            0 => w.moment_today(&time),
            -1 => w.moment_yesterday(&time),
            1 => w.moment_tomorrow(&time),
            _ if local.year() == self.local(self.now).year() => {
                w.moment_day(&day, self.month(local.date()), &time)
            }
            _ => w.moment_day_year(&day, self.month(local.date()), &time, &local.year().to_string()),
        };
        Moment { machine: machine(at), words }
    }

    /// "14.32" of today, "12 nov" of this year, "12 nov 2025" of another.
    pub(crate) fn short(&self, at: Timestamp) -> String {
        let local = self.local(at);
        if self.days_away(&local) == 0 {
            return self.time(&local);
        }
        let month: String = self.month(local.date()).chars().take(3).collect();
        let year = if local.year() == self.local(self.now).year() {
            String::new()
        } else {
            format!(" {}", local.year())
        };
        format!("{} {month}{year}", local.day())
    }

    /// "14.32", beside a day that is named already.
    pub(crate) fn clock(&self, at: Timestamp) -> Moment {
        Moment { machine: machine(at), words: self.time(&self.local(at)) }
    }

    /// The end of a span: "14.32 uur", "morgen 9.05 uur".
    pub(crate) fn until(&self, at: Timestamp) -> String {
        let local = self.local(at);
        let (w, time) = (self.words, self.time(&local));
        match self.days_away(&local) {
            0 => w.until_today(&time),
            1 => w.until_tomorrow(&time),
            _ => w.until_day(&local.day().to_string(), self.month(local.date()), &time),
        }
    }

    /// The same for a reader whose today nobody knows: "9 maart 14.32 uur".
    pub(crate) fn on_the_day(&self, at: Timestamp) -> String {
        let local = self.local(at);
        let time = self.time(&local);
        self.words.until_day(&local.day().to_string(), self.month(local.date()), &time)
    }

    /// The day of `at`, to tell days apart.
    pub(crate) fn date(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// "Vandaag", "Gisteren", "Dinsdag 12 november".
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let local = self.local(at);
        let (w, date, day) = (self.words, local.date(), local.day().to_string());
        match self.days_away(&local) {
            0 => w.day_today().to_owned(),
            -1 => w.day_yesterday().to_owned(),
            _ if local.year() == self.local(self.now).year() => {
                w.day_named(&day, self.month(date), self.weekday(date))
            }
            _ => w.day_named_year(&day, self.month(date), self.weekday(date), &local.year().to_string()),
        }
    }

    /// How long somebody waits: "wacht 2 u 10".
    pub(crate) fn waits(&self, since: Timestamp) -> String {
        let (w, minutes) = (self.words, seconds_between(since, self.now).max(0) / 60);
        match (minutes / 60, minutes % 60) {
            (0, 0) => w.waits_under_minute().to_owned(),
            (0, minutes) => w.waits_minutes(&minutes.to_string()),
            (hours @ 24.., _) => w.waits_days(hours / 24),
            (hours, 0) => w.waits_hours(&hours.to_string()),
            (hours, minutes) => w.waits_hours_minutes(&hours.to_string(), &format!("{minutes:02}")),
        }
    }
}

fn machine(at: Timestamp) -> String {
    at.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn dutch(now: &str) -> Moments {
        Moments::new(Words::of(Language::Nl), "Europe/Amsterdam", at(now))
    }

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let moments = dutch("2026-11-22T13:40:00Z");
        let check = |moment: &str, expected: &str| assert_eq!(moments.moment(at(moment)).words, expected);
        check("2026-11-22T13:32:00Z", "vandaag 14.32");
        check("2026-11-21T08:05:00Z", "gisteren 9.05");
        check("2026-11-21T23:30:00Z", "vandaag 0.30");
        check("2026-11-12T13:32:00Z", "12 november 14.32");
        check("2025-11-12T13:32:00Z", "12 november 2025 14.32");
        assert_eq!(moments.moment(at("2026-11-22T13:32:00Z")).machine, "2026-11-22T13:32:00Z");
    }

    #[test]
    fn a_wait_is_said_in_minutes_hours_and_days() {
        let moments = dutch("2026-11-22T13:40:00Z");
        let check = |since: &str, expected: &str| assert_eq!(moments.waits(at(since)), expected);
        check("2026-11-22T13:39:30Z", "wacht nog geen minuut");
        check("2026-11-22T13:02:00Z", "wacht 38 min");
        check("2026-11-22T11:30:00Z", "wacht 2 u 10");
        check("2026-11-22T11:35:00Z", "wacht 2 u 05");
        check("2026-11-22T11:40:00Z", "wacht 2 u");
        check("2026-11-21T13:40:00Z", "wacht 1 dag");
        check("2026-11-18T13:40:00Z", "wacht 4 dagen");
        check("2026-11-22T14:00:00Z", "wacht nog geen minuut");
    }

    #[test]
    fn a_window_says_until_when_and_a_day_has_its_name() {
        let moments = dutch("2026-11-22T13:40:00Z");
        assert_eq!(moments.until(at("2026-11-22T15:00:00Z")), "16.00 uur");
        assert_eq!(moments.until(at("2026-11-23T09:38:00Z")), "morgen 10.38 uur");
        assert_eq!(moments.until(at("2026-11-25T09:38:00Z")), "25 november 10.38 uur");
        assert_eq!(moments.day(at("2026-11-22T09:00:00Z")), "Vandaag");
        assert_eq!(moments.day(at("2026-11-17T09:00:00Z")), "Dinsdag 17 november");
        assert_eq!(moments.day(at("2025-11-17T09:00:00Z")), "Maandag 17 november 2025");
    }

    #[test]
    fn english_has_its_own_clock() {
        let moments = Moments::new(Words::of(Language::En), "Europe/Amsterdam", at("2026-11-22T13:40:00Z"));
        assert_eq!(moments.moment(at("2026-11-22T13:32:00Z")).words, "today 14:32");
        assert_eq!(moments.until(at("2026-11-23T09:38:00Z")), "tomorrow 10:38");
    }
}
