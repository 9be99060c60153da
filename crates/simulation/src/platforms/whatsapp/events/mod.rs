//! What Meta tells about a number or account of its own accord: quality, name, ban, limits, security, and what was
//! said on the business's own phone. Ordered over the control endpoint; what an event changes, the API shows.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Problem, Shared};
use super::ids::{self, Way};
use super::number::Number;
use super::wire::{self, Incoming};
use super::{account, inbound, no_number, post, post_of_account};

/// An event of a number or of its account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Event {
    /// `phone_number_quality_update`.
    Quality {
        /// `FLAGGED`, `UNFLAGGED`, `UPGRADE`, `DOWNGRADE`, `ONBOARDING` or `THROUGHPUT_UPGRADE`.
        event: String,
        /// The messaging limit from now on, `TIER_250` to `TIER_UNLIMITED`.
        current_limit: String,
        /// `GREEN`, `YELLOW` or `RED`; unchanged without it.
        #[serde(default)]
        rating: Option<String>,
    },
    /// `phone_number_name_update`.
    Name {
        /// `APPROVED`, `REJECTED` or `DEFERRED`.
        decision: String,
        /// The name that was asked for; shown from now on when it is approved.
        requested_name: String,
        /// Why not.
        #[serde(default)]
        reason: Option<String>,
    },
    /// `account_update` with a ban: `SCHEDULE_FOR_DISABLE`, `DISABLE` (sends are refused with 131031) or `REINSTATE`.
    Ban {
        /// Which.
        state: String,
    },
    /// `account_update` with restrictions, for example `RESTRICTED_BIZ_INITIATED_MESSAGING`; while residents may not
    /// be answered (`RESTRICTED_CUSTOMER_INITIATED_MESSAGING`), sends are refused with 368.
    Restriction {
        /// Which; none lifts them.
        kinds: Vec<String>,
    },
    /// `account_update` with a violation of policy.
    Violation {
        /// For example `SPAM`.
        kind: String,
    },
    /// `account_review_update`.
    Review {
        /// `APPROVED`, `REJECTED`, `PENDING` or `DEFERRED`.
        decision: String,
    },
    /// `business_capability_update`.
    Capability {
        /// Unique people a day that the business may begin with.
        max_daily_conversations: u32,
        /// Numbers the account may have.
        max_numbers: u32,
    },
    /// `security`.
    Security {
        /// `PIN_CHANGED`, `PIN_RESET_REQUEST` or `PIN_RESET_SUCCESS`.
        event: String,
    },
    /// `account_alerts`.
    Alert {
        /// For example `INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO`.
        kind: String,
        /// `INFORMATIONAL`, `WARNING` or `CRITICAL`.
        severity: String,
    },
    /// `smb_message_echoes`: somebody answered on the business's own phone.
    Echo {
        /// The resident's number.
        to: String,
        /// What was said.
        text: String,
    },
    /// An error that belongs to no message: `errors` beside `messages`.
    Error {
        /// Its code.
        code: u32,
    },
}

/// Changes what the event changes, and tells it.
pub(super) fn happen(shared: &Arc<Shared>, number_id: &str, event: &Event) -> Result<(), Problem> {
    if let Event::Echo { to, text } = event {
        return echo(shared, number_id, to, text);
    }
    let (waba_id, display) = shared.change(|state| {
        let number = state.whatsapp.numbers.get_mut(number_id).ok_or_else(|| no_number(number_id))?;
        change_number(number, event);
        let (waba_id, display) = (number.settings.waba_id.clone(), number.display_digits());
        change_account(state.whatsapp.accounts.entry(waba_id.clone()).or_default(), event);
        Ok::<_, Problem>((waba_id, display))
    })?;
    if let Event::Error { code } = event {
        let settings = shared.read(|state| Some(state.whatsapp.numbers.get(number_id)?.settings.clone()));
        let settings = settings.ok_or_else(|| no_number(number_id))?;
        post(shared, number_id, wire::errors_body(&settings, *code));
        return Ok(());
    }
    let (field, value) = told(event, &display, &waba_id);
    let body = wire::event_body(&waba_id, field, value, shared.clock.now().as_second());
    // A number has a callback of its own here; what concerns the account as a whole goes to its first number.
    match event {
        Event::Quality { .. } | Event::Name { .. } | Event::Security { .. } => {
            drop(post(shared, number_id, body));
        }
        _ => post_of_account(shared, &waba_id, body),
    }
    Ok(())
}

fn change_number(number: &mut Number, event: &Event) {
    let standing = &mut number.standing;
    match event {
        Event::Quality { event, current_limit, rating } => {
            current_limit.clone_into(&mut standing.messaging_limit);
            if let Some(rating) = rating {
                rating.clone_into(&mut standing.quality);
            }
            match event.as_str() {
                "FLAGGED" => "FLAGGED".clone_into(&mut standing.status),
                "UNFLAGGED" => "CONNECTED".clone_into(&mut standing.status),
                "THROUGHPUT_UPGRADE" => {
                    "HIGH".clone_into(&mut standing.throughput);
                    number.settings.messages_per_second = 1000;
                }
                _ => {}
            }
        }
        Event::Name { decision, requested_name, .. } => {
            decision.clone_into(&mut standing.name_status);
            if decision == "APPROVED" {
                requested_name.clone_into(&mut number.settings.verified_name);
            }
        }
        _ => {}
    }
}

fn change_account(account: &mut account::BusinessAccount, event: &Event) {
    match event {
        Event::Ban { state } => account.locked_with = (state == "DISABLE").then_some(131_031),
        Event::Restriction { kinds } => {
            let silent = kinds.iter().any(|kind| kind == "RESTRICTED_CUSTOMER_INITIATED_MESSAGING");
            account.locked_with = silent.then_some(368);
        }
        _ => {}
    }
}

fn told(event: &Event, display: &str, waba_id: &str) -> (&'static str, Value) {
    match event {
        Event::Quality { event, current_limit, .. } => {
            let value =
                json!({"display_phone_number": display, "event": event, "current_limit": current_limit});
            ("phone_number_quality_update", value)
        }
        Event::Name { decision, requested_name, reason } => {
            let value = json!({"display_phone_number": display, "decision": decision,
                "requested_verified_name": requested_name, "rejection_reason": reason});
            ("phone_number_name_update", value)
        }
        Event::Ban { state } => {
            let ban = json!({"waba_ban_state": state, "waba_ban_date": "November 22, 2026"});
            ("account_update", json!({"event": "DISABLED_UPDATE", "ban_info": ban}))
        }
        Event::Restriction { kinds } => {
            let restrictions: Vec<Value> =
                kinds.iter().map(|kind| json!({"restriction_type": kind})).collect();
            (
                "account_update",
                json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": restrictions}),
            )
        }
        Event::Violation { kind } => {
            let violation = json!({"violation_type": kind});
            ("account_update", json!({"event": "ACCOUNT_VIOLATION", "violation_info": violation}))
        }
        Event::Review { decision } => ("account_review_update", json!({"decision": decision})),
        Event::Capability { max_daily_conversations, max_numbers } => {
            let value = json!({"max_daily_conversations_per_business": max_daily_conversations,
                "max_phone_numbers_per_waba": max_numbers});
            ("business_capability_update", value)
        }
        Event::Security { event } => (
            "security",
            json!({"display_phone_number": display, "event": event, "requester": "61555822107539"}),
        ),
        Event::Alert { kind, severity } => {
            let value = json!({"entity_type": "WABA", "entity_id": waba_id, "alert_info": {"alert_severity": severity,
                "alert_status": "ACTIVE", "alert_type": kind, "alert_description": kind}});
            ("account_alerts", value)
        }
        // Handled by themselves: they are told in the way of messages.
        Event::Echo { .. } | Event::Error { .. } => ("messages", Value::Null),
    }
}

/// A message that left by the phone in somebody's hand.
fn echo(shared: &Arc<Shared>, number_id: &str, to: &str, text: &str) -> Result<(), Problem> {
    inbound::check_phone("to", to)?;
    let now = shared.clock.now();
    let (settings, person, wamid) = shared.change(|state| {
        let whatsapp = &mut state.whatsapp;
        let wamid = ids::wamid(Way::Out, to, shared.run, whatsapp.next_id());
        let number = whatsapp.numbers.get(number_id).ok_or_else(|| no_number(number_id))?;
        Ok::<_, Problem>((number.settings.clone(), whatsapp.person(to), wamid))
    })?;
    if !settings.coexistence {
        return Err(Problem::invalid("only a number with coexistence is in use on a phone too"));
    }
    let mut echo = json!({"from": settings.display_digits(), "to": to,
        "to_user_id": ids::user_id(&settings.waba_id, to), "id": wamid, "timestamp": now.as_second().to_string()});
    for (field, value) in Incoming::of("text", json!({"body": text})) {
        echo[field] = value;
    }
    let list = ("message_echoes", json!([echo]));
    post(shared, number_id, wire::person_body(&settings, &person, "smb_message_echoes", list));
    Ok(())
}
