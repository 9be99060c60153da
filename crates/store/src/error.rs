//! What can go wrong below. Opaque above: callers ask what they may do about it, not which driver said what.

use std::fmt;

/// The database did not do what it was asked.
pub struct StoreError {
    doing: String,
    kind: Kind,
    source: Option<sqlx::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Down, busy, shutting down: try later.
    Unavailable,
    /// The disk is full.
    Full,
    /// The disk failed, or the file is read-only: writing has stopped until a restart.
    Stopped,
    /// The transaction lost a race and may be run again.
    Race,
    /// A bug of ours, or a database that was changed from outside.
    Wrong,
}

impl StoreError {
    /// What was being done, with ids but without any text or name of a person.
    #[must_use]
    pub fn doing(mut self, doing: impl fmt::Display) -> Self {
        self.doing = format!("{doing}: {}", self.doing);
        self
    }

    /// What a use case read was changed by another before it could write: the store runs the closure again.
    #[must_use]
    pub fn changed_meanwhile(what: impl fmt::Display) -> Self {
        Self {
            doing: format!("{what} was changed meanwhile"),
            kind: Kind::Race,
            source: None,
        }
    }

    pub(crate) fn wrong(doing: impl Into<String>) -> Self {
        Self { doing: doing.into(), kind: Kind::Wrong, source: None }
    }

    pub(crate) fn unavailable(doing: impl Into<String>) -> Self {
        Self { doing: doing.into(), kind: Kind::Unavailable, source: None }
    }

    /// The disk did not do it; whether it is full is told apart.
    pub(crate) fn of_disk(doing: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        let full = matches!(error.kind(), StorageFull | QuotaExceeded);
        let kind = if full { Kind::Full } else { Kind::Unavailable };
        Self { doing: format!("{doing}: {error}"), kind, source: None }
    }

    /// What is left of the disk is kept for those who read.
    pub(crate) fn no_room() -> Self {
        let doing = "taking in what platforms deliver".to_owned();
        Self { doing, kind: Kind::Full, source: None }
    }

    pub(crate) fn stopped() -> Self {
        let doing = "writing has stopped since the disk failed; restart when it is sound".to_owned();
        Self { doing, kind: Kind::Stopped, source: None }
    }

    pub(crate) fn from_sqlx(doing: impl Into<String>, error: sqlx::Error) -> Self {
        Self {
            doing: doing.into(),
            kind: kind_of(&error),
            source: Some(error),
        }
    }

    /// A second error of the same kind, for the others whose work was in the same batch.
    pub(crate) fn for_another(&self) -> Self {
        Self { doing: self.doing.clone(), kind: self.kind, source: None }
    }

    /// Whether the same act may succeed later: the answer is 503, and nothing is lost.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.kind != Kind::Wrong
    }

    /// Whether the disk is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.kind == Kind::Full
    }

    pub(crate) fn is_race(&self) -> bool {
        self.kind == Kind::Race
    }

    /// Whether the disk can no longer be trusted: writing stops and nothing is tried again.
    pub(crate) fn is_stopped(&self) -> bool {
        self.kind == Kind::Stopped
    }
}

fn kind_of(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            // SQLite: 13 full; below, by their last byte: 8 read-only, 10 I/O, 11 corrupt, 14 cannot open, 26 no database.
            Some("13") => Kind::Full,
            // SQLite: 5 busy, 6 locked. PostgreSQL: too many connections, shutting down, starting up, cancelled.
            Some("5" | "6" | "261" | "517" | "53300" | "57P01" | "57P02" | "57P03" | "57014") => {
                Kind::Unavailable
            }
            // PostgreSQL: could not serialise, deadlock, and a unique index: another wrote between our look and our write, so
            // that whoever looks again sees it. What stays unique in vain is refused before, by the use cases.
            Some("40001" | "40P01" | "23505") => Kind::Race,
            Some("53100") => Kind::Full,
            // PostgreSQL turned read-only (a standby), or its disk failed.
            Some("25006" | "58030") => Kind::Unavailable,
            Some(code)
                if code
                    .parse::<u32>()
                    .is_ok_and(|code| code < 10_000 && matches!(code & 0xff, 8 | 10 | 11 | 14 | 26)) =>
            {
                Kind::Stopped
            }
            // PostgreSQL: a lock or an idle transaction that took too long; connections, resources, operators, the system.
            Some("55P03" | "25P03") => Kind::Unavailable,
            Some(code) if code.len() == 5 && ["08", "53", "57", "58", "XX"].contains(&&code[..2]) => {
                Kind::Unavailable
            }
            _ => Kind::Wrong,
        },
        sqlx::Error::Protocol(_)
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Kind::Unavailable,
        _ => Kind::Wrong,
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)?;
        match (&self.source, self.kind) {
            (_, Kind::Full) => f.write_str(": the disk is full"),
            // A driver's message can quote a value; its code cannot.
            (Some(sqlx::Error::Database(error)), _) => {
                write!(f, ": the database answered with code {}", error.code().unwrap_or_default())
            }
            (Some(error), _) => write!(f, ": {error}"),
            (None, _) => Ok(()),
        }
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self}; {:?})", self.kind)
    }
}

impl std::error::Error for StoreError {}
