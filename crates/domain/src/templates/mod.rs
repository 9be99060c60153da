//! Templates (sjablonen): texts that a platform has approved beforehand, the only ones with which a talk can be begun or
//! taken up again once the window for free answers is closed.
//!
//! What stands here was read from the platform; we write none. A template is filled in by the names of its placeholders,
//! and every one that is missing or not its own is named.

mod filling;

use serde::{Deserialize, Serialize};

pub use filling::{FillProblem, Filled, Placeholder, Spot, VALUE_CHARACTERS};

use crate::messages::{MessageKind, named};

/// Templates that are kept of one account.
pub const TEMPLATES_PER_ACCOUNT: usize = 1_000;

/// Whether a template may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateStatus {
    /// It may be sent.
    Approved,
    /// The platform is still looking at it.
    Pending,
    /// The platform does not allow it.
    Rejected,
    /// Residents complained too often; the platform lets it rest for a while.
    Paused,
    /// The platform does not allow it any more.
    Disabled,
    /// It is being removed.
    Deleted,
    /// A word of the platform that we do not know.
    Unknown,
}

named!(TemplateStatus {
    Approved = "approved",
    Pending = "pending",
    Rejected = "rejected",
    Paused = "paused",
    Disabled = "disabled",
    Deleted = "deleted",
    Unknown = "unknown",
});

/// What a template is for, by which the platform charges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateCategory {
    /// News about something that the resident asked for.
    Utility,
    /// Anything that invites.
    Marketing,
    /// A code to log in with.
    Authentication,
    /// A word of the platform that we do not know.
    Unknown,
}

named!(TemplateCategory {
    Utility = "utility",
    Marketing = "marketing",
    Authentication = "authentication",
    Unknown = "unknown",
});

/// What stands above the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Header {
    /// A line of text.
    Text {
        /// With its placeholders.
        text: String,
    },
    /// A file that goes along with it.
    File {
        /// Of which kind: image, video or document.
        kind: MessageKind,
    },
    /// Something that Gehoor cannot fill in: a place, a product.
    Other {
        /// The platform's word for it.
        kind: String,
    },
}

/// A button below the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateButton {
    /// The platform's word for what it does: "quick_reply", "url".
    pub kind: String,
    /// The words on it.
    pub text: String,
    /// Where it leads, with its placeholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A template of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name on the platform.
    pub name: String,
    /// Its language, as the platform writes it: "nl", "en_US".
    pub language: String,
    /// What it is for.
    pub category: TemplateCategory,
    /// Whether it may be used.
    pub status: TemplateStatus,
    /// What stands above the text.
    pub header: Option<Header>,
    /// The text, with its placeholders.
    pub body: String,
    /// A line below the text.
    pub footer: Option<String>,
    /// Buttons below that.
    pub buttons: Vec<TemplateButton>,
    /// What the platform gave as an example, in the order of the text's placeholders.
    pub examples: Vec<String>,
    /// Why it was rejected or paused, in the platform's word.
    pub reason: Option<String>,
}

/// Why a template cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateRefused {
    /// The account has none with this name and language.
    #[error("there is no such template")]
    None,
    /// The platform does not let it be used now.
    #[error("the template is {0}")]
    NotUsable(TemplateStatus),
    /// It is another one by now than the agent looked at.
    #[error("the template was changed since it was opened")]
    Changed {
        /// What it asks for that was not filled in.
        missing: Vec<String>,
        /// What was filled in that it does not ask for.
        superfluous: Vec<String>,
    },
    /// It is filled in wrongly.
    #[error("the template is filled in wrongly")]
    Filled(Vec<FillProblem>),
    /// Gehoor cannot send one with such a header or button.
    #[error("this kind of template cannot be sent from here")]
    Unsupported,
}

impl Template {
    /// Whether an agent can send it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.status == TemplateStatus::Approved && self.is_supported()
    }

    /// Whether Gehoor can fill it in: no place or product above it, and nothing but answers, addresses and numbers below.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        let known =
            |button: &TemplateButton| matches!(button.kind.as_str(), "quick_reply" | "url" | "phone_number");
        !matches!(self.header, Some(Header::Other { .. })) && self.buttons.iter().all(known)
    }

    /// A word that changes with everything that an agent looked at before filling it in.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let header = serde_json::to_string(&self.header).unwrap_or_default();
        let buttons = serde_json::to_string(&self.buttons).unwrap_or_default();
        let footer = self.footer.as_deref().unwrap_or_default();
        // FNV-1a, 64 bits: it tells two versions apart, and proves nothing.
        let hash = [header.as_str(), &self.body, footer, &buttons]
            .join("\0")
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{hash:016x}")
    }
}
