//! What the platform's notices say about the health of an account, in our words: what, how bad, since when, until when.
//!
//! The moment is the platform's own, so that the order of arrival does not matter. To add a notice: an arm in [`of`],
//! its word in [`WORDS`], and its two texts in `words/` (what it is, and what to do).
//!
//! Sources: developers.facebook.com/documentation/business-messaging/whatsapp (webhooks: account_update, account_alerts,
//! account_review_update, business_capability_update, message_template_*, phone_number_*, security), read 2026-10-11.

use domain::channels::{HealthEvent, HealthTopic, SUBJECT_CHARACTERS, Severity};
use domain::time::plus_seconds;
use jiff::Timestamp;
use serde_json::Value;

use super::errors;
use crate::text;

/// Every word for the health of an account; each has its texts in `words/`.
pub(super) const WORDS: &[&str] = &[
    "account-deleted",
    "alert",
    "alert-over",
    "answers",
    "app-removed",
    "ban-announced",
    "banned",
    "capability",
    "country",
    "disconnected",
    "expires-soon",
    "fault",
    "limit-lowered",
    "limit-raised",
    "locked",
    "name",
    "name-approved",
    "name-refused",
    "name-waits",
    "news",
    "no-answer",
    "not-subscribed",
    "other-address",
    "partner-added",
    "partner-removed",
    "payment",
    "permission",
    "pin-changed",
    "pin-reset-asked",
    "pin-reset-done",
    "policy",
    "quality-flagged",
    "quality-new",
    "quality-well",
    "rate",
    "reconnected",
    "refuses",
    "registration",
    "reinstated",
    "restricted",
    "restricted-answers",
    "review-approved",
    "review-refused",
    "review-waits",
    "scope-missing",
    "spam",
    "subscribed",
    "template-approved",
    "template-category",
    "template-changed",
    "template-disabled",
    "template-green",
    "template-paused",
    "template-red",
    "template-refused",
    "template-removed",
    "template-unrated",
    "template-waits",
    "template-yellow",
    "token",
    "token-valid",
    "unrestricted",
    "violation",
    "waba-missing",
];

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// What is known of a notice before anybody judges it.
struct Notice<'n> {
    value: &'n Value,
    at: Timestamp,
    detail: &'n str,
}

/// What a change of `field` says about the account; `None` where it says nothing that anybody has to see.
pub(super) fn of(field: &str, value: &Value, at: Timestamp, detail: &str) -> Option<HealthEvent> {
    let notice = Notice { value, at, detail };
    Some(match field {
        "account_update" => notice.account_update(),
        "account_alerts" => notice.alert(),
        "account_review_update" => notice.review(),
        "business_capability_update" => notice.event(HealthTopic::Limits, "capability", Severity::Info),
        "message_template_status_update" if notice.said("new_quality_score").is_none() => notice.template(),
        // One documented example sends a quality under the name of a status.
        "message_template_quality_update" | "message_template_status_update" => notice.template_quality(),
        "message_template_components_update" => notice.about_template("template-changed", Severity::Info),
        "template_category_update" => notice.about_template("template-category", Severity::Warning),
        "phone_number_name_update" => notice.name(),
        "phone_number_quality_update" => notice.quality(),
        "security" => notice.security(),
        other => notice.event(HealthTopic::Other, "news", Severity::Info).about(other),
    })
}

/// What an error says that the platform reports by itself, about no message in particular.
pub(super) fn of_fault(code: Option<i64>, at: Timestamp, detail: &str) -> HealthEvent {
    let (word, severity) = match code.and_then(errors::trouble) {
        Some(word) => (word, Severity::Warning),
        None => ("fault", Severity::Info),
    };
    let value = Value::Null;
    let notice = Notice { value: &value, at, detail };
    // Nothing ever tells that a fault is over.
    notice.event(HealthTopic::Fault, word, severity).for_seconds(HOUR)
}

impl Notice<'_> {
    fn said(&self, name: &str) -> Option<&str> {
        self.value.get(name).and_then(Value::as_str)
    }

    fn event(&self, topic: HealthTopic, word: &str, severity: Severity) -> HealthEvent {
        HealthEvent {
            topic,
            subject: String::new(),
            word: word.to_owned(),
            severity,
            at: self.at,
            until: None,
            detail: self.detail.to_owned(),
        }
    }

    fn account_update(&self) -> HealthEvent {
        use HealthTopic::{Ban, Link, Other, Violation};
        match self.said("event").unwrap_or_default() {
            "DISABLED_UPDATE" => self.ban(),
            "ACCOUNT_RESTRICTION" => self.restriction(),
            "ACCOUNT_VIOLATION" => {
                self.event(Violation, "violation", Severity::Warning).for_seconds(30 * DAY)
            }
            "ACCOUNT_DELETED" => self.event(Ban, "account-deleted", Severity::Alarm),
            "ACCOUNT_OFFBOARDED" => self.event(Link, "disconnected", Severity::Alarm),
            "ACCOUNT_RECONNECTED" => self.event(Link, "reconnected", Severity::Good),
            "PARTNER_REMOVED" => self.event(Link, "partner-removed", Severity::Warning),
            "PARTNER_APP_UNINSTALLED" => self.event(Link, "app-removed", Severity::Warning),
            "PARTNER_ADDED" | "PARTNER_APP_INSTALLED" => self.event(Link, "partner-added", Severity::Good),
            other => self.event(Other, "news", Severity::Info).about(other),
        }
    }

    fn ban(&self) -> HealthEvent {
        let ban = self.value.get("ban_info").unwrap_or(&Value::Null);
        let state = ban.get("waba_ban_state").or_else(|| ban.get("ban_state")).and_then(Value::as_str);
        let (word, severity) = match state.unwrap_or_default() {
            "REINSTATE" => ("reinstated", Severity::Good),
            "SCHEDULE_FOR_DISABLE" => ("ban-announced", Severity::Alarm),
            // A word that we do not know is not taken for good news.
            _ => ("banned", Severity::Alarm),
        };
        self.event(HealthTopic::Ban, word, severity)
    }

    /// A notice of restrictions names all there are; none lifts them.
    fn restriction(&self) -> HealthEvent {
        let list = self.value.get("restriction_info").and_then(Value::as_array);
        let all = list.map(Vec::as_slice).unwrap_or_default();
        if all.is_empty() {
            return self.event(HealthTopic::Restriction, "unrestricted", Severity::Good);
        }
        let is_answering = |one: &Value| {
            one.get("restriction_type").and_then(Value::as_str)
                == Some("RESTRICTED_CUSTOMER_INITIATED_MESSAGING")
        };
        let (word, severity) = match all.iter().any(is_answering) {
            true => ("restricted-answers", Severity::Alarm),
            false => ("restricted", Severity::Warning),
        };
        let expiry = |one: &Value| Timestamp::from_second(one.get("expiration")?.as_i64()?).ok();
        // Ended when the last has; where one names no end, a notice must lift it.
        let until =
            all.iter().map(expiry).collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max());
        HealthEvent {
            // The platform's own example ends in the second in which it begins: that is no end.
            until: until.filter(|until| *until > self.at),
            ..self.event(HealthTopic::Restriction, word, severity)
        }
    }

    fn alert(&self) -> HealthEvent {
        // The platform nests it in one version and does not in another.
        let alert = self.value.get("alert_info").unwrap_or(self.value);
        let said = |name: &str| alert.get(name).and_then(Value::as_str);
        let severity = match said("alert_severity").unwrap_or_default() {
            "CRITICAL" => Severity::Alarm,
            "WARNING" => Severity::Warning,
            _ => Severity::Info,
        };
        let event = match said("alert_status") {
            Some("NONE") => self.event(HealthTopic::Alert, "alert-over", Severity::Good),
            _ => self.event(HealthTopic::Alert, "alert", severity),
        };
        event.about(said("alert_type").unwrap_or_default())
    }

    fn review(&self) -> HealthEvent {
        let (word, severity) = match self.said("decision").unwrap_or_default() {
            "APPROVED" => ("review-approved", Severity::Good),
            "REJECTED" => ("review-refused", Severity::Alarm),
            _ => ("review-waits", Severity::Info),
        };
        self.event(HealthTopic::Review, word, severity)
    }

    fn template(&self) -> HealthEvent {
        let (word, severity) = match self.said("event").unwrap_or_default() {
            "APPROVED" | "REINSTATED" => ("template-approved", Severity::Good),
            "REJECTED" => ("template-refused", Severity::Warning),
            "PAUSED" | "FLAGGED" | "LOCKED" => ("template-paused", Severity::Warning),
            "DISABLED" => ("template-disabled", Severity::Warning),
            "DELETED" | "PENDING_DELETION" | "ARCHIVED" => ("template-removed", Severity::Info),
            _ => ("template-waits", Severity::Info),
        };
        self.about_template(word, severity)
    }

    fn template_quality(&self) -> HealthEvent {
        let (word, severity) = match self.said("new_quality_score").unwrap_or_default() {
            "GREEN" => ("template-green", Severity::Good),
            "YELLOW" => ("template-yellow", Severity::Warning),
            "RED" => ("template-red", Severity::Warning),
            _ => ("template-unrated", Severity::Info),
        };
        let event = self.about_template(word, severity);
        HealthEvent { topic: HealthTopic::TemplateQuality, ..event }
    }

    fn about_template(&self, word: &str, severity: Severity) -> HealthEvent {
        let named = [self.said("message_template_name"), self.said("message_template_language")];
        let subject = named.into_iter().flatten().collect::<Vec<_>>().join(" / ");
        let event = self.event(HealthTopic::Template, word, severity).about(&subject);
        match word {
            // These two are told beside the state of a template and do not replace it.
            "template-changed" | "template-category" => {
                let other = HealthEvent { topic: HealthTopic::Other, ..event };
                other.for_seconds(14 * DAY)
            }
            _ => event,
        }
    }

    fn name(&self) -> HealthEvent {
        let (word, severity) = match self.said("decision").unwrap_or_default() {
            "APPROVED" => ("name-approved", Severity::Good),
            "REJECTED" => ("name-refused", Severity::Warning),
            _ => ("name-waits", Severity::Info),
        };
        self.event(HealthTopic::Name, word, severity)
    }

    /// One field tells of two things: how residents rate the number, and how much it may send.
    fn quality(&self) -> HealthEvent {
        use HealthTopic::{Limits, Quality};
        match self.said("event").unwrap_or_default() {
            "FLAGGED" => self.event(Quality, "quality-flagged", Severity::Warning),
            "UNFLAGGED" => self.event(Quality, "quality-well", Severity::Good),
            "DOWNGRADE" => self.event(Limits, "limit-lowered", Severity::Warning),
            "UPGRADE" | "THROUGHPUT_UPGRADE" => self.event(Limits, "limit-raised", Severity::Good),
            _ => self.event(Quality, "quality-new", Severity::Info),
        }
    }

    fn security(&self) -> HealthEvent {
        let (word, severity) = match self.said("event").unwrap_or_default() {
            "PIN_CHANGED" => ("pin-changed", Severity::Warning),
            "PIN_RESET_SUCCESS" => ("pin-reset-done", Severity::Warning),
            _ => ("pin-reset-asked", Severity::Warning),
        };
        self.event(HealthTopic::Security, word, severity).for_seconds(7 * DAY)
    }
}

/// Small changes to an event that read in the order in which they are said.
trait Qualified {
    fn about(self, subject: &str) -> Self;
    fn for_seconds(self, seconds: i64) -> Self;
}

impl Qualified for HealthEvent {
    fn about(self, subject: &str) -> Self {
        Self { subject: text::word(subject, SUBJECT_CHARACTERS), ..self }
    }

    fn for_seconds(self, seconds: i64) -> Self {
        Self { until: Some(plus_seconds(self.at, seconds)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap_or_default()
    }

    fn shown(field: &str, value: &Value) -> String {
        match of(field, value, at(), "") {
            Some(event) => format!("{} {} {} {}", event.topic, event.subject, event.word, event.severity),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn each_notice_says_what_it_is_and_how_bad() {
        let check = |field: &str, value: Value, expected: &str| assert_eq!(shown(field, &value), expected);
        let update = |value: Value, expected: &str| assert_eq!(shown("account_update", &value), expected);
        use serde_json::json;
        update(
            json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}),
            "ban  banned alarm",
        );
        update(
            json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}),
            "ban  reinstated good",
        );
        update(json!({"event": "DISABLED_UPDATE"}), "ban  banned alarm");
        update(json!({"event": "ACCOUNT_DELETED"}), "ban  account-deleted alarm");
        update(json!({"event": "ACCOUNT_OFFBOARDED"}), "link  disconnected alarm");
        update(json!({"event": "ACCOUNT_RECONNECTED"}), "link  reconnected good");
        update(json!({"event": "AD_ACCOUNT_LINKED"}), "other AD_ACCOUNT_LINKED news info");
        check("account_review_update", json!({"decision": "REJECTED"}), "review  review-refused alarm");
        check(
            "phone_number_quality_update",
            json!({"event": "FLAGGED"}),
            "quality  quality-flagged warning",
        );
        check(
            "phone_number_quality_update",
            json!({"event": "DOWNGRADE"}),
            "limits  limit-lowered warning",
        );
        check("phone_number_name_update", json!({"decision": "DEFERRED"}), "name  name-waits info");
        check("security", json!({"event": "PIN_CHANGED"}), "security  pin-changed warning");
        let template = json!({"event": "PAUSED", "message_template_name": "afspraak", "message_template_language": "nl"});
        check(
            "message_template_status_update",
            template,
            "template afspraak / nl template-paused warning",
        );
        let quality = json!({"new_quality_score": "RED", "message_template_name": "afspraak"});
        check(
            "message_template_status_update",
            quality,
            "template_quality afspraak template-red warning",
        );
        let alert = json!({"alert_info": {"alert_severity": "CRITICAL", "alert_type": "X", "alert_status": "ACTIVE"}});
        check("account_alerts", alert, "alert X alert alarm");
        let over = json!({"alert_severity": "CRITICAL", "alert_type": "X", "alert_status": "NONE"});
        check("account_alerts", over, "alert X alert-over good");
        check("tomorrows_field", json!({}), "other tomorrows_field news info");
        check("security", json!([1, {"event": 7}]), "security  pin-reset-asked warning");
    }

    #[test]
    fn a_restriction_ends_when_the_last_has_ended_and_an_empty_list_lifts_all() {
        let told = |list: Value| {
            let value = serde_json::json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": list});
            of("account_update", &value, at(), "").map(|event| (event.word, event.until))
        };
        let kind = "RESTRICTED_BIZ_INITIATED_MESSAGING";
        let one = |end: i64| serde_json::json!({"restriction_type": kind, "expiration": end});
        let ends = Timestamp::from_second(1_800_000_900).ok();
        assert_eq!(
            told(serde_json::json!([one(1_800_000_900), one(1_800_000_100)])),
            Some(("restricted".to_owned(), ends))
        );
        let unending = serde_json::json!({"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"});
        assert_eq!(
            told(serde_json::json!([one(1_800_000_900), unending])),
            Some(("restricted-answers".to_owned(), None))
        );
        assert_eq!(told(serde_json::json!([])), Some(("unrestricted".to_owned(), None)));
    }

    #[test]
    fn a_fault_is_named_by_its_code_and_passes_by_itself() {
        let payment = of_fault(Some(131_042), at(), "");
        assert_eq!((payment.word.as_str(), payment.severity), ("payment", Severity::Warning));
        let unknown = of_fault(None, at(), "");
        assert_eq!((unknown.word.as_str(), unknown.severity), ("fault", Severity::Info));
        assert_eq!(unknown.until, Some(plus_seconds(at(), 3600)));
    }

    #[test]
    fn the_words_stand_in_order_and_once() {
        assert!(WORDS.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(WORDS.iter().all(|word| word.len() <= domain::channels::WORD_CHARACTERS));
    }
}
