//! Above every page: what is so wrong with a channel, or with the disk, that whoever works here must know (P14, B4).

use std::collections::BTreeSet;

use askama::Template;
use domain::channels::HealthTopic;
use usecases::accounts::Alarm;

use super::severity::Severity;
use crate::requests::DiskTrouble;
use crate::words::Words;

#[cfg(test)]
pub(crate) mod examples;

/// Lines that are shown; the page of the channels has the rest.
const LINES: usize = 5;

/// The alarms that a reader has not seen yet.
#[derive(Debug, Clone, Template)]
#[template(path = "components/banner/banner.html")]
pub(crate) struct Banner {
    w: Words,
    lines: Vec<Line>,
}

/// One channel account with what does not work.
#[derive(Debug, Clone)]
struct Line {
    severity: Severity,
    title: String,
    what: &'static str,
    consequence: Option<&'static str>,
    /// Where there is more about it: the name of the account and its page.
    more: Option<(String, String)>,
}

impl Banner {
    /// One line for each account and each way in which it fails; `None` when there is nothing to say.
    pub(crate) fn of(w: Words, disk: Option<DiskTrouble>, alarms: &[Alarm]) -> Option<Self> {
        let mut told = BTreeSet::new();
        let unseen = alarms.iter().filter(|alarm| !alarm.seen);
        let fresh = unseen.filter(|alarm| told.insert((alarm.channel_account.to_string(), way(alarm))));
        let disk = disk.map(|trouble| line_of_disk(w, trouble));
        let lines: Vec<Line> =
            disk.into_iter().chain(fresh.take(LINES).map(|alarm| line(w, alarm))).collect();
        (!lines.is_empty()).then_some(Self { w, lines })
    }
}

/// Whether sending fails, receiving, or something else. What the platform forbids is a way in which sending fails.
fn way(alarm: &Alarm) -> u8 {
    match alarm.event.topic {
        HealthTopic::Sending | HealthTopic::Ban | HealthTopic::Restriction => 0,
        HealthTopic::Intake | HealthTopic::Link => 1,
        _ => 2,
    }
}

fn line(w: Words, alarm: &Alarm) -> Line {
    let name = format!("{} ({})", w.channel(&alarm.channel), alarm.channel_account);
    let (title, consequence) = match way(alarm) {
        0 => (w.banner_sending(&name), Some(w.banner_sending_text())),
        1 => (w.banner_intake(&name), Some(w.banner_intake_text())),
        _ => (w.banner_other(&name), None),
    };
    Line {
        severity: Severity::of(w, alarm.event.severity),
        title,
        what: w.health(&alarm.channel, &alarm.event.word),
        consequence,
        more: Some((name, format!("/beheer/kanalen/{}", alarm.channel_account))),
    }
}

/// It concerns everybody and every channel, so it stands first and goes only when it is mended.
fn line_of_disk(w: Words, trouble: DiskTrouble) -> Line {
    let (title, what, consequence) = match trouble {
        DiskTrouble::Full => (w.banner_disk_full(), w.banner_disk_full_what(), w.banner_disk_full_text()),
        DiskTrouble::Failed => {
            (w.banner_disk_failed(), w.banner_disk_failed_what(), w.banner_disk_failed_text())
        }
    };
    Line {
        severity: Severity::of(w, domain::channels::Severity::Alarm),
        title: title.to_owned(),
        what,
        consequence: Some(consequence),
        more: None,
    }
}
