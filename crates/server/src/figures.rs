//! `/metrics`, on a listener of its own: figures are for the operator, not for the internet.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::listen::{self, Limits};

/// Seconds between two rounds in which old samples are dropped.
const UPKEEP: Duration = Duration::from_secs(5);

/// Gives figures on `address` until `stop`.
///
/// # Errors
/// One line when it cannot listen there.
pub async fn serve(address: SocketAddr, stop: CancellationToken) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot give figures on {address}: {error}");
    let recorder = PrometheusBuilder::new().install_recorder().map_err(|error| failed(&error))?;
    let listener = TcpListener::bind(address).await.map_err(|error| failed(&error))?;
    let rendered = recorder.clone();
    let router = Router::new().route("/metrics", get(async move || rendered.render()));
    let ended = stop.clone();
    tokio::spawn(async move {
        while !ended.is_cancelled() {
            recorder.run_upkeep();
            tokio::select! {
                () = ended.cancelled() => (),
                () = tokio::time::sleep(UPKEEP) => (),
            }
        }
    });
    tokio::spawn(listen::serve(listener, router, Limits::default(), stop));
    Ok(())
}
