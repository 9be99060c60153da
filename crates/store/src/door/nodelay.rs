//! Small writes to the database leave at once.
//!
//! The driver of this version leaves Nagle's algorithm on (transact-rs/sqlx issue 4335; mended there after 0.9.0, not
//! released as of November 2026): whatever it sends in two writes waits about 40 ms for the server's delayed
//! acknowledgement, which made ingest over TCP thirteen times slower than over a Unix socket. It gives no access to its
//! sockets, so they are looked up among the open files of this process. To be removed with the version that has it.

use sqlx::postgres::PgConnectOptions;

/// Switches the waiting off for every open connection of this process to the database's port. Where the system does not
/// allow it (a container that forbids `pidfd_getfd`), sending is slower and that is said once.
pub(crate) fn at_once(options: &PgConnectOptions) {
    if options.get_socket().is_some() || options.get_host().starts_with('/') {
        return;
    }
    if let Err(error) = to_port(options.get_port()) {
        static SAID: std::sync::Once = std::sync::Once::new();
        SAID.call_once(|| {
            tracing::warn!(
                error = %error,
                "Writes to PostgreSQL wait about 40 ms each: this system does not let a program reach its own sockets \
                 (pidfd_getfd). A Unix socket in the database's address avoids it"
            );
        });
    }
}

#[cfg(target_os = "linux")]
fn to_port(port: u16) -> std::io::Result<u32> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

    let this_process = pidfd_open(getpid(), PidfdFlags::empty())?;
    let mut found = 0;
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let Some(number) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // Others may open and close files meanwhile: what is gone is none of ours.
        let is_socket = std::fs::read_link(entry.path())
            .is_ok_and(|target| target.to_string_lossy().starts_with("socket:"));
        if !is_socket {
            continue;
        }
        match pidfd_getfd(&this_process, number, PidfdGetfdFlags::empty()) {
            Ok(socket) => {
                found += u32::from(
                    is_to(&socket, port) && rustix::net::sockopt::set_tcp_nodelay(&socket, true).is_ok(),
                );
            }
            Err(rustix::io::Errno::BADF) => (),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

#[cfg(target_os = "linux")]
fn is_to(socket: &impl std::os::fd::AsFd, port: u16) -> bool {
    let peer = rustix::net::getpeername(socket).ok().flatten();
    peer.and_then(|peer| std::net::SocketAddr::try_from(peer).ok())
        .is_some_and(|peer| peer.port() == port)
}

#[cfg(not(target_os = "linux"))]
fn to_port(_port: u16) -> std::io::Result<u32> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn connections_to_the_port_are_switched_and_others_are_left() {
        let (database, other) = (
            TcpListener::bind("127.0.0.1:0").expect("a port"),
            TcpListener::bind("[::1]:0").expect("a port"),
        );
        let port = database.local_addr().expect("an address").port();
        let to_database = TcpStream::connect(("127.0.0.1", port)).expect("connected");
        let to_other = TcpStream::connect(other.local_addr().expect("an address")).expect("connected");
        assert!(!to_database.nodelay().expect("an option"), "it was on before: this test shows nothing");
        assert_eq!(to_port(port).expect("allowed here"), 1);
        assert!(to_database.nodelay().expect("an option"));
        assert!(!to_other.nodelay().expect("an option"));
    }
}
