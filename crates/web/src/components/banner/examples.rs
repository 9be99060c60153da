//! Alarms as they stand above a page.

use domain::channels::{HealthEvent, HealthTopic, Severity};
use jiff::Timestamp;
use usecases::accounts::Alarm;

use super::Banner;
use crate::requests::DiskTrouble;
use crate::words::Words;

fn alarm(topic: HealthTopic, word: &str) -> Alarm {
    Alarm {
        channel_account: "wa-main".parse().expect("a short name"),
        channel: "whatsapp".to_owned(),
        team: "webcare".parse().expect("a short name"),
        event: HealthEvent {
            topic,
            subject: String::new(),
            word: word.to_owned(),
            severity: Severity::Alarm,
            at: Timestamp::UNIX_EPOCH,
            until: None,
            detail: String::new(),
        },
        since: Timestamp::UNIX_EPOCH,
        seen: false,
    }
}

pub(crate) fn all(w: Words) -> Vec<Banner> {
    let alarms = [
        alarm(HealthTopic::Sending, "token"),
        alarm(HealthTopic::Intake, "silent"),
        alarm(HealthTopic::Review, "review-refused"),
    ];
    let troubles = [Some(DiskTrouble::Full), Some(DiskTrouble::Failed), None];
    troubles.into_iter().filter_map(|disk| Banner::of(w, disk, &alarms)).collect()
}
