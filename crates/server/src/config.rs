//! The configuration: one struct, read from a TOML file with the environment over it. A room receives the values that
//! it needs and never reads the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::channels::SecretValue;
use drivers::media::Scanner;
use drivers::{MailSecrecy, MailServer};
use serde::Deserialize;
use store::Engine;

use crate::listen::{CONNECTIONS_PER_ADDRESS, Proxies};

/// What can be set in the file of `--config`. Each has a variable of the same name: `data_dir` is `GEHOOR_DATA_DIR`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// Where the data is, on SQLite. Default: `./gehoor-data`.
    pub data_dir: Option<PathBuf>,
    /// Where pages, API and webhooks listen. Default: `127.0.0.1:8080`.
    pub listen: Option<String>,
    /// `postgres://…` instead of files. May hold a password: better set by the environment.
    pub database_url: Option<String>,
    /// The schema of the tables in PostgreSQL. Default: `gehoor`.
    pub database_schema: Option<String>,
    /// The address under which people reach it, `https://webcare.example`. With https, cookies are marked Secure.
    pub public_url: Option<String>,
    /// Hosts that may be reached although they are not public: `host` or `host:port`, separated by commas.
    pub egress_allow: Option<String>,
    /// The key file. Default: beside the data directory, `./gehoor-data.key`.
    pub key_file: Option<PathBuf>,
    /// The virus scanner that sees every file that comes in: `clamd:/run/clamd.sock`, `clamd:127.0.0.1:3310` or
    /// `icap:127.0.0.1:1344/avscan`. While it does not answer, no new file is given out. Default: none.
    pub scan: Option<String>,
    /// Megabytes of the disk that files leave free for everything else. Default: 256.
    pub disk_reserve_mb: Option<u32>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses or networks. In the environment separated by commas.
    /// Default: none.
    pub trusted_proxies: Option<Vec<String>>,
    /// Connections at once from one address. Default: 64.
    pub connections_per_address: Option<u32>,
    /// Whom integrators ask; all three or none. In the environment `GEHOOR_PUBLISHER_NAME`, `…_URL`, `…_EMAIL`.
    #[serde(default)]
    pub publisher: PublisherInFile,
    /// The mail server for invitations and lost passwords; it needs `public_url`. In the environment
    /// `GEHOOR_MAIL_SMTP_URL`, `…_FROM`, `…_USER`, `…_PASSWORD_FILE`, and `…_PASSWORD`, which stands in no file. Default: none.
    #[serde(default)]
    pub mail: MailInFile,
    /// Where figures are given, apart from everything else. Default: nowhere.
    pub metrics_listen: Option<String>,
    /// Refuse to run as root.
    pub require_unprivileged: Option<bool>,
    /// What is logged: `info`, `debug`, `gehoor=debug,info`. Default: `info`.
    pub log: Option<String>,
    /// How it is logged: `text` or `json`. Default: `text`.
    pub log_format: Option<String>,
}

/// Whom integrators ask, in the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublisherInFile {
    /// Such as the webcare team of a municipality.
    pub name: Option<String>,
    /// Where they read more, `https://…`.
    pub url: Option<String>,
    /// Where they write to.
    pub email: Option<String>,
}

/// The mail server, in the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailInFile {
    /// `smtps://mail.zwanendam.nl` (TLS), `smtp://mail.zwanendam.nl:587` (TLS is asked for, and required unless it is this
    /// machine).
    pub smtp_url: Option<String>,
    /// The sender, `Gehoor <gehoor@zwanendam.nl>`.
    pub from: Option<String>,
    /// The name that the mail server knows us by, where it asks for one.
    pub user: Option<String>,
    /// A file with the password for that name.
    pub password_file: Option<PathBuf>,
}

/// Whom integrators ask: the contact in the API's description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Such as the webcare team of a municipality.
    pub name: String,
    /// Where they read more.
    pub url: String,
    /// Where they write to.
    pub email: String,
}

/// The configuration as it is used.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the data is, on SQLite; beside it stands the key, also on PostgreSQL.
    pub data_dir: PathBuf,
    /// Where pages, API and webhooks listen.
    pub listen: SocketAddr,
    /// The address of the database, if it is PostgreSQL.
    pub database_url: Option<String>,
    /// The schema of its tables.
    pub database_schema: String,
    /// The address under which people reach it.
    pub public_url: Option<String>,
    /// Hosts that may be reached although they are not public.
    pub egress_allow: String,
    /// The key file.
    pub key_file: PathBuf,
    /// The virus scanner that sees every file that comes in.
    pub scan: Option<Scanner>,
    /// Megabytes of the disk that files leave free.
    pub disk_reserve_mb: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Proxies,
    /// Connections at once from one address.
    pub connections_per_address: usize,
    /// Whom integrators ask.
    pub publisher: Option<Publisher>,
    /// The mail server, and in whose name we write.
    pub mail: Option<MailServer>,
    /// Where figures are given.
    pub metrics_listen: Option<SocketAddr>,
    /// Refuse to run as root.
    pub require_unprivileged: bool,
    /// What is logged.
    pub log: String,
    /// Whether it is logged as JSON.
    pub log_json: bool,
}

/// What the command line says over the file and the environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<String>,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// The data directory where nothing is said.
    pub default_data_dir: Option<&'static str>,
}

impl Config {
    /// Reads the configuration: the command line over the environment over the file over the defaults.
    ///
    /// # Errors
    /// One line that names the file and line, or the variable, and what is wrong.
    pub fn read(overrides: &Overrides) -> Result<Self, String> {
        let path = overrides.config.clone().or_else(|| variable("GEHOOR_CONFIG").map(PathBuf::from));
        let file = match &path {
            Some(path) => read_file(path)?,
            None => ConfigFile::default(),
        };
        let base = path.as_deref().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
        let in_file = |path: PathBuf| base.join(path);
        let fallback = overrides.default_data_dir.unwrap_or("gehoor-data");
        let data_dir = overrides
            .data_dir
            .clone()
            .or_else(|| variable("GEHOOR_DATA_DIR").map(PathBuf::from))
            .or_else(|| file.data_dir.clone().map(in_file))
            .unwrap_or_else(|| PathBuf::from(fallback));
        let key_file = overrides
            .key_file
            .clone()
            .or_else(|| variable("GEHOOR_KEY_FILE").map(PathBuf::from))
            .or_else(|| file.key_file.clone().map(in_file))
            .unwrap_or_else(|| beside(&data_dir));
        let text = |name: &str, in_file: &Option<String>| variable(name).or_else(|| in_file.clone());
        let listen = overrides.listen.clone().or_else(|| text("GEHOOR_LISTEN", &file.listen));
        let metrics = text("GEHOOR_METRICS_LISTEN", &file.metrics_listen);
        let log_format = text("GEHOOR_LOG_FORMAT", &file.log_format).unwrap_or_else(|| "text".to_owned());
        if !matches!(log_format.as_str(), "text" | "json") {
            return Err(format!("log_format is \"{log_format}\"; it can be text or json"));
        }
        let require_unprivileged = match variable("GEHOOR_REQUIRE_UNPRIVILEGED") {
            Some(value) => yes_or_no("GEHOOR_REQUIRE_UNPRIVILEGED", &value)?,
            None => file.require_unprivileged.unwrap_or(false),
        };
        let public_url =
            text("GEHOOR_PUBLIC_URL", &file.public_url).map(|url| public_url(&url)).transpose()?;
        let path = |name: &str, said: &Option<PathBuf>| {
            variable(name).map(PathBuf::from).or_else(|| said.clone().map(in_file))
        };
        let mail = MailInFile {
            smtp_url: text("GEHOOR_MAIL_SMTP_URL", &file.mail.smtp_url),
            from: text("GEHOOR_MAIL_FROM", &file.mail.from),
            user: text("GEHOOR_MAIL_USER", &file.mail.user),
            password_file: path("GEHOOR_MAIL_PASSWORD_FILE", &file.mail.password_file),
        };
        let mail = mail_server(mail, variable("GEHOOR_MAIL_PASSWORD"), public_url.is_some())?;
        Ok(Self {
            data_dir,
            listen: address("listen", listen.as_deref().unwrap_or("127.0.0.1:8080"))?,
            database_url: text("GEHOOR_DATABASE_URL", &file.database_url),
            database_schema: text("GEHOOR_DATABASE_SCHEMA", &file.database_schema)
                .unwrap_or_else(|| "gehoor".to_owned()),
            public_url,
            mail,
            egress_allow: text("GEHOOR_EGRESS_ALLOW", &file.egress_allow).unwrap_or_default(),
            key_file,
            scan: text("GEHOOR_SCAN", &file.scan).map(|setting| Scanner::parse(&setting)).transpose()?,
            disk_reserve_mb: reserve(variable("GEHOOR_DISK_RESERVE_MB"), file.disk_reserve_mb)?,
            trusted_proxies: match variable("GEHOOR_TRUSTED_PROXIES") {
                Some(list) => Proxies::parse(list.split(','))?,
                None => Proxies::parse(file.trusted_proxies.iter().flatten().map(String::as_str))?,
            },
            connections_per_address: per_address(
                variable("GEHOOR_CONNECTIONS_PER_ADDRESS"),
                file.connections_per_address,
            )?,
            publisher: publisher(PublisherInFile {
                name: text("GEHOOR_PUBLISHER_NAME", &file.publisher.name),
                url: text("GEHOOR_PUBLISHER_URL", &file.publisher.url),
                email: text("GEHOOR_PUBLISHER_EMAIL", &file.publisher.email),
            })?,
            metrics_listen: metrics.as_deref().map(|value| address("metrics_listen", value)).transpose()?,
            require_unprivileged,
            log: text("GEHOOR_LOG", &file.log).unwrap_or_else(|| "info".to_owned()),
            log_json: log_format == "json",
        })
    }

    /// Which engine the data is in.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.database_url {
            Some(url) => Engine::Postgres { url: url.clone(), schema: self.database_schema.clone() },
            None => Engine::Sqlite { directory: self.data_dir.clone() },
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn yes_or_no(name: &str, value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(format!("{name} is \"{value}\"; it is true or false")),
    }
}

fn beside(data_dir: &Path) -> PathBuf {
    let mut name = data_dir.file_name().unwrap_or(std::ffi::OsStr::new("gehoor-data")).to_owned();
    name.push(".key");
    data_dir.with_file_name(name)
}

fn address(name: &str, value: &str) -> Result<SocketAddr, String> {
    value
        .parse()
        .map_err(|_| format!("{name} is \"{value}\"; it is written like 127.0.0.1:8080"))
}

/// The address under which residents' platforms and colleagues reach this: with its scheme, for it decides whether
/// cookies are kept to https.
fn public_url(text: &str) -> Result<String, String> {
    let example = "it is written like https://webcare.zwanendam.nl";
    let url = reqwest::Url::parse(text).map_err(|_| format!("public_url is \"{text}\"; {example}"))?;
    let plain = matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && url.query().is_none();
    if plain {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(format!("public_url is \"{text}\"; {example}"))
    }
}

fn reserve(variable: Option<String>, in_file: Option<u32>) -> Result<u32, String> {
    match variable {
        Some(text) => text
            .parse()
            .map_err(|_| format!("disk_reserve_mb is \"{text}\"; it is a whole number of megabytes")),
        None => Ok(in_file.unwrap_or(256)),
    }
}

fn per_address(variable: Option<String>, in_file: Option<u32>) -> Result<usize, String> {
    let number = match &variable {
        Some(text) => text.parse().ok(),
        None => Some(
            in_file.map_or(CONNECTIONS_PER_ADDRESS, |number| usize::try_from(number).unwrap_or(usize::MAX)),
        ),
    };
    // Under six, one browser would wait for itself.
    number.filter(|number| *number >= 6).ok_or_else(|| {
        let said = variable.unwrap_or_else(|| in_file.unwrap_or_default().to_string());
        format!("connections_per_address is \"{said}\"; it is a number from 6")
    })
}

fn publisher(said: PublisherInFile) -> Result<Option<Publisher>, String> {
    match said {
        PublisherInFile { name: None, url: None, email: None } => Ok(None),
        PublisherInFile { name: Some(name), url: Some(url), email: Some(email) }
            if (url.starts_with("https://") || url.starts_with("http://")) && email.contains('@') =>
        {
            Ok(Some(Publisher { name, url, email }))
        }
        _ => Err("publisher needs a name, a url (https://…) and an email".to_owned()),
    }
}

/// The mail server; `password` comes from the environment, `is_known`: whether we know our own address, for links.
fn mail_server(
    said: MailInFile,
    password: Option<String>,
    is_known: bool,
) -> Result<Option<MailServer>, String> {
    let (url, from) = match (said.smtp_url, said.from) {
        (None, None) if said.user.is_none() => return Ok(None),
        (Some(url), Some(from)) => (url, from),
        _ => return Err("mail needs an smtp_url (smtps://…) and a from".to_owned()),
    };
    if !is_known {
        return Err("mail needs public_url as well: the links in it lead there".to_owned());
    }
    let wrong = || {
        "mail.smtp_url is written like smtps://mail.zwanendam.nl or smtp://mail.zwanendam.nl:587".to_owned()
    };
    let parsed = reqwest::Url::parse(&url).map_err(|_| wrong())?;
    let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("mail.smtp_url holds a name or password; use mail.user and mail.password_file".to_owned());
    }
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
    let (secrecy, port) = match parsed.scheme() {
        "smtps" => (MailSecrecy::Tls, 465),
        "smtp" if is_here => (MailSecrecy::Plain, 25),
        "smtp" => (MailSecrecy::StartTls, 587),
        _ => return Err(wrong()),
    };
    let log_in = match (said.user, mail_password(password, said.password_file)?) {
        (None, None) => None,
        (Some(user), Some(password)) => Some((user, password)),
        _ => return Err("mail.user goes with a mail.password_file, or with GEHOOR_MAIL_PASSWORD".to_owned()),
    };
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(Some(MailServer {
        host,
        port: parsed.port().unwrap_or(port),
        secrecy,
        log_in,
        from,
    }))
}

fn mail_password(said: Option<String>, file: Option<PathBuf>) -> Result<Option<SecretValue>, String> {
    let text = match (said, file) {
        (Some(said), _) => said,
        (None, None) => return Ok(None),
        (None, Some(path)) => std::fs::read_to_string(&path)
            .map_err(|error| format!("mail.password_file {}: {error}", path.display()))?,
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err("the password of the mail server is empty".to_owned());
    }
    Ok(Some(SecretValue::new(text.to_owned())))
}

fn read_file(path: &Path) -> Result<ConfigFile, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| in_line(path, &text, &error))
}

/// An error of a TOML file as `file:line: what is wrong`.
pub fn in_line(path: &Path, text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .map_or(1, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
    let line = match error.span() {
        Some(span) if text.get(..span.start).is_some_and(|before| before.ends_with('\n')) => line + 1,
        _ => line,
    };
    format!("{}:{line}: {}", path.display(), error.message().replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_is_on_or_off_and_nothing_that_only_looks_like_off() {
        for (value, expected) in [("TRUE", Ok(true)), ("on", Ok(true)), ("0", Ok(false)), ("No", Ok(false))] {
            assert_eq!(yes_or_no("GEHOOR_REQUIRE_UNPRIVILEGED", value), expected, "{value}");
        }
        let error = yes_or_no("GEHOOR_REQUIRE_UNPRIVILEGED", "ja").expect_err("it is no switch");
        assert!(
            error.contains("GEHOOR_REQUIRE_UNPRIVILEGED") && error.contains("true or false"),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_file_and_line() {
        let text = "data_dir = \"x\"\n\nlisten_on = \"127.0.0.1:1\"\n";
        let error = toml::from_str::<ConfigFile>(text).expect_err("an unknown key");
        let line = in_line(Path::new("gehoor.toml"), text, &error);
        assert!(line.starts_with("gehoor.toml:3: unknown field `listen_on`"), "{line}");
    }

    #[test]
    fn every_setting_stands_in_the_documentation() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let page = std::fs::read_to_string(page).expect("the page of settings");
        let unknown =
            toml::from_str::<ConfigFile>("no_such_key = 1").expect_err("an unknown key").to_string();
        let (_, known) = unknown.split_once("expected one of").expect("the message lists what there is");
        let keys: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        assert!(keys.len() >= 14, "{keys:?}");
        for key in keys {
            let row = page.lines().find(|line| line.starts_with(&format!("| `{key}` |")));
            let row = row.unwrap_or_else(|| unreachable!("{key} has no row in docs/configuration.md"));
            let variable = format!("`GEHOOR_{}", key.to_uppercase());
            assert!(row.contains(&variable), "{row}");
        }
    }

    #[test]
    fn a_publisher_is_whole_or_not_there() {
        let said = |name: &str, url: &str, email: &str| {
            let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            publisher(PublisherInFile { name: part(name), url: part(url), email: part(email) })
        };
        assert_eq!(said("", "", ""), Ok(None));
        let whole = said("Webcare", "https://zwanendam.example/api", "api@zwanendam.example");
        assert_eq!(whole.expect("whole").expect("there").email, "api@zwanendam.example");
        for (name, url, email) in [
            ("Webcare", "", ""),
            ("Webcare", "https://zwanendam.example", ""),
            ("Webcare", "zwanendam.example", "api@zwanendam.example"),
            ("Webcare", "https://zwanendam.example", "zwanendam.example"),
        ] {
            assert!(said(name, url, email).is_err(), "{name} {url} {email}");
        }
    }

    #[test]
    fn a_mail_server_is_reached_in_secret_unless_it_is_this_machine() {
        let said = |url: &str| {
            let part = MailInFile {
                smtp_url: Some(url.to_owned()),
                from: Some("gehoor@zwanendam.example".to_owned()),
                ..MailInFile::default()
            };
            mail_server(part, None, true)
        };
        for (url, secrecy, port) in [
            ("smtps://mail.zwanendam.example", MailSecrecy::Tls, 465),
            ("smtp://mail.zwanendam.example", MailSecrecy::StartTls, 587),
            ("smtp://mail.zwanendam.example:25", MailSecrecy::StartTls, 25),
            ("smtp://127.0.0.1:2525", MailSecrecy::Plain, 2525),
        ] {
            let server = said(url).expect("it can be").expect("there is one");
            assert_eq!((server.secrecy, server.port), (secrecy, port), "{url}");
        }
        for wrong in
            ["mail.zwanendam.example", "http://mail.zwanendam.example", "smtps://u:geheim@mail.example"]
        {
            assert!(said(wrong).is_err_and(|line| !line.contains("geheim")), "{wrong}");
        }
        assert!(mail_server(MailInFile::default(), None, false).is_ok_and(|none| none.is_none()));
        let half = MailInFile {
            from: Some("x@y.example".to_owned()),
            ..MailInFile::default()
        };
        assert!(mail_server(half, None, true).is_err());
        let user = MailInFile {
            smtp_url: Some("smtps://mail.example".to_owned()),
            from: Some("x@y.example".to_owned()),
            user: Some("gehoor".to_owned()),
            password_file: None,
        };
        assert!(mail_server(user.clone(), None, true).is_err(), "a name without a password");
        assert!(
            mail_server(user.clone(), Some("geheim".to_owned()), false).is_err(),
            "no address of our own"
        );
        assert!(!format!("{:?}", mail_server(user, Some("geheim".to_owned()), true)).contains("geheim"));
    }

    #[test]
    fn an_address_has_room_for_a_browser() {
        assert_eq!(per_address(None, None), Ok(64));
        assert_eq!(per_address(None, Some(6)), Ok(6));
        assert_eq!(per_address(Some("200".to_owned()), Some(6)), Ok(200));
        for wrong in ["5", "0", "-1", "veel"] {
            assert!(per_address(Some(wrong.to_owned()), None).is_err_and(|said| said.contains(wrong)));
        }
    }

    #[test]
    fn the_key_stands_beside_the_data_and_not_in_it() {
        assert_eq!(beside(Path::new("/var/lib/gehoor")), Path::new("/var/lib/gehoor.key"));
        assert_eq!(beside(Path::new("gehoor-data")), Path::new("gehoor-data.key"));
    }
}
