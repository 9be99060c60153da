//! What the platform tells about the account, and what it tells that nobody needs to see.
//!
//! To show one more fact of a notice: add its field to [`SHOWN`]. How bad it is stands in `health`.

use domain::channels::{AccountNotice, Inbound};
use jiff::Timestamp;
use serde_json::Value;

use super::{health, wire};
use crate::{json, text};

/// Webhook fields that are counted and not shown. The README says why, for each.
const COUNTED: &[&str] = &["calls", "history", "smb_app_state_sync", "user_preferences"];

/// Facts of a notice that help an administrator. Only these: a notice can hold phone numbers and names as well.
const SHOWN: &[&str] = &[
    "alert_severity",
    "alert_status",
    "alert_type",
    "ban_state",
    "correct_category",
    "country",
    "current_limit",
    "decision",
    "effective_month",
    "event",
    "initiated_by",
    "max_daily_conversation_per_phone",
    "max_daily_conversations_per_business",
    "max_phone_numbers_per_business",
    "max_phone_numbers_per_waba",
    "message_template_language",
    "message_template_name",
    "new_category",
    "new_quality_score",
    "old_limit",
    "previous_category",
    "previous_quality_score",
    "pricing_category",
    "reason",
    "rejection_reason",
    "restriction_type",
    "solution_status",
    "status",
    "tier",
    "violation_type",
    "waba_ban_date",
    "waba_ban_state",
];

const FIELD_CHARACTERS: usize = 100;
const FACT_CHARACTERS: usize = 100;
const DETAIL_CHARACTERS: usize = 500;

/// Whether a change of this field is only counted, whatever it holds.
pub(super) fn is_only_counted(field: &str) -> bool {
    COUNTED.contains(&field)
}

/// A change without messages or reports in it. `at`: when the platform says that it happened.
pub(super) fn of_change(field: &str, value: &str, at: Timestamp) -> Inbound {
    let field = text::kind(Some(field), FIELD_CHARACTERS);
    if field == "messages" || is_only_counted(&field) {
        return Inbound::Nothing { kind: field };
    }
    let mut facts = Vec::new();
    let value: Value = json::read(value).unwrap_or_default();
    collect(&value, &mut facts);
    let detail = text::word(&facts.join(", "), DETAIL_CHARACTERS);
    let health = health::of(&field, &value, at, &detail);
    Inbound::Account(AccountNotice { kind: field, detail, health })
}

/// An error that concerns the account and no message in particular.
pub(super) fn of_error(fault: &wire::Fault, at: Timestamp) -> Inbound {
    let detail = described(fault).unwrap_or_else(|| "without a code or title".to_owned());
    let code = fault.code.text().and_then(|code| code.parse().ok());
    let health = Some(health::of_fault(code, at, &detail));
    Inbound::Account(AccountNotice { kind: "errors".to_owned(), detail, health })
}

/// A system message that is neither a message of the resident nor a change of identity.
pub(super) fn of_system(kind: Option<&str>, at: Timestamp) -> Inbound {
    let kind = format!("system/{}", text::kind(kind, FIELD_CHARACTERS));
    match kind.as_str() {
        // Somebody installed WhatsApp anew. The number and the person stay.
        "system/customer_identity_changed" | "system/user_identity_changed" => Inbound::Nothing { kind },
        _ => {
            let health = health::of(&kind, &Value::Null, at, "");
            Inbound::Account(AccountNotice { kind, detail: String::new(), health })
        }
    }
}

/// An error in one line: "131047 Re-engagement message: more than 24 hours have passed …".
pub(super) fn described(fault: &wire::Fault) -> Option<String> {
    let title = fault.title.text().or_else(|| fault.message.text());
    let named: Vec<&str> = fault.code.text().into_iter().chain(title).collect();
    let details = fault.error_data.details.text();
    let parts = [(!named.is_empty()).then(|| named.join(" ")), details.map(str::to_owned)];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(": ");
    (!line.is_empty()).then(|| text::word(&line, DETAIL_CHARACTERS))
}

fn collect(value: &Value, facts: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let shown = SHOWN.contains(&name.as_str());
                match value {
                    Value::String(fact) if shown => {
                        facts.push(format!("{name}={}", text::word(fact, FACT_CHARACTERS)));
                    }
                    Value::Number(fact) if shown => facts.push(format!("{name}={fact}")),
                    _ => collect(value, facts),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, facts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_shows_its_facts_and_never_a_number_or_a_name() {
        let value = r#"{"event":"ACCOUNT_RESTRICTION","requester":"31612345678","full_name":"Noor",
            "restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1641330498}]}"#;
        let Inbound::Account(notice) = of_change("account_update", value, Timestamp::UNIX_EPOCH) else {
            panic!("not a notice")
        };
        assert_eq!(notice.kind, "account_update");
        assert_eq!(
            notice.detail,
            "event=ACCOUNT_RESTRICTION, restriction_type=RESTRICTED_BIZ_INITIATED_MESSAGING"
        );
    }

    #[test]
    fn a_field_that_we_never_heard_of_is_shown_by_its_name() {
        let Inbound::Account(notice) = of_change("brand_new\n_field", "[1e999]", Timestamp::UNIX_EPOCH)
        else {
            panic!("not a notice")
        };
        assert_eq!((notice.kind.as_str(), notice.detail.as_str()), ("brand_new_field", ""));
    }
}
