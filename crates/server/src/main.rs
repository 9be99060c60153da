//! Gehoor: the webcare platform for Dutch municipalities. This is the one binary: its commands, and the wiring of the
//! rooms.

mod commands;
mod config;
mod data_directory;
mod declaration;
mod figures;
mod http;
mod key_file;
mod listen;
mod media_worker;
mod say;
mod system;
mod wiring;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Overrides};

/// Gehoor: what residents write to their municipality arrives here, and its people answer it here.
#[derive(Parser)]
#[command(name = "gehoor", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args)]
struct Common {
    /// A TOML file with settings; the environment (GEHOOR_DATA_DIR, …) goes over it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the data is
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The key file
    #[arg(long, global = true, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Start a running town: made-up residents, the platforms they write on, and a municipality to answer them
    Demo(commands::demo::Demo),
    /// Serve: pages, API, webhooks, and the workers behind them
    Serve(commands::serve::Serve),
    /// Apply a configuration file: municipalities, teams, users, channel accounts
    Apply(commands::apply::Apply),
    /// Write the configuration of a municipality in the form that apply reads
    ExportConfig(commands::export_config::ExportConfig),
    /// Users
    #[command(subcommand)]
    User(commands::user::User),
    /// Tokens of the API
    #[command(subcommand)]
    Token(commands::token::Token),
    /// Channel accounts
    #[command(subcommand)]
    Channel(commands::channel::Channel),
    /// List every route with what somebody needs to get through
    Routes(commands::routes::Routes),
    /// Print the description of the API (OpenAPI)
    Openapi(commands::routes::Openapi),
    /// Look for what is wrong, with what to do about it
    Doctor(commands::doctor::Doctor),
    /// Read raw events again: all since a moment, or one
    Replay(commands::replay::Replay),
    /// Bring the tables up to date
    Migrate(commands::migrate::Migrate),
    /// Measure, beside a baseline in the same run
    #[command(subcommand)]
    Bench(commands::bench::Bench),
    /// Score a capability on files, as one JSON line of figures
    #[command(subcommand)]
    Eval(commands::eval::Eval),
    /// Run the simulated platforms alone
    Platforms(commands::platforms::PlatformsCommand),
}

fn main() -> ExitCode {
    // Before there is anything that it could have: no threads, no configuration, no environment.
    if std::env::args_os().nth(1).is_some_and(|first| first == media_worker::COMMAND) {
        return media_worker::run();
    }
    let cli = Cli::parse();
    // Two TLS providers in one program end it at run time unless one is chosen; this is the only one that is linked.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    let done = runtime.block_on(run(cli));
    // Blocking work that hangs (a name that does not resolve) must not keep the program from ending.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => fail(&line),
    }
}

fn fail(line: &str) -> ExitCode {
    say::remark(format!("gehoor: {line}"));
    ExitCode::FAILURE
}

async fn run(cli: Cli) -> Result<(), String> {
    let mut overrides = Overrides {
        config: cli.common.config,
        data_dir: cli.common.data_dir,
        key_file: cli.common.key_file,
        ..Overrides::default()
    };
    if let Command::Demo(_) = &cli.command {
        overrides.default_data_dir = Some("gehoor-demo");
    }
    overrides.listen = match &cli.command {
        Command::Demo(demo) => demo.listen.clone(),
        Command::Serve(serve) => serve.listen.clone(),
        _ => None,
    };
    let config = Config::read(&overrides)?;
    start_logging(&config)?;
    match cli.command {
        Command::Demo(command) => commands::demo::run(command, config).await,
        Command::Serve(_) => commands::serve::run(config).await,
        Command::Apply(command) => commands::apply::run(command, &config).await,
        Command::ExportConfig(command) => commands::export_config::run(command, &config).await,
        Command::User(command) => commands::user::run(command, &config).await,
        Command::Token(command) => commands::token::run(command, &config).await,
        Command::Channel(command) => commands::channel::run(command, &config).await,
        Command::Routes(command) => commands::routes::run(&command),
        Command::Openapi(_) => commands::routes::openapi(),
        Command::Doctor(_) => commands::doctor::run(&config).await,
        Command::Replay(command) => commands::replay::run(command, &config).await,
        Command::Migrate(_) => commands::migrate::run(&config).await,
        Command::Eval(command) => commands::eval::run(command, &config).await,
        Command::Bench(command) => commands::bench::run(command, &config).await,
        Command::Platforms(command) => commands::platforms::run(command).await,
    }
}

fn start_logging(config: &Config) -> Result<(), String> {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|_| format!("log is \"{}\", which is no filter", config.log))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        lines.json().init();
    } else {
        use std::io::IsTerminal;
        lines.with_ansi(std::io::stderr().is_terminal()).with_target(false).init();
    }
    Ok(())
}
