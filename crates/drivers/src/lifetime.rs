//! The life of workers: started together, stopped together, and never gone silently.

use std::future::Future;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Workers of one node.
pub struct Workers {
    stop: CancellationToken,
    running: JoinSet<()>,
}

impl Default for Workers {
    fn default() -> Self {
        Self::new(CancellationToken::new())
    }
}

impl Workers {
    /// No workers yet; they end when `stop` is cancelled.
    #[must_use]
    pub fn new(stop: CancellationToken) -> Self {
        Self { stop, running: JoinSet::new() }
    }

    /// Starts a worker. One that panics is started again after a second: a bug in one item must not end the work.
    pub fn start<F, W>(&mut self, name: &'static str, work: F)
    where
        F: Fn(CancellationToken) -> W + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        self.running.spawn(async move {
            loop {
                let ended = tokio::spawn(work(stop.clone())).await;
                if stop.is_cancelled() {
                    break;
                }
                if ended.is_err() {
                    metrics::counter!("worker_panics_total", "worker" => name).increment(1);
                    tracing::error!(worker = name, "The {name} panicked and is started again");
                }
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            }
        });
    }

    /// Stops all of them and waits until they have ended.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.running.join_next().await.is_some() {}
    }
}
