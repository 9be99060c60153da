//! Every connector by its name. The only list of them: drivers, pages and the conformance test go by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::channels::{ChannelName, Connector, Connectors};

use crate::channels;

/// The connectors that this installation can use.
#[derive(Clone)]
pub struct Registry(BTreeMap<ChannelName, Arc<dyn Connector>>);

impl Registry {
    /// All connectors of this release.
    #[must_use]
    pub fn standard() -> Self {
        // One alphabetical line each.
        Self::of([Arc::new(channels::whatsapp::WhatsApp) as Arc<dyn Connector>])
    }

    /// Exactly these connectors; of two with the same name, the later one.
    pub fn of(connectors: impl IntoIterator<Item = Arc<dyn Connector>>) -> Self {
        Self(connectors.into_iter().map(|connector| (connector.channel(), connector)).collect())
    }
}

impl Connectors for Registry {
    fn get(&self, channel: &ChannelName) -> Option<&dyn Connector> {
        self.0.get(channel).map(AsRef::as_ref)
    }

    fn all(&self) -> Vec<&dyn Connector> {
        self.0.values().map(AsRef::as_ref).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connector_is_found_by_its_name_and_an_unknown_name_finds_nothing() {
        let registry = Registry::standard();
        for connector in registry.all() {
            let found = registry.get(&connector.channel()).map(Connector::channel);
            assert_eq!(found, Some(connector.channel()));
        }
        let unknown = ChannelName::new("fax").expect("a valid name");
        assert!(registry.get(&unknown).is_none());
    }
}
