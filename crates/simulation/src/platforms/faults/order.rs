//! The faults that exist, and how they are ordered.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::RULES_MAX;

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
    /// A send is refused with this code and Meta's words for it: 131031 for a locked account, 10 for a permission.
    Refuse {
        /// The code of the answer.
        code: u32,
    },
    /// A message is read without a `delivered` before it, as happens in an open chat.
    SkipDelivered,
    /// Half of a file comes at once, the rest after `hold`.
    DownloadSlow {
        /// How long the second half waits, in real time.
        hold: Duration,
    },
    /// The connection ends in the middle of a file.
    DownloadCut,
    /// Half of a file comes as if it were all of it: neither size nor checksum is what was told.
    DownloadShort,
    /// A page about an error comes instead of the file, with HTTP 200.
    DownloadWrongType,
    /// The address does not work (404) though its time is not over.
    DownloadGone,
    /// A download is answered with HTTP 500.
    DownloadError500,
    /// An upload is answered with HTTP 500 and kept nowhere.
    UploadError500,
}

/// A fault as ordered over the control endpoint, and as listed there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FaultOrder {
    /// Only for this account; for all without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_id: Option<String>,
    /// Which: `duplicate`, `reorder`, `delay`, `drop`, `error500`, `html502`, `accept_then_close`,
    /// `accept_then_timeout`, `accept_half_open`, `rate_limited`, `refuse`, `no_status`, `status_before_answer`,
    /// `fail_later`, `skip_delivered`, `download_slow`, `download_cut`, `download_short`, `download_wrong_type`,
    /// `download_gone`, `download_error500`, `upload_error500`.
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
    /// `accept_then_timeout`: how long the answer is held, in real milliseconds (60000). `download_slow`: how long the
    /// second half waits (5000).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_ms: Option<u64>,
    /// `rate_limited`: the header exactly as given; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<String>,
    /// `rate_limited`: 130429 or 80007 (130429); `refuse`: the code of the answer (131031); `fail_later`: the code of
    /// the status (131026).
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
            "refuse" => Fault::Refuse { code: self.code.unwrap_or(131_031) },
            "skip_delivered" => Fault::SkipDelivered,
            "download_slow" => {
                Fault::DownloadSlow { hold: Duration::from_millis(self.hold_ms.unwrap_or(5000)) }
            }
            "download_cut" => Fault::DownloadCut,
            "download_short" => Fault::DownloadShort,
            "download_wrong_type" => Fault::DownloadWrongType,
            "download_gone" => Fault::DownloadGone,
            "download_error500" => Fault::DownloadError500,
            "upload_error500" => Fault::UploadError500,
            other => return Err(FaultRefused::Unknown(other.to_owned())),
        })
    }
}
