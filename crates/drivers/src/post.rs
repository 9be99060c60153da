//! Sends the mail of Gehoor itself: what waits is taken by lease, written in words, handed to the mail server, and how that
//! went is written down. A mail that leaves twice, because its node died in between, carries the same link and the same
//! `Message-ID`: nobody is harmed by it, and somebody would be by one that never left.
//!
//! The mail server is one that whoever runs Gehoor named, so it is reached past the guard on addresses.

use std::sync::Arc;
use std::time::Duration;

use domain::channels::SecretValue;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox};
use tokio_util::sync::CancellationToken;
use usecases::access::answer_resets;
use usecases::mail::{DueMail, Letters, MailEnd, record_mail, take_due_mail};
use usecases::{Installation, StoreError};

/// How often it is looked whether mail waits.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Mails that are taken at once.
const AT_ONCE: u32 = 10;
/// How long a mail server may take for one.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the way to the mail server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecrecy {
    /// TLS from the first byte: `smtps://`.
    Tls,
    /// TLS after asking for it, and nothing is said without it: `smtp://`.
    StartTls,
    /// None: a server on this machine.
    Plain,
}

/// The mail server, and in whose name we write.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept.
    pub secrecy: MailSecrecy,
    /// Name and password, where it asks for them.
    pub log_in: Option<(String, SecretValue)>,
    /// The sender's address, such as `Gehoor <gehoor@zwanendam.nl>`.
    pub from: String,
}

/// The worker that sends mail.
#[derive(Clone)]
pub struct Post {
    installation: Arc<Installation>,
    letters: Arc<dyn Letters>,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    public_url: Arc<str>,
}

impl Post {
    /// A worker that hands mail to `server`; links lead to `public_url`. From now on links go by mail.
    ///
    /// # Errors
    /// One line: the sender's address is none, or TLS cannot be set up.
    pub fn new(
        installation: Arc<Installation>,
        letters: Arc<dyn Letters>,
        server: &MailServer,
        public_url: &str,
    ) -> Result<Self, String> {
        let from: Mailbox = server.from.parse().map_err(|_| {
            format!("mail.from is \"{}\"; it is written like Gehoor <gehoor@zwanendam.nl>", server.from)
        })?;
        let tls = || {
            TlsParameters::new(server.host.clone())
                .map_err(|error| format!("TLS to the mail server cannot be set up: {error}"))
        };
        let tls = match server.secrecy {
            MailSecrecy::Tls => Tls::Wrapper(tls()?),
            MailSecrecy::StartTls => Tls::Required(tls()?),
            MailSecrecy::Plain => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = &server.log_in {
            transport = transport.credentials(Credentials::new(name.clone(), password.reveal().to_owned()));
        }
        Ok(Self {
            installation,
            letters,
            transport: transport.build(),
            from,
            public_url: public_url.trim_end_matches('/').into(),
        })
    }

    /// Sends until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.send_due().await {
                tracing::warn!(error = %error, "Mail cannot be sent now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                () = tokio::time::sleep(LOOK_EVERY) => (),
            }
        }
    }

    /// Looks up who asked for a link, and sends what is due; returns how many mails that were.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn send_due(&self) -> Result<usize, StoreError> {
        answer_resets(&self.installation).await?;
        let due = take_due_mail(&self.installation, &self.public_url, AT_ONCE).await?;
        let count = due.len();
        for mail in due {
            let ended = self.send(&mail).await;
            metrics::counter!("mail_total", "outcome" => outcome(&ended)).increment(1);
            record_mail(&self.installation, mail.queued, ended).await?;
        }
        Ok(count)
    }

    async fn send(&self, mail: &DueMail) -> MailEnd {
        let Some(message) = self.message(mail) else {
            return MailEnd::Refused("the address is none that mail can be sent to".to_owned());
        };
        match self.transport.send(message).await {
            Ok(_) => MailEnd::Sent,
            // What a server says can repeat the address: only its number is kept.
            Err(error) => {
                let code = error.status().map(|code| code.to_string());
                let why = code.map_or_else(
                    || "the mail server cannot be reached".to_owned(),
                    |code| format!("the mail server answered {code}"),
                );
                if error.is_permanent() { MailEnd::Refused(why) } else { MailEnd::Later(why) }
            }
        }
    }

    fn message(&self, mail: &DueMail) -> Option<Message> {
        let to: Address = mail.to.parse().ok()?;
        let letter = self.letters.write(&mail.facts);
        // No holiday message answers it.
        let automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .message_id(Some(format!("<{}@{}>", mail.queued.id, self.from.email.domain())))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .ok()
    }
}

const fn outcome(ended: &MailEnd) -> &'static str {
    match ended {
        MailEnd::Sent => "sent",
        MailEnd::Later(_) => "later",
        MailEnd::Refused(_) => "refused",
    }
}
