//! Connections: taken, limited, timed out, and ended in order.
//!
//! Not `axum::serve`, which waits for ever for a header that never comes. A feed over HTTP/1.1 leaves the HTTP library
//! once it is answered ([`line`]), as it would keep buffers for requests that never come.

mod line;
mod socket;
mod writers;

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, Version},
    response::Response,
};
use chassis::lifecycle::Lifecycle;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

pub(crate) use line::Watched;

use line::{Feed, Leaving};
use socket::Socket;
use writers::Writers;

/// How long a connection may take to send the head of a request, also while it idles between two.
const HEAD_WITHIN: Duration = Duration::from_secs(75);
/// The most that the head of a request may take.
const HEAD_BYTES: usize = 32 * 1024;
/// Requests under way on one HTTP/2 connection.
const STREAMS: u32 = 128;
/// How long an HTTP/2 connection may be silent before it is asked whether it is there, and then to say so.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Connections that wait to be taken; the system may allow fewer.
const WAITING: u32 = 4_096;
/// Once it is time to stop, after how long it is said that some requests still go on: none takes longer to be answered.
const LAST_WORDS: Duration = Duration::from_secs(15);

/// Takes a port, with room for a whole audience that comes at once: whoever finds the queue full tries again after a
/// second, then after three.
///
/// # Errors
/// When it is taken, or not ours.
pub(crate) fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Serves until the role stops, then lets what is under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    most: usize,
    lifecycle: Lifecycle,
) {
    let room = Arc::new(Semaphore::new(most));
    let writers = Arc::new(Writers::start());
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
        let (router, alive, writers) = (router.clone(), lifecycle.clone(), writers.clone());
        lifecycle.spawn(async move {
            let speaks_http2 = tokio::select! {
                speaks = timeout(HEAD_WITHIN, speaks_http2(&stream)) => speaks,
                () = alive.stopping() => return,
            };
            match speaks_http2 {
                Ok(Ok(true)) => serve_http2(stream, from, router, &alive).await,
                Ok(Ok(false)) => {
                    if let Some((feed, stream)) = serve_http1(stream, from, router, &alive).await {
                        // A task of its own: this one has the size of everything that a request needs.
                        writers.spawn(&alive, async move {
                            feed.write(stream).await;
                            drop(place);
                        });
                    }
                }
                // It has gone, or was silent for too long.
                Ok(Err(_)) | Err(_) => {}
            }
        });
    }
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    if timeout(LAST_WORDS, room.acquire_many(all)).await.is_err() {
        tracing::warn!("some requests still go on");
    }
}

async fn take(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(room)
        .acquire_owned()
        .await
        .expect("nobody closes the semaphore");
    let (stream, from) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, from, place))
}

/// Whether the first words are those of HTTP/2, which no request of HTTP/1.1 begins with.
async fn speaks_http2(stream: &TcpStream) -> std::io::Result<bool> {
    const WORDS: &[u8] = b"PRI";
    let mut first = [0; WORDS.len()];
    loop {
        match stream.peek(&mut first).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count if first[..count] != WORDS[..count] => return Ok(false),
            count if count == WORDS.len() => return Ok(true),
            // The rest is on its way; being told that something is there would not wait for it.
            _ => sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Serves requests until the peer goes or a feed is answered: that goes on by itself.
async fn serve_http1(
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
    lifecycle: &Lifecycle,
) -> Option<(Feed, std::net::TcpStream)> {
    let leaving = Leaving::default();
    let service = service_fn({
        let leaving = leaving.clone();
        move |request| {
            let (router, leaving) = (router.clone(), leaving.clone());
            async move {
                let is_plain = *request.method() == Method::GET
                    && matches!(request.version(), Version::HTTP_10 | Version::HTTP_11);
                let response = answer(router, from, request).await;
                if is_plain {
                    return Ok::<_, Infallible>(leaving.unless_feed(response).await);
                }
                Ok(response)
            }
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(Socket::new(stream, leaving.clone()), service);
    // Asked only when it was woken: behind it is a lock that all connections share.
    let mut stopping: FuturesUnordered<_> = std::iter::once(lifecycle.stopping()).collect();
    let feed = poll_fn(|cx| {
        if let Poll::Ready(Some(())) = stopping.poll_next_unpin(cx) {
            Pin::new(&mut connection).graceful_shutdown();
        }
        match Pin::new(&mut connection).poll(cx) {
            Poll::Ready(ended) => {
                note(ended);
                Poll::Ready(None)
            }
            Poll::Pending => match leaving.feed() {
                Some(feed) => Poll::Ready(Some(feed)),
                None => Poll::Pending,
            },
        }
    })
    .await;
    // The other runtime has to register the socket anew.
    let stream = connection.into_parts().io.into_inner().into_std();
    feed.zip(stream.ok())
}

async fn serve_http2(stream: TcpStream, from: SocketAddr, router: Router, lifecycle: &Lifecycle) {
    let service = service_fn(move |request| {
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, from, request).await) }
    });
    let mut connection = pin!(
        http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(HEAD_BYTES).expect("a small constant"))
            .keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PING_EVERY)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        ended = connection.as_mut() => return note(ended),
        () = lifecycle.stopping() => connection.as_mut().graceful_shutdown(),
    }
    note(connection.await);
}

/// A peer that goes away in the middle is none of our business.
fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!("connection ended: {error}");
    }
}

async fn answer(router: Router, from: SocketAddr, request: Request<Incoming>) -> Response {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(from));
    let Ok(response) = router.oneshot(request).await;
    response
}
