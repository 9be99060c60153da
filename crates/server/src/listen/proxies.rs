//! Where a request comes from when proxies stand before us (T3). Only a proxy that the configuration names is believed:
//! anybody can write `X-Forwarded-For`.
//!
//! `X-Forwarded-Proto` is not read: whether browsers come over https is what `public_url` says, for all requests alike.
//! Nor are `Forwarded` and `X-Real-IP`, so that there is one way to be right.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};
use domain::access::ClientAddress;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Proxies that can stand in a row; one that claims more is not followed.
const MOST_HOPS: usize = 16;

/// The proxies whose word is taken.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[Network]>);

/// Addresses whose first `bits` are those of `first`, counted as in IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    first: u128,
    bits: u32,
}

impl Proxies {
    /// From addresses and networks, `10.0.0.5` or `10.1.0.0/16`.
    ///
    /// # Errors
    /// One line that names what is neither.
    pub fn parse<'a>(list: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let entries = list.into_iter().map(str::trim).filter(|entry| !entry.is_empty());
        let networks = entries.map(|entry| {
            Network::parse(entry).ok_or_else(|| {
                format!(
                    "trusted_proxies holds \"{entry}\"; write addresses or networks, 10.0.0.5 or 10.1.0.0/16"
                )
            })
        });
        Ok(Self(networks.collect::<Result<_, _>>()?))
    }

    /// Whether the configuration names none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether connections from `peer` may carry the requests of many clients: it is a proxy, or may be one that
    /// nobody configured.
    #[must_use]
    pub fn may_speak_for_many(&self, peer: IpAddr) -> bool {
        self.trusts(peer) || (self.is_empty() && is_inside(peer))
    }

    /// Whose request this is that came from `peer`: the last address in `X-Forwarded-For` that is not a trusted
    /// proxy's, if `peer` is one. What stands before it was written by whoever has that address.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        if !self.trusts(peer) {
            return if self.may_speak_for_many(peer) {
                ClientAddress::Shared(peer)
            } else {
                ClientAddress::One(peer)
            };
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for hop in hops.take(MOST_HOPS) {
            match std::str::from_utf8(hop).ok().and_then(address_of) {
                Some(address) if self.trusts(address) => (),
                Some(address) => return ClientAddress::One(address),
                // A proxy of ours that hides whom it passes on, or writes what we cannot read.
                None => break,
            }
        }
        ClientAddress::Shared(peer)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let number = number_of(address);
        self.0.iter().any(|network| network.holds(number))
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        // Nought bits are everybody: then anybody could say who they are.
        if bits == 0 || bits > width {
            return None;
        }
        Some(Self { first: number_of(address), bits: bits + 128 - width })
    }

    fn holds(self, number: u128) -> bool {
        (self.first ^ number).leading_zeros() >= self.bits
    }
}

/// An address as a number, IPv4 as it is dressed in IPv6.
fn number_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// Whether an address is this machine's own or of a network that is not the internet, as that of a proxy usually is.
/// Of this machine only the one that programs use by themselves.
fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4 == Ipv4Addr::LOCALHOST || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6 == Ipv6Addr::LOCALHOST || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.5";

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn client(trusted: &[&str], peer: &str, lines: &[&[u8]]) -> ClientAddress {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, axum::http::HeaderValue::from_bytes(line).expect("a header line"));
        }
        let proxies = Proxies::parse(trusted.iter().copied()).expect("proxies");
        proxies.client(ip(peer), &headers)
    }

    #[test]
    fn a_trusted_proxy_says_who_it_passes_on() {
        let check = |lines: &[&[u8]], expected: Option<&str>| {
            let expected = match expected {
                Some(address) => ClientAddress::One(ip(address)),
                None => ClientAddress::Shared(ip(PROXY)),
            };
            assert_eq!(
                client(&[PROXY, "10.1.0.0/16", "2001:db8:ffff::/48"], PROXY, lines),
                expected,
                "{lines:?}"
            );
        };
        check(&[b"203.0.113.7"], Some("203.0.113.7"));
        check(&[b"  203.0.113.7\t"], Some("203.0.113.7"));
        check(&[b"203.0.113.7:51234"], Some("203.0.113.7"));
        check(&[b"2001:db8::7"], Some("2001:db8::7"));
        check(&[b"[2001:db8::7]"], Some("2001:db8::7"));
        check(&[b"[2001:db8::7]:51234"], Some("2001:db8::7"));
        check(&[b"::ffff:203.0.113.7"], Some("203.0.113.7"));
        // Our own proxies in a row, in one line and in several; also as IPv6 dress.
        check(&[b"203.0.113.7, 10.1.2.3, 10.0.0.5"], Some("203.0.113.7"));
        check(&[b"203.0.113.7", b"10.1.2.3,10.0.0.5"], Some("203.0.113.7"));
        check(&[b"203.0.113.7, ::ffff:10.1.2.3, 2001:db8:ffff:1::1"], Some("203.0.113.7"));
        // A prefix that the client made up stands to the left of what the proxy added.
        check(&[b"198.51.100.1, 203.0.113.7"], Some("203.0.113.7"));
        check(&[b"198.51.100.1", b"203.0.113.7"], Some("203.0.113.7"));
        check(&[b"10.1.2.3, 203.0.113.7"], Some("203.0.113.7"));
        check(&[b"<script>, \xff\xfe, 203.0.113.7"], Some("203.0.113.7"));
        check(&[b"192.168.1.9"], Some("192.168.1.9"));
        // What a proxy of ours does not say, nobody says: what stands before it is not asked.
        for unsaid in [
            "",
            "unknown",
            "_hidden",
            "203.0.113.7, unknown",
            "203.0.113.7,",
            "203.0.113",
            "203.0.113.7:x",
        ] {
            check(&[unsaid.as_bytes()], None);
        }
        check(&[b"198.51.100.1, \xff\xfe"], None);
        check(&[b"10.1.2.3"], None);
        check(&[], None);
    }

    #[test]
    fn a_thousand_entries_are_no_work() {
        let own = ["10.1.2.3"; 1000].join(", ");
        let proxies = [PROXY, "10.1.0.0/16"];
        let shared = ClientAddress::Shared(ip(PROXY));
        assert_eq!(client(&proxies, PROXY, &[format!("203.0.113.7, {own}").as_bytes()]), shared);
        let spoofed = ["198.51.100.1"; 1000].join(", ");
        let last = format!("{spoofed}, 203.0.113.7");
        assert_eq!(client(&proxies, PROXY, &[last.as_bytes()]), ClientAddress::One(ip("203.0.113.7")));
    }

    /// H2.
    #[test]
    fn nobody_else_is_believed() {
        let says: &[&[u8]] = &[b"198.51.100.1"];
        assert_eq!(client(&[PROXY], "203.0.113.7", says), ClientAddress::One(ip("203.0.113.7")));
        assert_eq!(client(&[], "203.0.113.7", says), ClientAddress::One(ip("203.0.113.7")));
        // Without a configured proxy, one inside may be one; with one, it is a client like any other.
        for inside in ["127.0.0.1", "::1", "10.0.0.6", "172.18.0.2", "192.168.1.9", "fd00::1", "fe80::1"] {
            assert_eq!(client(&[], inside, says), ClientAddress::Shared(ip(inside)), "{inside}");
            assert_eq!(client(&[PROXY], inside, says), ClientAddress::One(ip(inside)), "{inside}");
        }
        assert_eq!(client(&[], "127.0.0.2", says), ClientAddress::One(ip("127.0.0.2")));
    }

    #[test]
    fn what_is_no_address_or_everybody_is_refused() {
        for wrong in [
            "proxy.example",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0/8",
            "0.0.0.0/0",
            "::/0",
            "2001:db8::/129",
        ] {
            let error = Proxies::parse([wrong]).expect_err(wrong);
            assert!(error.contains(wrong), "{error}");
        }
        assert!(Proxies::parse([" ", ""]).expect("nothing is fine").is_empty());
        let proxies = Proxies::parse(["203.0.113.0/25", " 2001:db8::1 "]).expect("proxies");
        for (address, many) in [("203.0.113.127", true), ("203.0.113.128", false), ("2001:db8::2", false)] {
            assert_eq!(proxies.may_speak_for_many(ip(address)), many, "{address}");
        }
    }
}
