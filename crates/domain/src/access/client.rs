//! The other end of a request, as far as a brake can tell one client from another.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAddress {
    /// The client's own address: what it does too often can be held against it.
    One(IpAddr),
    /// An address behind which anybody may be, such as a proxy's: who brakes it, brakes everybody.
    Shared(IpAddr),
    /// Nobody told.
    Unknown,
}

impl ClientAddress {
    /// Whether what comes from here comes from one client.
    #[must_use]
    pub const fn is_of_one(&self) -> bool {
        matches!(self, Self::One(_))
    }
}

/// What a brake counts under: the network of the client, or the shared address.
impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(address) | Self::Shared(address) => network_of(*address).fmt(f),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// What one client has of the internet: an IPv4 address, or the first 64 bits of an IPv6 address, since a single
/// connection gets 2⁶⁴ of those (RFC 6177). An IPv4 address in IPv6 dress is the IPv4 address.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_many_addresses_is_still_one_client() {
        let check = |address: &str, expected: &str| {
            let address = address.parse().expect("an address");
            assert_eq!(ClientAddress::One(address).to_string(), expected);
        };
        check("203.0.113.7", "203.0.113.7");
        check("::ffff:203.0.113.7", "203.0.113.7");
        check("2001:db8:1:2:aaaa::1", "2001:db8:1:2::");
        check("2001:db8:1:2:bbbb::2", "2001:db8:1:2::");
        check("2001:db8:1:3::1", "2001:db8:1:3::");
    }
}
