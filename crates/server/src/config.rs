//! The configuration: one struct, read from a TOML file with the environment over it. A room receives the values that
//! it needs and never reads the environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use store::Engine;

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
    /// Where figures are given, apart from everything else. Default: nowhere.
    pub metrics_listen: Option<String>,
    /// Refuse to run as root.
    pub require_unprivileged: Option<bool>,
    /// What is logged: `info`, `debug`, `gehoor=debug,info`. Default: `info`.
    pub log: Option<String>,
    /// How it is logged: `text` or `json`. Default: `text`.
    pub log_format: Option<String>,
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
            Some(value) => matches!(value.as_str(), "1" | "true" | "yes"),
            None => file.require_unprivileged.unwrap_or(false),
        };
        Ok(Self {
            data_dir,
            listen: address("listen", listen.as_deref().unwrap_or("127.0.0.1:8080"))?,
            database_url: text("GEHOOR_DATABASE_URL", &file.database_url),
            database_schema: text("GEHOOR_DATABASE_SCHEMA", &file.database_schema)
                .unwrap_or_else(|| "gehoor".to_owned()),
            public_url: text("GEHOOR_PUBLIC_URL", &file.public_url),
            egress_allow: text("GEHOOR_EGRESS_ALLOW", &file.egress_allow).unwrap_or_default(),
            key_file,
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
    fn an_unknown_key_is_named_with_file_and_line() {
        let text = "data_dir = \"x\"\n\nlisten_on = \"127.0.0.1:1\"\n";
        let error = toml::from_str::<ConfigFile>(text).expect_err("an unknown key");
        let line = in_line(Path::new("gehoor.toml"), text, &error);
        assert!(line.starts_with("gehoor.toml:3: unknown field `listen_on`"), "{line}");
    }

    #[test]
    fn the_key_stands_beside_the_data_and_not_in_it() {
        assert_eq!(beside(Path::new("/var/lib/gehoor")), Path::new("/var/lib/gehoor.key"));
        assert_eq!(beside(Path::new("gehoor-data")), Path::new("gehoor-data.key"));
    }
}
