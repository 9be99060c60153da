//! The virus scanner of the municipality, if it has one: clamd by its own protocol, or any other by ICAP.
//!
//! Where one is set and does not answer, nothing that came in is given out: it waits, and is asked for again.
//!
//! Sources: clamd(8), INSTREAM; RFC 3507 (ICAP), 4.9 RESPMOD and 4.6 (204).

use std::io::SeekFrom;
use std::path::PathBuf;
use std::time::Duration;

use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// Bytes that go to the scanner at once.
const CHUNK: usize = 64 * 1024;
/// The longest answer of a scanner that is read.
const ANSWER_BYTES: u64 = 16 * 1024;
/// How long a scanner may take to let us in.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a scanner may take for one file.
const SCAN: Duration = Duration::from_secs(120);

/// Where the scanner is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Where {
    Socket(PathBuf),
    Network(String),
}

/// A virus scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    place: Where,
    /// The path of the ICAP service; `None` is clamd.
    service: Option<String>,
}

/// A scanner that did not say whether a file is clean.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the virus scanner does not answer: {0}")]
pub struct ScanFailed(String);

impl From<std::io::Error> for ScanFailed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

impl Scanner {
    /// From the setting: `clamd:/run/clamd.sock`, `clamd:127.0.0.1:3310`, `icap:127.0.0.1:1344/avscan`.
    ///
    /// # Errors
    /// One line that says how it is written.
    pub fn parse(setting: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{setting}\" is no virus scanner; it is written like clamd:/run/clamd.sock, clamd:127.0.0.1:3310 or \
                 icap:127.0.0.1:1344/avscan"
            )
        };
        let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        match setting.trim().split_once(':').ok_or_else(wrong)? {
            ("clamd", path) if path.starts_with('/') => {
                Ok(Self { place: Where::Socket(path.into()), service: None })
            }
            ("clamd", address) if address.contains(':') && plain(address) => {
                Ok(Self { place: Where::Network(address.to_owned()), service: None })
            }
            ("icap", rest) => {
                let (address, service) = rest.trim_start_matches('/').split_once('/').ok_or_else(wrong)?;
                let port = if address.contains(':') { "" } else { ":1344" };
                let good = plain(address) && plain(service);
                let place = Where::Network(format!("{address}{port}"));
                good.then(|| Self { place, service: Some(service.to_owned()) }).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }

    async fn connect(&self) -> Result<Box<dyn Line>, ScanFailed> {
        let connected = timeout(CONNECT, async {
            Ok::<Box<dyn Line>, std::io::Error>(match &self.place {
                Where::Socket(path) => Box::new(UnixStream::connect(path).await?),
                Where::Network(address) => Box::new(TcpStream::connect(address).await?),
            })
        });
        Ok(connected.await.map_err(|_| ScanFailed("no connection in time".to_owned()))??)
    }

    /// Whether it lets us in. Asked before a file is fetched that could not be scanned.
    ///
    /// # Errors
    /// [`ScanFailed`].
    pub async fn answers(&self) -> Result<(), ScanFailed> {
        self.connect().await.map(|_| ())
    }

    /// Whether a file is clean, read from its beginning.
    ///
    /// # Errors
    /// [`ScanFailed`] when it did not say so: the file is then not clean.
    pub async fn is_clean(&self, file: &mut File) -> Result<bool, ScanFailed> {
        file.seek(SeekFrom::Start(0)).await?;
        let mut line = self.connect().await?;
        let asked = timeout(SCAN, async {
            match &self.service {
                None => clamd(&mut line, file).await,
                Some(service) => icap(&mut line, file, &self.place, service).await,
            }
        });
        asked.await.map_err(|_| ScanFailed("no verdict in time".to_owned()))?
    }
}

async fn clamd(line: &mut Box<dyn Line>, file: &mut File) -> Result<bool, ScanFailed> {
    line.write_all(b"zINSTREAM\0").await?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = file.read(&mut chunk).await?;
        let announced = u32::try_from(length).map_err(|_| ScanFailed("a chunk is too long".to_owned()))?;
        line.write_all(&announced.to_be_bytes()).await?;
        if length == 0 {
            break;
        }
        line.write_all(chunk.get(..length).unwrap_or_default()).await?;
    }
    line.flush().await?;
    let mut answer = Vec::new();
    line.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    match answer.trim_end_matches(['\0', '\n']) {
        "stream: OK" => Ok(true),
        found if found.starts_with("stream: ") && found.ends_with(" FOUND") => Ok(false),
        // It may quote what it found: only that there was something else goes into the log.
        _ => Err(ScanFailed("an answer that is no verdict".to_owned())),
    }
}

async fn icap(
    line: &mut Box<dyn Line>,
    file: &mut File,
    place: &Where,
    service: &str,
) -> Result<bool, ScanFailed> {
    let Where::Network(host) = place else {
        return Err(ScanFailed("ICAP needs an address".to_owned()));
    };
    let header = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
    let request = format!(
        "RESPMOD icap://{host}/{service} ICAP/1.0\r\nHost: {host}\r\nAllow: 204\r\nConnection: close\r\n\
         Encapsulated: res-hdr=0, res-body={}\r\n\r\n{header}",
        header.len()
    );
    line.write_all(request.as_bytes()).await?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = file.read(&mut chunk).await?;
        line.write_all(format!("{length:x}\r\n").as_bytes()).await?;
        line.write_all(chunk.get(..length).unwrap_or_default()).await?;
        line.write_all(b"\r\n").await?;
        if length == 0 {
            break;
        }
    }
    line.flush().await?;
    icap_verdict(&read_head(line).await?)
}

/// The header of the answer; its body is the file again, or a page about it.
async fn read_head(line: &mut Box<dyn Line>) -> Result<String, ScanFailed> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if u64::try_from(head.len()).unwrap_or(u64::MAX) >= ANSWER_BYTES {
            return Err(ScanFailed("an answer that has no end".to_owned()));
        }
        head.push(line.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).to_ascii_lowercase())
}

/// 204 is "nothing to change", which we allowed: whoever then answers with something else has changed it, and a scanner
/// changes only what it found something in.
fn icap_verdict(head: &str) -> Result<bool, ScanFailed> {
    let status = head.strip_prefix("icap/1.0 ").and_then(|rest| rest.get(..3));
    match status {
        Some("204") => Ok(true),
        Some("200" | "201") => Ok(false),
        _ => Err(ScanFailed("an answer that is no verdict".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_names_a_scanner_or_says_how_it_is_written() {
        for setting in [
            "clamd:/run/clamd.sock",
            "clamd:127.0.0.1:3310",
            "clamd:[::1]:3310",
            "icap:scan.example/avscan",
        ] {
            assert!(Scanner::parse(setting).is_ok(), "{setting}");
        }
        let named = Scanner::parse("icap://scan.example:11344/avscan?mode=strict").expect("a scanner");
        assert_eq!(named.place, Where::Network("scan.example:11344".to_owned()));
        for setting in [
            "",
            "clamd",
            "clamd:",
            "clamd:sock",
            "icap:scan.example",
            "http://scan.example/",
            "icap:/ /x",
        ] {
            assert!(Scanner::parse(setting).is_err_and(|line| line.contains("clamd:/run")), "{setting}");
        }
    }

    #[test]
    fn only_nothing_to_change_is_clean() {
        for (head, expected) in [
            ("icap/1.0 204 no content\r\n\r\n", Some(true)),
            ("icap/1.0 200 ok\r\nx-infection-found: type=0\r\n\r\n", Some(false)),
            ("icap/1.0 200 ok\r\n\r\n", Some(false)),
            ("icap/1.0 404 service not found\r\n\r\n", None),
            ("icap/1.0 500 server error\r\n\r\n", None),
            ("http/1.1 204 no content\r\n\r\n", None),
            ("", None),
        ] {
            assert_eq!(icap_verdict(head).ok(), expected, "{head:?}");
        }
    }
}
