//! Mail to users leaves by SMTP, says what it must and nothing else, and a server that is busy is asked again.

use std::sync::{Arc, Mutex};

use drivers::{MailSecrecy, MailServer, Post};
use simulation::both_databases;
use simulation::world::World;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use usecases::mail::{Letter, LetterFacts, Letters};
use usecases::people::{MailState, give_link, read_person};

/// A mail server that answers every mail with one line, and keeps what it was told.
struct MailHost {
    port: u16,
    told: Arc<Mutex<Vec<String>>>,
}

impl MailHost {
    async fn answering(to_mail: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let told = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, to_mail, Arc::clone(&all)));
            }
        });
        Self { port, told }
    }

    fn told(&self) -> String {
        self.told.lock().expect("nobody panicked with it").join("\n")
    }
}

async fn converse(stream: TcpStream, to_mail: &'static str, told: Arc<Mutex<Vec<String>>>) {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let mut is_content = false;
    let _ = writing.write_all(b"220 mail.example ready\r\n").await;
    while let Ok(Some(line)) = lines.next_line().await {
        told.lock().expect("nobody panicked with it").push(line.clone());
        let answer = if is_content && line != "." {
            continue;
        } else if is_content {
            is_content = false;
            "250 taken"
        } else if line.starts_with("MAIL") {
            to_mail
        } else if line == "DATA" {
            is_content = true;
            "354 go on"
        } else if line.starts_with("QUIT") {
            "221 bye"
        } else {
            "250 ok"
        };
        if writing.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The words of these tests.
struct Plain;

impl Letters for Plain {
    fn write(&self, facts: &LetterFacts) -> Letter {
        Letter {
            subject: format!("Uitnodiging é {}\r\nBcc: dief@evil.example", facts.municipality),
            text: format!("Beste {}\n{}\n", facts.name, facts.link),
        }
    }
}

fn post(world: &World, host: &MailHost) -> Post {
    let server = MailServer {
        host: "127.0.0.1".to_owned(),
        port: host.port,
        secrecy: MailSecrecy::Plain,
        log_in: None,
        from: "Gehoor <gehoor@zwanendam.example>".to_owned(),
    };
    let made = Post::new(world.installation.clone(), Arc::new(Plain), &server, "https://webcare.example/");
    world.installation.mail_is_sent();
    made.expect("the sender is an address")
}

async fn state_of(world: &World) -> MailState {
    let ingrid = world.agent("Ingrid").await.ctx;
    let noor = world.agent("Noor").await.id();
    read_person(&ingrid, noor).await.expect("known").mail.expect("a mail").0
}

both_databases! {
    async fn an_invitation_leaves_once_with_its_link_and_no_line_smuggled_in(world: World) {
        let host = MailHost::answering("250 ok").await;
        let post = post(&world, &host);
        let ingrid = world.agent("Ingrid").await.ctx;
        give_link(&ingrid, world.agent("Noor").await.id()).await.expect("made");
        assert_eq!(state_of(&world).await, MailState::Queued);
        assert_eq!(post.send_due().await.expect("the store answers"), 1);
        assert_eq!(post.send_due().await.expect("the store answers"), 0);
        assert_eq!(state_of(&world).await, MailState::Sent);
        let told = host.told();
        assert!(told.contains("RCPT TO:<noor@zwanendam.example>"), "{told}");
        assert_eq!(told.matches("RCPT TO:").count(), 1, "{told}");
        assert!(told.contains("Auto-Submitted: auto-generated"), "{told}");
        assert!(told.contains("https://webcare.example/wachtwoord/"), "{told}");
        let heads = told.lines().filter(|line| line.to_lowercase().starts_with("bcc:")).count();
        assert_eq!(heads, 0, "{told}");
    }

    async fn a_busy_server_is_asked_again_and_a_refusal_is_told(world: World) {
        let ingrid = world.agent("Ingrid").await.ctx;
        for (answer, expected) in [("451 later", MailState::Queued), ("550 no", MailState::Failed)] {
            let host = MailHost::answering(answer).await;
            let post = post(&world, &host);
            world.seconds_later(1);
            give_link(&ingrid, world.agent("Noor").await.id()).await.expect("made");
            assert_eq!(post.send_due().await.expect("the store answers"), 1, "{answer}");
            assert_eq!(state_of(&world).await, expected, "{answer}");
        }
    }
}
