//! The one way out goes to the public internet and to what was allowed, and nowhere else (S1, T10).

use domain::channels::HttpRequest;
use drivers::egress::{Allowed, Egress, SendFailed};
use tokio::net::TcpListener;

fn get(url: &str) -> HttpRequest {
    HttpRequest {
        method: "GET",
        url: url.to_owned(),
        headers: Vec::new(),
        bearer: None,
        body: Vec::new(),
        form: None,
    }
}

fn with_tls() {
    // Fails when another test of this process chose before, and then the choice stands.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// S1: in every notation in which the forbidden side can be written.
#[tokio::test]
async fn the_inside_is_never_connected_to_however_it_is_written() {
    with_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let connected = tokio::spawn(async move { listener.accept().await.is_ok() });
    let egress = Egress::new(Allowed::default()).expect("a client");
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "127.0.0.1.",
        "LOCALHOST",
        "localhost.",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "[fe80::1]",
        "[fc00::1]",
        "①②⑦.0.0.1",
        "user:pass@127.0.0.1",
    ] {
        for scheme in ["http", "https"] {
            let ended = egress.send(&get(&format!("{scheme}://{host}:{port}/latest/meta-data"))).await;
            assert!(matches!(ended, Err(SendFailed::NotSent(_))), "{scheme}://{host}: {ended:?}");
        }
    }
    for url in [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "ftp://127.0.0.1/",
        "unix:/run/x",
        "",
        "http://",
    ] {
        assert!(matches!(egress.send(&get(url)).await, Err(SendFailed::NotSent(_))), "{url}");
    }
    assert!(!connected.is_finished(), "nobody came to the inside");
}

/// S1: a redirect is an answer like another, not an errand.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    use axum::http::{StatusCode, header};
    with_tls();
    let secret = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let inside = format!("http://{}/", secret.local_addr().expect("an address"));
    let reached = tokio::spawn(async move { secret.accept().await.is_ok() });
    let redirect = move || {
        let inside = inside.clone();
        async move { (StatusCode::FOUND, [(header::LOCATION, inside)]) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(redirect)).await });
    let egress = Egress::new(Allowed::parse("127.0.0.1")).expect("a client");
    let answer = egress.send(&get(&format!("http://{address}/"))).await.expect("an answer");
    assert_eq!(answer.status, 302);
    assert!(!reached.is_finished());
}

/// T10: what is allowed is allowed with its port.
#[tokio::test]
async fn an_allowed_address_is_allowed_with_its_port_only() {
    with_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new()).await });
    let egress = Egress::new(Allowed::parse(&format!("127.0.0.1:{port}"))).expect("a client");
    assert_eq!(
        egress.send(&get(&format!("http://127.0.0.1:{port}/"))).await.expect("an answer").status,
        404
    );
    let other = egress.send(&get(&format!("http://127.0.0.1:{}/", port ^ 1))).await;
    assert!(
        matches!(&other, Err(SendFailed::NotSent(why)) if why.contains("GEHOOR_EGRESS_ALLOW")),
        "{other:?}"
    );
}
