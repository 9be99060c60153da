//! The map: which crate may know which, and why no more.

/// One crate of ours: its folder under `crates/`, what it may know, and why no more.
pub struct Room {
    pub name: &'static str,
    pub may_know: &'static [&'static str],
    /// What its tests may know beside that.
    pub tests_may_know: &'static [&'static str],
    pub because: &'static str,
}

const EVERYTHING: &[&str] = &[
    "analysis",
    "api",
    "connectors",
    "domain",
    "drivers",
    "simulation",
    "store",
    "usecases",
    "web",
];

pub const MAP: &[Room] = &[
    Room {
        name: "analysis",
        may_know: &["domain"],
        tests_may_know: &[],
        because: "calculations take values and return values, so that they can be repeated on any data",
    },
    Room {
        name: "api",
        may_know: &["usecases", "domain"],
        tests_may_know: &["connectors", "simulation"],
        because: "the API calls the same use cases as the pages; it never sees SQL and never goes around a permission",
    },
    Room {
        name: "connectors",
        may_know: &["domain"],
        tests_may_know: &[],
        because: "a connector translates: bytes in, values out. The drivers do the traffic, the use cases the writing",
    },
    Room {
        name: "domain",
        may_know: &[],
        tests_may_know: &[],
        because: "the rules stand on their own, so that they can be read, tested and trusted without the rest",
    },
    Room {
        name: "drivers",
        may_know: &["usecases", "domain"],
        tests_may_know: &["connectors", "simulation", "store"],
        because: "the drivers serve every connector through the trait in `domain`; `server` hands them the real ones",
    },
    Room {
        name: "server",
        may_know: EVERYTHING,
        tests_may_know: EVERYTHING,
        because: "it wires everything together",
    },
    Room {
        name: "simulation",
        may_know: &["usecases", "store", "domain"],
        tests_may_know: &[],
        because: "it writes the platforms' side by its own hand: sharing code with `connectors` would prove nothing",
    },
    Room {
        name: "store",
        may_know: &["domain"],
        tests_may_know: &[],
        because: "it keeps what it is given; what may be kept and by whom is decided above it",
    },
    Room {
        name: "usecases",
        may_know: &["store", "analysis", "domain"],
        tests_may_know: &["connectors", "simulation"],
        because: "a use case decides and writes; it knows no web page, no platform and no network",
    },
    Room {
        name: "web",
        may_know: &["usecases", "domain"],
        tests_may_know: &["connectors", "simulation"],
        because: "a page shows what a use case gives; it never sees SQL and never goes around a permission",
    },
];

/// Crates without traffic, time and chance: nothing of this may be below them, not even through another crate.
pub const PURE: &[&str] = &["analysis", "connectors", "domain"];
pub const IMPURE: &[&str] = &["axum", "hyper", "rand", "reqwest", "rusqlite", "sqlx", "tokio"];

/// Folders and files that say nothing about what is in them.
pub const EMPTY_NAMES: &[&str] = &["common", "helpers", "misc", "util", "utils"];

pub const ARCHITECTURE_LINES_MAX: usize = 200;
