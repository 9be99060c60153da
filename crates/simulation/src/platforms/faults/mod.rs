//! Ordered misfortune: what the platforms do wrong, how often, and for whom.
//!
//! A rule fires on the next `times` occasions, or on each with a `probability`, drawn from the seed. To add a fault:
//! a variant of [`Fault`], its word in `FaultOrder::fault`, what it concerns, and the place that asks for it.

mod order;

use std::time::Duration;

pub use order::{Fault, FaultOrder, FaultRefused};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// More rules than this at once is a mistake of the one who orders them.
const RULES_MAX: usize = 100;

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
    pub(crate) skips_delivered: bool,
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
        for fault in self.fire(account, Fault::concerns_sends) {
            match fault {
                Fault::NoStatus => fate.no_status = true,
                Fault::StatusBeforeAnswer => fate.status_first = true,
                Fault::FailLater { code } => fate.fails_with = Some(code),
                Fault::SkipDelivered => fate.skips_delivered = true,
                answer => fate.answer = Some(answer),
            }
        }
        fate
    }

    /// How a download goes wrong, if it does.
    pub(crate) fn download_fate(&mut self, account: &str) -> Option<Fault> {
        self.fire(account, Fault::concerns_downloads).into_iter().next()
    }

    /// Does an upload go wrong?
    pub(crate) fn upload_fails(&mut self, account: &str) -> bool {
        !self.fire(account, |fault| *fault == Fault::UploadError500).is_empty()
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

    fn concerns_downloads(&self) -> bool {
        matches!(
            self,
            Self::DownloadSlow { .. }
                | Self::DownloadCut
                | Self::DownloadShort
                | Self::DownloadWrongType
                | Self::DownloadGone
                | Self::DownloadError500
        )
    }

    fn concerns_sends(&self) -> bool {
        !self.concerns_webhooks() && !self.concerns_downloads() && *self != Self::UploadError500
    }

    /// A request has one answer, so all faults of the answer exclude each other.
    fn same_effect(&self, other: &Self) -> bool {
        (self.spoils_answer() && other.spoils_answer())
            || std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    fn spoils_answer(&self) -> bool {
        let afterwards = matches!(
            self,
            Self::NoStatus | Self::StatusBeforeAnswer | Self::FailLater { .. } | Self::SkipDelivered
        );
        self.concerns_downloads() || (self.concerns_sends() && !afterwards)
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
