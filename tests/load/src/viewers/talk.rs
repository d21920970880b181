//! What travels on a viewer's connection: server-sent events, or socket.io on a websocket. Read as it lies, without a copy.

use std::io::BufRead as _;

use super::{
    seen::{KINDS, Seen, Total},
    stamp,
};

/// How the server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Talk {
    /// Server-sent events: a feed of the gateway.
    Events,
    /// The socket.io protocol, version 5, on a bare websocket.
    SocketIo,
}

/// socket.io: "connect me", and "I am here" in answer to "are you?"; masked with zeros, as a client must.
const CONNECT: &[u8] = b"\x81\x82\0\0\0\x0040";
const PONG: &[u8] = b"\x81\x81\0\0\0\x003";

/// One viewer's side of a connection.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// The beginning of something whose rest has not come.
    begun: Vec<u8>,
    /// Of the server-sent event that is under way.
    kind: Option<Kind>,
    /// The websocket is one.
    open: bool,
    /// It gets events from now on.
    pub(crate) ready: bool,
    /// What it has seen.
    pub(crate) seen: Seen,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Snapshot,
    Reset,
    Event(usize),
}

impl Talk {
    /// The first thing to be said.
    #[must_use]
    pub(crate) fn request(self, path: &str) -> Vec<u8> {
        let more = match self {
            Self::Events => "Accept: text/event-stream\r\n",
            Self::SocketIo => {
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            }
        };
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n").into_bytes()
    }

    /// Takes what has come; returns what has to be said in answer.
    pub(crate) fn receive(
        self,
        line: &mut Line,
        bytes: &[u8],
        sampled: bool,
        total: &mut Total,
    ) -> &'static [u8] {
        let mut joined = std::mem::take(&mut line.begun);
        let bytes = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        let (used, answer) = match self {
            Self::Events => (line.events(bytes, sampled, total), &b""[..]),
            Self::SocketIo => line.frames(bytes, sampled, total),
        };
        line.begun = bytes[used..].to_vec();
        answer
    }
}

impl Line {
    /// Reads whole lines. Those of the answer's head and the sizes of its chunks are none that mean anything.
    fn events(&mut self, bytes: &[u8], sampled: bool, total: &mut Total) -> usize {
        let mut used = 0;
        loop {
            let mut rest = &bytes[used..];
            // A slice is read without fail, and by the fastest search there is.
            let length = rest.skip_until(b'\n').unwrap_or_default();
            let line = &bytes[used..used + length];
            if line.last() != Some(&b'\n') {
                return used;
            }
            used += length;
            if let Some(data) = line.strip_prefix(b"data: ") {
                self.data(data, sampled, total);
            } else if let Some(name) = line.strip_prefix(b"event: ") {
                self.kind = match name.trim_ascii() {
                    b"snapshot" => Some(Kind::Snapshot),
                    b"reset" => Some(Kind::Reset),
                    name => KINDS
                        .iter()
                        .position(|kind| kind.as_bytes() == name)
                        .map(Kind::Event),
                };
            }
        }
    }

    fn data(&mut self, data: &[u8], sampled: bool, total: &mut Total) {
        match self.kind {
            Some(Kind::Event(kind)) => self.seen.event(kind, data, sampled, total),
            Some(Kind::Reset) => self.seen.cut = true,
            Some(Kind::Snapshot) => {
                let name = br#""last_seqs":"#;
                if let Some(at) = stamp::find(data, name) {
                    self.seen.snapshot(&data[at + name.len()..], !self.ready);
                    self.ready = true;
                }
            }
            None => {}
        }
    }

    fn frames(&mut self, bytes: &[u8], sampled: bool, total: &mut Total) -> (usize, &'static [u8]) {
        let mut used = 0;
        let mut answer = &b""[..];
        if !self.open {
            let Some(head) = stamp::find(bytes, b"\r\n\r\n") else {
                return (0, answer);
            };
            self.open = true;
            used = head + 4;
        }
        while let Some((payload, length)) = frame(&bytes[used..]) {
            used += length;
            match payload {
                [b'0', ..] => answer = CONNECT,
                [b'2'] => answer = PONG,
                [b'4', b'0', ..] => self.ready = true,
                [b'4', b'2', data @ ..] => self.seen.event(0, data, sampled, total),
                _ => {}
            }
        }
        (used, answer)
    }
}

/// The first frame of a server: what it says, and how long it is in all.
fn frame(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let (head, length) = match *bytes.get(1)? {
        126 => (
            4,
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (
            10,
            usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?,
        ),
        short => (2, usize::from(short)),
    };
    Some((bytes.get(head..head + length)?, head + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever way it is cut, the same is seen.
    fn in_parts(talk: Talk, bytes: &[u8]) -> (Line, Total, Vec<u8>) {
        let mut whole = None;
        for size in [1, 2, 3, 7, bytes.len()] {
            let (mut line, mut total, mut said) = (Line::default(), Total::new(), Vec::new());
            for part in bytes.chunks(size) {
                said.extend_from_slice(talk.receive(&mut line, part, true, &mut total));
            }
            assert!(line.begun.is_empty());
            let seen = (
                line.seen.numbers,
                line.seen.missing,
                line.seen.cut,
                total.deliveries,
                said.clone(),
            );
            assert_eq!(
                whole.get_or_insert_with(|| seen.clone()),
                &seen,
                "in parts of {size}"
            );
            if size == bytes.len() {
                return (line, total, said);
            }
        }
        unreachable!("the last is the whole")
    }

    #[test]
    fn server_sent_events_are_counted() {
        let text = "HTTP/1.1 200 OK\r\n\r\n1f\r\nretry: 7\n\nevent: snapshot\nid: a-1\ndata: {\"room\":\ndata: {\"last_seqs\":{\"comment\":2,\"hidden\":0,\"sale\":0,\"notice\":0}}\ndata: }\n\n\r\n20\r\nevent: comment\nid: a-2\ndata: {\"seq\":3}\n\nevent: units\nid: a-3\ndata: {\"seq\":9}\n\nevent: sale\nid: a-4\ndata: {\"seq\":1}\n\n\r\n: \u{2665}\n\n";
        let (line, total, _) = in_parts(Talk::Events, text.as_bytes());
        assert!(line.ready && !line.seen.cut);
        assert_eq!(
            (line.seen.numbers, line.seen.missing, total.deliveries),
            ([3, 0, 1, 0], 0, 2)
        );
    }

    #[test]
    fn socket_io_is_spoken() {
        let long = format!(r#"42["comment",{{"seq":2,"text":"{}"}}]"#, "x".repeat(200));
        let mut bytes = b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec();
        for text in ["0{}", "40{}", r#"42["comment",{"seq":1}]"#, &long, "2"] {
            bytes.push(0x81);
            match u8::try_from(text.len()) {
                Ok(short) if short < 126 => bytes.push(short),
                _ => bytes.extend_from_slice(&[126, 0, u8::try_from(text.len()).unwrap()]),
            }
            bytes.extend_from_slice(text.as_bytes());
        }
        let (line, total, _) = in_parts(Talk::SocketIo, &bytes[..bytes.len() - 3]);
        assert!(line.ready);
        assert_eq!(
            (line.seen.numbers[0], line.seen.missing, total.deliveries),
            (2, 0, 2)
        );
        let said = Talk::SocketIo.receive(
            &mut Line {
                open: true,
                ..Line::default()
            },
            b"\x81\x012",
            true,
            &mut Total::new(),
        );
        assert_eq!(said, PONG);
    }
}
