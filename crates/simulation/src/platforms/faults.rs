//! Ordered misfortune: what the platforms do wrong, how often, and for whom.
//!
//! A rule fires on the next `times` occasions, or on each with a `probability`, drawn from the seed. To add a fault:
//! a variant of [`Fault`], its word in `FaultOrder::fault`, and the place that asks for it.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// More rules than this at once is a mistake of the one who orders them.
const RULES_MAX: usize = 100;

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A webhook is delivered `copies` times in all, one after another or at the same moment.
    Duplicate {
        /// How many deliveries in all, 2–100.
        copies: u32,
        /// At the same moment instead of one after another.
        parallel: bool,
    },
    /// Webhooks are held back for `spread` and then sent newest first, one by one.
    Reorder {
        /// How long webhooks are gathered.
        spread: Duration,
    },
    /// A webhook waits for a time between the two before it leaves.
    Delay {
        /// The shortest wait.
        least: Duration,
        /// The longest wait.
        most: Duration,
    },
    /// A webhook is never delivered and never tried again.
    Drop,
    /// A send is answered with HTTP 500 and the platform's own error object, code 131000: it was not accepted.
    Error500,
    /// A send is answered with HTTP 502 and a gateway's page: it was not accepted, but nobody can tell from outside.
    Html502,
    /// A send is accepted, then the connection closes without an answer.
    AcceptThenClose,
    /// A send is accepted and answered only after `hold`.
    AcceptThenTimeout {
        /// How long the answer is held, in real time.
        hold: Duration,
    },
    /// A send is accepted; headers and half of the answer arrive, then nothing.
    AcceptHalfOpen,
    /// A send is refused with HTTP 429.
    RateLimited {
        /// The `Retry-After` header exactly as given; absent without one.
        retry_after: Option<String>,
        /// 130429 for the number, 80007 for the business account.
        code: u32,
    },
    /// A send is accepted and no status ever follows.
    NoStatus,
    /// The `sent` status goes out before the request is answered.
    StatusBeforeAnswer,
    /// A send is accepted and fails afterwards: a `failed` status with this code and none of the others.
    FailLater {
        /// The code in the status, for example 131026 or 131047.
        code: u32,
    },
}

/// A fault as ordered over the control endpoint, and as listed there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultOrder {
    /// Only for this account; for all without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_id: Option<String>,
    /// Which: `duplicate`, `reorder`, `delay`, `drop`, `error500`, `html502`, `accept_then_close`,
    /// `accept_then_timeout`, `accept_half_open`, `rate_limited`, `no_status`, `status_before_answer`, `fail_later`.
    pub fault: String,
    /// Chance per occasion, 0 to 1; certain without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// On how many occasions; for ever when only a probability is given, once when neither is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// `duplicate`: deliveries in all (2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// `duplicate`: at the same moment (false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<bool>,
    /// `reorder`: how long webhooks are gathered, in milliseconds of the simulation (500).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread_ms: Option<u64>,
    /// `delay`: shortest wait in milliseconds of the simulation (0).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_ms: Option<u64>,
    /// `delay`: longest wait in milliseconds of the simulation (2000).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ms: Option<u64>,
    /// `accept_then_timeout`: how long the answer is held, in real milliseconds (60000).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_ms: Option<u64>,
    /// `rate_limited`: the header exactly as given; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// `rate_limited`: 130429 or 80007 (130429); `fail_later`: the code of the status (131026).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
}

/// Why a fault could not be ordered; the text is for the one who ordered it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultRefused {
    /// No fault has this name.
    #[error("no fault is called “{0}”; the README lists them")]
    Unknown(String),
    /// A value is outside its range.
    #[error("{0}")]
    OutOfRange(&'static str),
    /// There are too many rules already.
    #[error("there are {RULES_MAX} faults already; DELETE /control/faults clears them")]
    TooMany,
}

impl FaultOrder {
    /// An order for the next occasion only; change the fields for more.
    #[must_use]
    pub fn once(fault: &str) -> Self {
        Self { fault: fault.to_owned(), ..Self::default() }
    }

    /// Reads the order.
    ///
    /// # Errors
    /// `Unknown` for a name that does not exist, `OutOfRange` for a value outside its range.
    pub fn fault(&self) -> Result<Fault, FaultRefused> {
        if self.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err(FaultRefused::OutOfRange("probability is between 0 and 1"));
        }
        Ok(match self.fault.as_str() {
            "duplicate" => {
                let copies = self.copies.unwrap_or(2);
                if !(2..=100).contains(&copies) {
                    return Err(FaultRefused::OutOfRange("copies is between 2 and 100"));
                }
                Fault::Duplicate { copies, parallel: self.parallel.unwrap_or(false) }
            }
            "reorder" => Fault::Reorder { spread: Duration::from_millis(self.spread_ms.unwrap_or(500)) },
            "delay" => {
                let (least, most) = (self.min_ms.unwrap_or(0), self.max_ms.unwrap_or(2000));
                if least > most {
                    return Err(FaultRefused::OutOfRange("minMs is not above maxMs"));
                }
                Fault::Delay {
                    least: Duration::from_millis(least),
                    most: Duration::from_millis(most),
                }
            }
            "drop" => Fault::Drop,
            "error500" => Fault::Error500,
            "html502" => Fault::Html502,
            "accept_then_close" => Fault::AcceptThenClose,
            "accept_then_timeout" => {
                Fault::AcceptThenTimeout { hold: Duration::from_millis(self.hold_ms.unwrap_or(60_000)) }
            }
            "accept_half_open" => Fault::AcceptHalfOpen,
            "rate_limited" => Fault::RateLimited {
                retry_after: self.retry_after.clone(),
                code: self.code.unwrap_or(130_429),
            },
            "no_status" => Fault::NoStatus,
            "status_before_answer" => Fault::StatusBeforeAnswer,
            "fail_later" => Fault::FailLater { code: self.code.unwrap_or(131_026) },
            other => return Err(FaultRefused::Unknown(other.to_owned())),
        })
    }
}

/// What happens to one webhook on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WebhookFate {
    pub(crate) dropped: bool,
    pub(crate) wait: Duration,
    pub(crate) gathered: Option<Duration>,
    pub(crate) copies: u32,
    pub(crate) parallel: bool,
}

/// What happens to one send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SendFate {
    /// How the answer goes wrong, if it does.
    pub(crate) answer: Option<Fault>,
    pub(crate) no_status: bool,
    pub(crate) status_first: bool,
    pub(crate) fails_with: Option<u32>,
}

/// The rules in force and the chance that decides them.
#[derive(Debug)]
pub(crate) struct FaultBook {
    rules: Vec<Rule>,
    chance: ChaCha8Rng,
}

#[derive(Debug)]
struct Rule {
    order: FaultOrder,
    fault: Fault,
    left: Option<u32>,
}

impl FaultBook {
    pub(crate) fn with_seed(seed: u64) -> Self {
        Self { rules: Vec::new(), chance: ChaCha8Rng::seed_from_u64(seed) }
    }

    pub(crate) fn order(&mut self, order: FaultOrder) -> Result<(), FaultRefused> {
        let fault = order.fault()?;
        if self.rules.len() >= RULES_MAX {
            return Err(FaultRefused::TooMany);
        }
        let left = match (order.times, order.probability) {
            (Some(times), _) => Some(times),
            (None, Some(_)) => None,
            (None, None) => Some(1),
        };
        self.rules.push(Rule { order, fault, left });
        Ok(())
    }

    /// The rules in force, with the occasions that are left.
    pub(crate) fn list(&self) -> Vec<FaultOrder> {
        self.rules
            .iter()
            .map(|rule| FaultOrder { times: rule.left, ..rule.order.clone() })
            .collect()
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn webhook_fate(&mut self, account: &str) -> WebhookFate {
        let mut fate = WebhookFate { copies: 1, ..WebhookFate::default() };
        for fault in self.fire(account, Fault::concerns_webhooks) {
            match fault {
                Fault::Duplicate { copies, parallel } => (fate.copies, fate.parallel) = (copies, parallel),
                Fault::Reorder { spread } => fate.gathered = Some(spread),
                Fault::Delay { least, most } => fate.wait = self.chance.random_range(least..=most),
                Fault::Drop => fate.dropped = true,
                _ => {}
            }
        }
        fate
    }

    pub(crate) fn send_fate(&mut self, account: &str) -> SendFate {
        let mut fate = SendFate::default();
        for fault in self.fire(account, |fault| !fault.concerns_webhooks()) {
            match fault {
                Fault::NoStatus => fate.no_status = true,
                Fault::StatusBeforeAnswer => fate.status_first = true,
                Fault::FailLater { code } => fate.fails_with = Some(code),
                answer => fate.answer = Some(answer),
            }
        }
        fate
    }

    /// The faults that happen this time. Of several rules with the same fault the first that fires is used up, so that
    /// two orders of one each are two occasions.
    fn fire(&mut self, account: &str, concerned: impl Fn(&Fault) -> bool) -> Vec<Fault> {
        let mut fired: Vec<Fault> = Vec::new();
        for rule in &mut self.rules {
            let here = rule.order.number_id.as_deref().is_none_or(|number| number == account);
            let again = fired.iter().any(|fault| fault.same_effect(&rule.fault));
            if !here || again || !concerned(&rule.fault) || rule.left == Some(0) {
                continue;
            }
            if self.chance.random_bool(rule.order.probability.unwrap_or(1.0)) {
                fired.push(rule.fault.clone());
                rule.left = rule.left.map(|left| left - 1);
            }
        }
        self.rules.retain(|rule| rule.left != Some(0));
        fired
    }
}

impl Fault {
    fn concerns_webhooks(&self) -> bool {
        matches!(self, Self::Duplicate { .. } | Self::Reorder { .. } | Self::Delay { .. } | Self::Drop)
    }

    /// A request has one answer, so all faults of the answer exclude each other.
    fn same_effect(&self, other: &Self) -> bool {
        (self.spoils_answer() && other.spoils_answer())
            || std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    fn spoils_answer(&self) -> bool {
        !self.concerns_webhooks()
            && !matches!(self, Self::NoStatus | Self::StatusBeforeAnswer | Self::FailLater { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_per_occasion_and_answers_exclude_each_other() {
        let mut book = FaultBook::with_seed(1);
        book.order(FaultOrder { times: Some(2), ..FaultOrder::once("error500") })
            .expect("ordered");
        book.order(FaultOrder::once("html502")).expect("ordered");
        let answers: Vec<_> = (0..4).map(|_| book.send_fate("106").answer).collect();
        assert_eq!(answers, [Some(Fault::Error500), Some(Fault::Error500), Some(Fault::Html502), None]);
        assert!(book.list().is_empty());
    }

    #[test]
    fn the_same_seed_draws_the_same_misfortune() {
        let draw = || {
            let mut book = FaultBook::with_seed(7);
            book.order(FaultOrder { probability: Some(0.5), ..FaultOrder::once("drop") })
                .expect("ordered");
            (0..64).map(|_| book.webhook_fate("106").dropped).collect::<Vec<_>>()
        };
        let first = draw();
        assert_eq!(first, draw());
        assert!(first.contains(&true) && first.contains(&false));
    }

    #[test]
    fn a_rule_for_one_number_leaves_the_others_alone_and_nonsense_is_refused() {
        let mut book = FaultBook::with_seed(1);
        book.order(FaultOrder {
            number_id: Some("106".to_owned()),
            ..FaultOrder::once("drop")
        })
        .expect("ordered");
        assert!(!book.webhook_fate("107").dropped);
        assert!(book.webhook_fate("106").dropped);
        assert_eq!(book.order(FaultOrder::once("rain")), Err(FaultRefused::Unknown("rain".to_owned())));
        let too_sure = FaultOrder { probability: Some(1.5), ..FaultOrder::once("drop") };
        assert!(matches!(book.order(too_sure), Err(FaultRefused::OutOfRange(_))));
    }
}
