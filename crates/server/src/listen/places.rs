//! How many connections each address has, so that one of them cannot have all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use domain::access::network_of;

/// The places of all addresses. Holds no more addresses than there are connections.
pub(super) struct Places {
    per_address: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A place that a connection has; free again with this value.
pub(super) struct Place {
    network: IpAddr,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Places {
    pub(super) fn new(per_address: usize) -> Self {
        Self { per_address, taken: Arc::default() }
    }

    /// A place for a connection from `peer`; `None` when its address has as many as it can have. Who speaks for `many`
    /// can have any number.
    pub(super) fn take(&self, peer: IpAddr, many: bool) -> Option<Place> {
        let network = network_of(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let number = taken.entry(network).or_default();
        if *number >= self.per_address && !many {
            return None;
        }
        *number += 1;
        Some(Place { network, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = taken.get_mut(&self.network) {
            *number -= 1;
            if *number == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let places = Places::new(2);
        let take = |peer: &str| places.take(peer.parse().expect("an address"), false);
        let mut held =
            vec![take("203.0.113.7").expect("the first"), take("203.0.113.7").expect("the second")];
        assert!(take("203.0.113.7").is_none());
        // Of somebody else; and of one IPv6 network, under three of its addresses.
        assert!(take("203.0.113.8").is_some());
        let network = [take("2001:db8::1"), take("2001:db8::2"), take("2001:db8::3")];
        assert_eq!(network.iter().filter(|place| place.is_some()).count(), 2);
        held.pop();
        assert!(take("203.0.113.7").is_some());
        let proxy = "203.0.113.9".parse().expect("an address");
        let many: Vec<_> = (0..10).filter_map(|_| places.take(proxy, true)).collect();
        assert_eq!(many.len(), 10);
        drop((held, network, many));
        assert!(places.taken.lock().expect("no panic").is_empty(), "nothing is kept of who is gone");
    }
}
