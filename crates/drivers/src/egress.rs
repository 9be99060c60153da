//! The one way out: an HTTP client that connects to public addresses only, follows no redirect, and limits time and
//! size (T10). What it could not do is told apart by one question: can the other side have seen the request?

mod form;
mod pour;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use domain::channels::{Headers, HttpRequest, HttpResponse};
use reqwest::Body;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

pub use form::{FileToSend, upload_seconds};
pub use pour::{Coming, PourFailed, PourLimits, Poured};

/// The longest that a request may take, from the first byte out to the last byte in. Shorter than a lease.
pub const REQUEST_SECONDS: u64 = 15;
/// The longest answer that is read.
const ANSWER_BYTES: usize = 1024 * 1024;

/// Hosts that may be reached although their address is not public: `host` or `host:port`.
#[derive(Debug, Clone, Default)]
pub struct Allowed(Arc<Vec<String>>);

impl Allowed {
    /// From a comma-separated list.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        let entries = list.split(',').map(|entry| entry.trim().to_ascii_lowercase());
        Self(Arc::new(entries.filter(|entry| !entry.is_empty()).collect()))
    }

    fn host(&self, host: &str) -> bool {
        self.0.iter().any(|entry| {
            let entry_host = match entry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((inside, _)) => inside,
                None => entry.rsplit_once(':').map_or(entry.as_str(), |(name, _)| name),
            };
            entry_host == host
        })
    }

    fn host_and_port(&self, host: &str, port: u16) -> bool {
        let bare = host.trim_matches(['[', ']']);
        self.0.iter().any(|entry| entry == bare || *entry == format!("{host}:{port}"))
    }
}

/// A request that got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFailed {
    /// Certainly not sent: no address, no connection, no TLS, or an address that is forbidden.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Perhaps sent: it left, and no complete answer came.
    #[error("perhaps sent: {0}")]
    PerhapsSent(String),
}

/// The client.
#[derive(Clone)]
pub struct Egress {
    client: reqwest::Client,
    allowed: Allowed,
    patience: Duration,
}

impl Egress {
    /// Builds the client. `tls`: the provider must have been installed by `main`.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(allowed: Allowed) -> Result<Self, String> {
        Self::with_patience(allowed, Duration::from_secs(REQUEST_SECONDS))
    }

    /// A client that waits no longer than `patience` for an answer, which is not longer than [`REQUEST_SECONDS`].
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn with_patience(allowed: Allowed, patience: Duration) -> Result<Self, String> {
        let patience = patience.min(Duration::from_secs(REQUEST_SECONDS));
        let resolver = Arc::new(PublicOnly { allowed: allowed.clone() });
        let client = reqwest::Client::builder()
            // A proxy of the environment would resolve the name itself, behind the guard's back.
            .no_proxy()
            .dns_resolver(resolver)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(patience)
            // An idle connection that the other side is about to close makes sends uncertain for nothing.
            .pool_idle_timeout(Duration::from_secs(4))
            .http1_only()
            .user_agent(concat!("Gehoor/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| format!("setting up the HTTP client: {error}"))?;
        Ok(Self { client, allowed, patience })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// [`SendFailed`]: whether the other side can have seen it.
    pub async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SendFailed> {
        if request.form.is_some() {
            return Err(SendFailed::NotSent("the form's file is missing".to_owned()));
        }
        let outgoing = self.build(request, Body::from(request.body.clone()))?;
        read(self.execute(outgoing).await?).await
    }

    fn build(&self, request: &HttpRequest, body: Body) -> Result<reqwest::Request, SendFailed> {
        let not_sent = |reason: &str| SendFailed::NotSent(reason.to_owned());
        let url = reqwest::Url::parse(&request.url).map_err(|_| not_sent("the address is no URL"))?;
        self.check_literal(&url).map_err(SendFailed::NotSent)?;
        let method =
            reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| not_sent("no such method"))?;
        let mut outgoing = self.client.request(method, url).body(body);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        if let Some(bearer) = &request.bearer {
            outgoing = outgoing.bearer_auth(bearer.reveal());
        }
        outgoing.build().map_err(|_| not_sent("the request cannot be built"))
    }

    async fn execute(&self, outgoing: reqwest::Request) -> Result<reqwest::Response, SendFailed> {
        self.client.execute(outgoing).await.map_err(|error| failed(&error))
    }

    /// An address written as numbers is not resolved, so it is checked here.
    fn check_literal(&self, url: &reqwest::Url) -> Result<(), String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err("only http and https go out".to_owned());
        }
        let host = url.host_str().ok_or("the address has no host")?;
        let port = url.port_or_known_default().unwrap_or(0);
        let bare = host.trim_matches(['[', ']']);
        match bare.parse::<IpAddr>() {
            Ok(address) if !is_public(address) && !self.allowed.host_and_port(host, port) => {
                Err(format!("{host} is no public address; GEHOOR_EGRESS_ALLOW can name it"))
            }
            // The resolver sees no port: a name that is listed with its port is held to it here.
            Err(_) if self.allowed.host(bare) && !self.allowed.host_and_port(host, port) => {
                Err(format!("{host} is listed with another port than {port}"))
            }
            _ => Ok(()),
        }
    }
}

/// Only a failure before the connection stood is certain.
fn failed(error: &reqwest::Error) -> SendFailed {
    if error.is_connect() || error.is_builder() {
        SendFailed::NotSent(plain(error))
    } else {
        SendFailed::PerhapsSent(plain(error))
    }
}

/// An error's innermost cause, without the address, which can hold an id.
fn plain(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    domain::limits::cut(&cause.to_string(), 200).to_owned()
}

fn headers_of(answer: &reqwest::Response) -> Headers {
    let lines = answer.headers().iter().filter_map(|(name, value)| {
        value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
    });
    Headers::new(lines.collect::<Vec<_>>())
}

async fn read(mut answer: reqwest::Response) -> Result<HttpResponse, SendFailed> {
    let (status, headers) = (answer.status().as_u16(), headers_of(&answer));
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > ANSWER_BYTES => {
                return Err(SendFailed::PerhapsSent("the answer is larger than any answer".to_owned()));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(HttpResponse { status, headers, body }),
            Err(error) => return Err(SendFailed::PerhapsSent(plain(&error))),
        }
    }
}

/// Resolves names to public addresses only: the address that is checked is the address that is connected to.
struct PublicOnly {
    allowed: Allowed,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.host(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> =
                found.filter(|address| allowed || is_public(address.ip())).collect();
            if addresses.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet. Source: IANA special-purpose address registries, read 2026-11.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let special = v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..=127).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && (18..=19).contains(&b));
            !special
        }
        IpAddr::V6(v6) => {
            // An IPv4 address in IPv6 clothing is judged as what it is.
            if let Some(v4) = v6.to_ipv4_mapped() {
                return is_public(IpAddr::V4(v4));
            }
            let [a, b, ..] = v6.segments();
            // 2000::/3 is what is given out; of it, documentation, Teredo, 6to4 and the other special blocks go off.
            let global = (a & 0xe000) == 0x2000;
            let special =
                (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
            global && !special
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_reached() {
        let check = |text: &str, expected: bool| {
            let address: IpAddr = text.parse().expect("an address");
            assert_eq!(is_public(address), expected, "{text}");
        };
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1"] {
            check(public, true);
        }
        for special in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
        ] {
            check(special, false);
        }
    }

    #[test]
    fn an_address_that_is_named_is_allowed_with_its_port() {
        let allowed = Allowed::parse("127.0.0.1:9100, mock.example");
        assert!(allowed.host_and_port("127.0.0.1", 9100));
        assert!(!allowed.host_and_port("127.0.0.1", 9101));
        assert!(allowed.host("mock.example"));
        assert!(!allowed.host("other.example"));
    }
}
