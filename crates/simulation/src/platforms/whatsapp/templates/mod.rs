//! Message templates: written by a business, reviewed by Meta, sent at any time.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview (5 May 2026) and the
//! webhooks reference (May 2026). Error subcodes are those that businesses report; they are not in Meta's own list.

mod check;
mod list;
mod review;
mod validate;
mod variables;
mod write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub(super) use check::checked;
pub(super) use list::list;
pub(super) use review::{changed_by_hand, resume};
pub(super) use write::{approved_at_once, create, edit, remove};

/// A template as the platform keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Template {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) language: String,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    pub(super) category: String,
    pub(super) status: Status,
    /// `POSITIONAL` (`{{1}}`) or `NAMED` (`{{street}}`).
    pub(super) parameter_format: String,
    /// As they were written.
    pub(super) components: Vec<Value>,
    /// `UNKNOWN`, `GREEN`, `YELLOW` or `RED`.
    pub(super) quality: String,
    /// Since when it has this quality.
    #[serde(default)]
    pub(super) quality_at: Timestamp,
    pub(super) rejected_reason: String,
    /// When the review that is under way ends.
    pub(super) decides_at: Option<Timestamp>,
}

/// Where a template is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Pending,
    Approved,
    Rejected,
    Paused,
    Disabled,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::Paused => "PAUSED",
            Self::Disabled => "DISABLED",
        }
    }
}

impl Template {
    /// The component of this type: `HEADER`, `BODY`, `FOOTER` or `BUTTONS`.
    pub(super) fn component(&self, kind: &str) -> Option<&Value> {
        self.components.iter().find(|component| component["type"] == kind)
    }

    /// As the API shows it: all that it shows unasked, or the fields that were asked.
    pub(super) fn shown(&self, fields: Option<&str>) -> Value {
        let all = json!({"name": self.name, "language": self.language, "category": self.category,
            "status": self.status.word(), "parameter_format": self.parameter_format, "components": self.components,
            "id": self.id, "quality_score": {"score": self.quality,
                "date": self.quality_at.as_second()}, "rejected_reason": self.rejected_reason});
        let unasked = "name,parameter_format,components,language,status,category";
        picked(all, fields.unwrap_or(unasked))
    }
}

/// The wanted fields of an object, and its id.
pub(super) fn picked(all: Value, fields: &str) -> Value {
    let Value::Object(all) = all else { return all };
    let wanted = |name: &str| name == "id" || fields.split(',').any(|field| field.trim() == name);
    Value::Object(all.into_iter().filter(|(name, _)| wanted(name)).collect::<Map<_, _>>())
}
