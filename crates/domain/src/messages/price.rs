//! What a message of ours costs, as the platform tells it. Data-driven: categories and models are the platform's words,
//! and a new one is shown as it is.

use serde::{Deserialize, Serialize};

/// What a platform says about the price of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Price {
    /// Whether the municipality pays for it.
    pub billable: bool,
    /// What it is charged as: "service", "utility".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How it is charged: "PMP" is per message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why it costs nothing, or that it does: "regular", "free_customer_service".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}
