//! A feed's connection, byte by byte: what came before it, how it ends, and both versions of HTTP.

use std::time::Duration;

use axum::body::Body;
use chassis::testing;
use http_body_util::BodyExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::{
    super::world::{SOON, World, refused},
    comment, session, start,
};

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.url.strip_prefix("http://").unwrap())
        .await
        .unwrap()
}

fn get(path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: phien\r\n{more}\r\n").into_bytes()
}

fn feed() -> String {
    format!("/v1/sessions/{}/feed", session())
}

async fn read_until(stream: &mut TcpStream, so_far: &mut Vec<u8>, what: &str) {
    timeout(SOON, async {
        let mut looked = 0;
        while !String::from_utf8_lossy(&so_far[looked..]).contains(what) {
            looked = so_far.len().saturating_sub(what.len());
            let count = stream.read_buf(so_far).await.unwrap();
            assert!(count > 0, "ended before {what}");
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{what} has not come"));
}

#[tokio::test]
async fn a_feed_comes_after_all_that_was_asked_before_on_its_connection() {
    let world = start().await;
    let mut stream = connect(&world).await;
    let before = 120;
    for _ in 0..before {
        stream.write_all(&get("/openapi.json", "")).await.unwrap();
    }
    stream.write_all(&get(&feed(), "")).await.unwrap();
    // Longer than it takes to answer: far more than the socket holds waits to be read.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut bytes = Vec::new();
    // The description of the API speaks of events too, but without line breaks.
    read_until(&mut stream, &mut bytes, "\nevent: snapshot\n").await;
    comment(&world, 1).await;
    read_until(&mut stream, &mut bytes, "\nevent: comment\n").await;
    let text = String::from_utf8(bytes).unwrap();
    let mut rest = text.as_str();
    assert!(rest.len() > 8_000_000, "not enough to fill a socket");
    for _ in 0..before {
        let (head, body) = rest.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        rest = &body[length.unwrap().parse().unwrap()..];
    }
    let (head, body) = rest.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    for line in [
        "content-type: text/event-stream",
        "connection: close",
        "x-request-id: ",
        "date: ",
    ] {
        assert!(head.contains(line), "no {line} in {head}");
    }
    assert!(
        body.starts_with("retry: ") && body.ends_with("\n\n"),
        "{body}"
    );
}

#[tokio::test]
async fn a_feed_ends_with_a_word_when_the_gateway_stops() {
    let world = start().await;
    let mut stream = connect(&world).await;
    stream.write_all(&get(&feed(), "")).await.unwrap();
    let mut idle = connect(&world).await;
    let mut bytes = Vec::new();
    read_until(&mut stream, &mut bytes, "event: snapshot").await;
    bytes.clear();
    assert!(world.lifecycle.stop(SOON).await, "all connections end");
    timeout(SOON, stream.read_to_end(&mut bytes))
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.contains("retry: ") && text.ends_with("\n\n"),
        "{text:?}"
    );
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_viewer_that_goes_gives_its_seat_back() {
    let world = start().await;
    let shopper = world.shopper().await;
    let mut open = Vec::new();
    for _ in 0..10 {
        let mut stream = connect(&world).await;
        let who = format!("authorization: Bearer {shopper}\r\n");
        stream.write_all(&get("/v1/me/feed", &who)).await.unwrap();
        read_until(&mut stream, &mut Vec::new(), "event: snapshot").await;
        open.push(stream);
    }
    assert_eq!(
        refused(world.get("/v1/me/feed", &shopper), 429).await,
        "rate_limited"
    );
    // Half closed is closed, and what it says meanwhile means nothing.
    open[3].write_all(&get("/v1/me", "")).await.unwrap();
    open[3].shutdown().await.unwrap();
    testing::eventually("a seat is free", SOON, || async {
        let answer = world.get("/v1/me/feed", &shopper).send().await.unwrap();
        (answer.status() == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn only_the_head_of_a_feed_leaves_the_connection_open() {
    let world = start().await;
    let mut stream = connect(&world).await;
    let head = format!("HEAD {} HTTP/1.1\r\nhost: phien\r\n\r\n", feed());
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    read_until(&mut stream, &mut bytes, "text/event-stream").await;
    // In parts, as no beginning of HTTP/2 either.
    stream.write_all(b"P").await.unwrap();
    stream
        .write_all(b"UT /nothing HTTP/1.1\r\nhost: phien\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut stream, &mut bytes, "HTTP/1.1 404").await;
    assert!(!String::from_utf8_lossy(&bytes).contains("retry: "));
}

#[tokio::test]
async fn http2_has_feeds_beside_other_requests() {
    let world = start().await;
    let stream = TokioIo::new(connect(&world).await);
    let (mut client, connection) =
        hyper::client::conn::http2::handshake::<_, _, Body>(TokioExecutor::new(), stream)
            .await
            .unwrap();
    world.lifecycle.spawn(connection);
    let request = |path: String| {
        axum::http::Request::get(format!("{}{path}", world.url))
            .body(Body::empty())
            .unwrap()
    };
    let mut answer = client.send_request(request(feed())).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let other = client.send_request(request("/v1/me".into())).await.unwrap();
    assert_eq!(other.status(), 401);
    comment(&world, 1).await;
    let mut text = String::new();
    timeout(SOON, async {
        while !text.contains("event: comment") {
            let frame = answer.frame().await.expect("it goes on").unwrap();
            text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    })
    .await
    .unwrap();
    assert!(
        text.starts_with("retry: ") && text.contains("event: snapshot"),
        "{text}"
    );
}
