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
