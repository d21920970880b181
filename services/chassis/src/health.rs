//! `/healthz` and `/readyz` for whoever watches the process.

use std::net::SocketAddr;

use axum::{Router, http::StatusCode, routing::get};

use crate::{
    lifecycle::Lifecycle,
    service::{Core, StartError},
};

/// Answers until the role stops: healthy while the process runs, ready while every part of it is.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(
    address: SocketAddr,
    cores: Vec<Core>,
    lifecycle: &Lifecycle,
) -> Result<(), StartError> {
    let listen = |source| StartError::Listen {
        address: address.to_string(),
        source,
    };
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(listen)?;
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
        .route("/readyz", get(ready));
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
    Ok(())
}
