//! The virus scanner: a small one of our own that speaks clamd's protocol, and one that speaks ICAP.

use domain::attachments::{AttachmentState, AttachmentTrouble};
use drivers::media::Scanner;
use simulation::both_databases;
use simulation::world::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::post::{Post, document};

/// The harmless file that every scanner finds. Source: eicar.org. In two pieces, so that this file is not found.
fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"]
        .concat()
        .into_bytes()
}

fn finds(content: &[u8]) -> bool {
    content.windows(20).any(|window| window == b"EICAR-STANDARD-ANTIV")
}

async fn clamd(mut line: TcpStream) -> std::io::Result<()> {
    let mut command = [0; 10];
    // Somebody who only looks whether we are here says nothing.
    if line.read_exact(&mut command).await.is_err() {
        return Ok(());
    }
    assert_eq!(&command, b"zINSTREAM\0");
    let mut content = Vec::new();
    loop {
        let length = line.read_u32().await?;
        if length == 0 {
            break;
        }
        let mut chunk = vec![0; usize::try_from(length).unwrap()];
        line.read_exact(&mut chunk).await?;
        content.extend(chunk);
    }
    let answer: &[u8] = if finds(&content) {
        b"stream: Eicar-Test-Signature FOUND\0"
    } else {
        b"stream: OK\0"
    };
    line.write_all(answer).await
}

async fn icap(mut line: TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n0\r\n\r\n") {
        match line.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return Ok(()),
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    assert!(text.starts_with("RESPMOD icap://") && text.contains("\r\nAllow: 204\r\n"), "{text}");
    let answer: &[u8] = if finds(&request) {
        b"ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Eicar;\r\n\
          Encapsulated: res-hdr=0, null-body=26\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n"
    } else {
        b"ICAP/1.0 204 No Content\r\n\r\n"
    };
    line.write_all(answer).await
}

/// A scanner that listens, and its setting.
async fn opens(listener: TcpListener, by_icap: bool) {
    while let Ok((line, _)) = listener.accept().await {
        let answering = if by_icap { tokio::spawn(icap(line)) } else { tokio::spawn(clamd(line)) };
        drop(answering);
    }
}

both_databases! {
    async fn what_the_scanner_finds_is_refused_and_the_rest_is_kept(world: World) {
        let post = Post::open(world).await;
        for by_icap in [false, true] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(opens(listener, by_icap));
            let setting = if by_icap { format!("icap:{address}/avscan") } else { format!("clamd:{address}") };
            let scanner = Scanner::parse(&setting).unwrap();
            let media = post.media_with(|options| options.scanner = Some(scanner));
            let talk = post.sends(vec![document("ziek.txt", &eicar()), document("gezond.txt", b"Hallo")]).await;
            post.until(&media, "both are decided", async || {
                post.files(&talk).await.iter().all(|file| file.state != AttachmentState::Waiting)
            }).await;
            for file in post.files(&talk).await {
                let expected = match file.file_name.as_deref() {
                    Some("ziek.txt") => (AttachmentState::Refused, Some(AttachmentTrouble::Infected)),
                    _ => (AttachmentState::Kept, None),
                };
                assert_eq!((file.state, file.trouble), expected, "{:?} by {setting}", file.file_name);
            }
        }
    }

    /// Fail closed: while the scanner is away nothing is given out, and nothing is lost.
    async fn while_the_scanner_is_away_files_wait(world: World) {
        let post = Post::open(world).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let scanner = Scanner::parse(&format!("clamd:{address}")).unwrap();
        let media = post.media_with(|options| options.scanner = Some(scanner));
        let talk = post.sends(vec![document("brief.txt", b"Hallo")]).await;
        media.fetch_once().await.expect("the store answers");
        assert_eq!(post.stands(&talk).await, (AttachmentState::Waiting, Some(AttachmentTrouble::NotScanned)));
        assert_eq!(post.files(&talk).await[0].attempts, 0, "that is no try that counts");
    }
}
