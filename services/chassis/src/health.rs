//! `/healthz`, `/readyz` and `/metrics` for whoever watches the process.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::{StatusCode, header},
    routing::get,
};

use crate::{
    lifecycle::Lifecycle,
    metrics,
    service::{Core, StartError},
};

/// Answers until the role stops: healthy while the process runs, ready while every part of it is.
///
/// Returns where it listens.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(
    address: SocketAddr,
    cores: Vec<Core>,
    lifecycle: &Lifecycle,
) -> Result<SocketAddr, StartError> {
    let listen = |source| StartError::Listen {
        address: address.to_string(),
        source,
    };
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let roles: Vec<_> = cores.iter().map(|core| Arc::clone(&core.metrics)).collect();
    let shown = move || async move {
        let format = "text/plain; version=0.0.4; charset=utf-8";
        ([(header::CONTENT_TYPE, format)], metrics::text(&roles))
    };
    let ready = move || {
        let cores = cores.clone();
        async move {
            for core in &cores {
                if !core.is_ready().await {
                    return (
                        StatusCode::SERVICE_UNAVAILABLE,
                        format!("{} is not ready\n", core.bus.service),
                    );
                }
            }
            (StatusCode::OK, "ready\n".to_owned())
        }
    };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(shown));
    let alive = lifecycle.clone();
    lifecycle.spawn(async move {
        let stop = async move { alive.stopping().await };
        if let Err(error) = axum::serve(listener, router)
            .with_graceful_shutdown(stop)
            .await
        {
            tracing::error!("health listener: {error}");
        }
    });
    Ok(address)
}
