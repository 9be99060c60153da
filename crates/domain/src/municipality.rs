//! The municipality (gemeente) and what it consists of.

use serde::{Deserialize, Serialize};

use crate::channels::ChannelName;
use crate::ids::{ChannelAccountId, MunicipalityId, TeamId};

/// A municipality: the tenant. Nothing is shared between two of them without an explicit export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Municipality {
    /// Short name, part of every key.
    pub id: MunicipalityId,
    /// Name as residents know it, "Gemeente Zwanendam".
    pub name: String,
    /// IANA time zone, in which local days are counted.
    pub time_zone: String,
    /// Host names under which its log-in page is shown; may be empty.
    pub hosts: Vec<String>,
    /// Whether its users must have a second step when they log in.
    pub second_factor: SecondFactor,
}

/// Whether users of a municipality must have a second step (tweede stap) when they log in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Whoever wants to.
    #[default]
    Optional,
    /// Everybody: whoever has none sets it up at the next log-in, before anything else.
    Required,
}

impl SecondFactor {
    /// The word in the configuration and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}

impl std::fmt::Display for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for SecondFactor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "optional" => Ok(Self::Optional),
            "required" => Ok(Self::Required),
            other => Err(format!("second_factor is \"{other}\"; it can be required or optional")),
        }
    }
}

/// A team of users; every conversation belongs to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Short name, unique in the municipality.
    pub id: TeamId,
    /// Name on screen.
    pub name: String,
}

/// One connected number, page or handle of the municipality (kanaalaccount).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAccount {
    /// The municipality it speaks for.
    pub municipality: MunicipalityId,
    /// Short name, unique in the installation; part of its webhook's address.
    pub id: ChannelAccountId,
    /// Which connector translates for it.
    pub channel: ChannelName,
    /// The team that new conversations go to.
    pub team: TeamId,
    /// Where the platform's API is; `None` is the platform's own address.
    pub base_url: Option<String>,
    /// What the connector's settings hold, by name. No secrets.
    pub settings: std::collections::BTreeMap<String, String>,
}
