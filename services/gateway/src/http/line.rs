//! A feed's connection once the feed is answered: a socket and whatever is due, nothing else.
//!
//! The HTTP library keeps some ten kilobytes a connection for the next request, and copies what it writes. A feed over
//! HTTP/1.1 ends with its connection, so that after the head of its answer there is no HTTP left to speak.

use std::{
    future::{pending, poll_fn},
    io::ErrorKind,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::SystemTime,
};

use axum::{
    body::Body,
    http::{HeaderValue, header, response::Parts},
    response::Response,
};
use axum_extra::headers::{Date, HeaderMapExt as _};
use bytes::{Buf as _, Bytes};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::{io::AsyncWrite as _, net::TcpStream};

use crate::feeds::Viewer;

/// The viewer of a feed's response, which its connection may take out of it.
#[derive(Clone)]
pub(crate) struct Watched(Arc<Mutex<Option<Viewer>>>);

impl Watched {
    /// A response whose body the viewer is, wherever it is left in it.
    pub(crate) fn response(viewer: Viewer) -> Response {
        let watched = Self(Arc::new(Mutex::new(Some(viewer))));
        let body = watched.clone();
        let body = stream::poll_fn(move |cx| match &mut *lock(&body.0) {
            Some(viewer) => viewer.poll_next_unpin(cx),
            None => Poll::Ready(None),
        });
        let mut response = Response::new(Body::from_stream(body));
        response.extensions_mut().insert(watched);
        response
    }
}

/// How a feed leaves the HTTP library; shared by its service, its socket and its connection.
#[derive(Clone, Default)]
pub(super) struct Leaving(Arc<Shared>);

#[derive(Default)]
struct Shared {
    feed: Mutex<Option<Feed>>,
    /// The library has something to write that the socket does not take yet.
    blocked: AtomicBool,
}

impl Leaving {
    /// Passes a response on, unless it is a feed: that never comes, as its connection is taken away.
    pub(super) async fn unless_feed(&self, response: Response) -> Response {
        let viewer = response
            .extensions()
            .get()
            .and_then(|Watched(viewer)| lock(viewer).take());
        let Some(viewer) = viewer else {
            return response;
        };
        let (parts, _) = response.into_parts();
        *lock(&self.0.feed) = Some(Feed {
            due: head(parts),
            viewer,
        });
        pending().await
    }

    pub(super) fn blocked(&self, blocked: bool) {
        self.0.blocked.store(blocked, Ordering::Relaxed);
    }

    /// The feed, once all answers before it are written.
    pub(super) fn feed(&self) -> Option<Feed> {
        if self.0.blocked.load(Ordering::Relaxed) {
            return None;
        }
        lock(&self.0.feed).take()
    }
}

/// A feed that is written to a bare socket.
pub(super) struct Feed {
    /// What is to be written before the viewer is asked for more.
    due: Bytes,
    viewer: Viewer,
}

impl Feed {
    /// Writes it to its end, or until the peer is gone.
    pub(super) async fn write(mut self, stream: std::net::TcpStream) {
        match TcpStream::from_std(stream) {
            Ok(mut stream) => poll_fn(|cx| self.poll(&mut stream, cx)).await,
            Err(error) => tracing::warn!("a feed's socket is not taken over: {error}"),
        }
    }

    fn poll(&mut self, stream: &mut TcpStream, cx: &mut Context<'_>) -> Poll<()> {
        if is_gone(stream, cx) {
            return Poll::Ready(());
        }
        loop {
            while self.due.has_remaining() {
                match ready!(Pin::new(&mut *stream).poll_write(cx, &self.due)) {
                    Ok(written) if written > 0 => self.due.advance(written),
                    Ok(_) | Err(_) => return Poll::Ready(()),
                }
            }
            match ready!(Pin::new(&mut self.viewer).poll_next(cx)) {
                Some(Ok(due)) => self.due = due,
                None => return Pin::new(&mut *stream).poll_shutdown(cx).map(drop),
            }
        }
    }
}

/// Has the peer closed? What it says meanwhile is not listened to.
fn is_gone(stream: &TcpStream, cx: &mut Context<'_>) -> bool {
    let mut scrap = [0; 256];
    while let Poll::Ready(readable) = stream.poll_read_ready(cx) {
        match readable.and_then(|()| stream.try_read(&mut scrap)) {
            Ok(0) => return true,
            Err(error) if error.kind() != ErrorKind::WouldBlock => return true,
            Ok(_) | Err(_) => {}
        }
    }
    false
}

/// The head of an answer that ends with its connection.
fn head(mut parts: Parts) -> Bytes {
    let headers = &mut parts.headers;
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.typed_insert(Date::from(SystemTime::now()));
    let mut head = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
    for (name, value) in headers.iter() {
        let line = [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"];
        head.extend_from_slice(&line.concat());
    }
    head.extend_from_slice(b"\r\n");
    head.into()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
