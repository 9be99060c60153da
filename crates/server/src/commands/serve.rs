//! `gehoor serve`

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use drivers::Webhooks;
use store::Engine;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use usecases::Installation;

use crate::config::Config;
use crate::listen::{self, Limits};
use crate::wiring::{self, Door};
use crate::{data_directory, http, say, system};

/// Serve: pages, API, webhooks, and the workers behind them.
#[derive(Args)]
#[command(after_help = "Example:\n  gehoor serve --data-dir /var/lib/gehoor --listen 127.0.0.1:8080")]
pub struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

/// What is left of two seconds for everything, when the runtime's own end has had its share.
const END: Duration = Duration::from_millis(1700);
/// Of that, what requests and workers get.
const UNDER_WAY: Duration = Duration::from_millis(1400);

/// Serves until the process is asked to end.
pub async fn run(config: Config) -> Result<(), String> {
    if let Some(warning) = data_directory::as_root() {
        if config.require_unprivileged {
            return Err(format!("{warning} (require_unprivileged is set)"));
        }
        tracing::warn!("{warning}");
    }
    let _held = hold(&config)?;
    let installation = wiring::open(&config).await?;
    let stop = CancellationToken::new();
    end_on_signal(stop.clone());
    let serving = Serving::start(installation, &config, &stop).await?;
    say::result(format!("listening on http://{}", serving.address));
    serving.until_stopped(stop).await;
    Ok(())
}

/// Takes the data directory, on SQLite.
pub fn hold(config: &Config) -> Result<Option<data_directory::Held>, String> {
    match config.engine() {
        Engine::Sqlite { directory } => {
            data_directory::check(&directory)?;
            data_directory::hold(&directory).map(Some)
        }
        Engine::Postgres { .. } => Ok(None),
    }
}

/// Cancels `stop` at Ctrl-C or SIGTERM; a second one ends the process at once.
pub fn end_on_signal(stop: CancellationToken) {
    tokio::spawn(async move {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut terminate) = terminate else { return };
        loop {
            tokio::select! {
                _ = terminate.recv() => (),
                _ = tokio::signal::ctrl_c() => (),
            }
            if stop.is_cancelled() {
                std::process::exit(130);
            }
            stop.cancel();
        }
    });
}

/// What the listener puts up with.
fn limits(config: &Config) -> Limits {
    let limits = Limits::default();
    Limits {
        connections: system::places_for_connections(limits.connections),
        per_address: config.connections_per_address,
        proxies: config.trusted_proxies.clone(),
        ..limits
    }
}

/// A node that serves.
pub struct Serving {
    /// Where it listens.
    pub address: std::net::SocketAddr,
    listener: tokio::task::JoinHandle<()>,
    workers: drivers::Workers,
    installation: Arc<Installation>,
}

impl Serving {
    /// Listens and starts the workers.
    pub async fn start(
        installation: Arc<Installation>,
        config: &Config,
        stop: &CancellationToken,
    ) -> Result<Self, String> {
        let listener = TcpListener::bind(config.listen).await;
        let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        if let Some(metrics) = config.metrics_listen {
            crate::figures::serve(metrics, stop.clone()).await?;
        }
        let webhooks = Webhooks::new(Arc::clone(&installation));
        let router = http::router(&installation, Door::new(webhooks.clone()), config)?;
        let listener = tokio::spawn(listen::serve(listener, router, limits(config), stop.clone()));
        let workers = wiring::start_workers(&installation, &webhooks, config, stop.child_token()).await?;
        Ok(Self { address, listener, workers, installation })
    }

    /// Waits for the end, then finishes what is under way and closes the store, within two seconds.
    pub async fn until_stopped(self, stop: CancellationToken) {
        stop.cancelled().await;
        // Streams have no end of their own, and the listener waits for what is under way.
        self.installation.live().end();
        let end = tokio::time::Instant::now() + END;
        let under_way = async {
            let _ = self.listener.await;
            self.workers.stop().await;
        };
        // A request to a platform that is still under way becomes unknown at the next start, and is never repeated.
        if tokio::time::timeout(UNDER_WAY, under_way).await.is_err() {
            tracing::warn!(
                "Something was still under way at the end; what may have been sent will be shown as unknown"
            );
        }
        // What was acknowledged is on disk in any case; this leaves no half commit and no long log behind.
        if tokio::time::timeout_at(end, self.installation.store.close()).await.is_err() {
            tracing::warn!("The store was still busy at the end; the next start goes over its log");
        }
    }
}
