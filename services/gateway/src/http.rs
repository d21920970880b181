//! Connections: taken, limited, timed out, and ended in order.
//!
//! Not `axum::serve`, which waits for ever for a header that never comes.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use chassis::lifecycle::Lifecycle;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt as _;

/// How long a connection may take to send the head of a request, also while it idles between two.
const HEAD_WITHIN: Duration = Duration::from_secs(75);
/// The most that the head of a request may take.
const HEAD_BYTES: usize = 32 * 1024;
/// Requests under way on one HTTP/2 connection.
const STREAMS: u32 = 128;
/// How long an HTTP/2 connection may be silent before it is asked whether it is there, and then to say so.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How long requests may go on once it is time to stop.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Serves until the role stops, then lets what is under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    most: usize,
    lifecycle: Lifecycle,
) {
    let builder = Arc::new(builder());
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(most));
    loop {
        let taken = tokio::select! {
            taken = take(&listener, &room) => taken,
            () = lifecycle.stopping() => break,
        };
        let (stream, from, place) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                // Out of file descriptors, say: others must end first.
                tracing::warn!("connection not taken: {error}");
                if !lifecycle.sleep(Duration::from_millis(100)).await {
                    break;
                }
                continue;
            }
        };
        let router = router.clone();
        let service = service_fn(move |request| answer(router.clone(), from, request));
        let connection = builder
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
            .into_owned();
        let watched = graceful.watch(connection);
        lifecycle.spawn(async move {
            // A peer that goes away in the middle is none of our business.
            if let Err(error) = watched.await {
                tracing::debug!("connection ended: {error}");
            }
            drop(place);
        });
    }
    if tokio::time::timeout(LAST_WORDS, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were cut off");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(HEAD_BYTES).expect("a small constant"))
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_EVERY);
    builder
}

async fn take(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, impl Send + 'static)> {
    let place = Arc::clone(room)
        .acquire_owned()
        .await
        .expect("nobody closes the semaphore");
    let (stream, from) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, from, place))
}

async fn answer(
    router: Router,
    from: SocketAddr,
    request: Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(from));
    router.oneshot(request).await
}
