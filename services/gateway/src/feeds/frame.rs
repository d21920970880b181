//! A message as its viewers get it: turned into the bytes of a server-sent event once, when the first asks for it.
//!
//! Most shoppers and desks are watched on another gateway or not at all; their messages are never turned.

use bytes::Bytes;
use proto::feed::v1::feed::Of;

use super::message::{EVENT_KINDS, Numbers};
use crate::wire;

/// A comment line that keeps connections open and shows that they are.
pub(super) const BEAT: Bytes = Bytes::from_static(": ♥\n\n".as_bytes());

/// Says that what was shown before no longer counts; a snapshot follows in the same breath.
pub(super) const RESET: Bytes = Bytes::from_static(b"event: reset\ndata: {}\n\n");

/// One message.
#[derive(Debug)]
pub(super) enum Frame {
    /// As it came.
    Told(Box<Of>),
    /// As it goes.
    Turned(Bytes),
}

impl Frame {
    /// The server-sent event, with the id by which a viewer resumes after it.
    pub(super) fn bytes(&mut self, tag: &str, position: u64) -> Bytes {
        let bytes = match std::mem::replace(self, Self::Turned(Bytes::new())) {
            Self::Turned(bytes) => bytes,
            Self::Told(of) => {
                let kind = of.kind();
                Bytes::from(format!(
                    "event: {kind}\nid: {tag}-{position}\ndata: {}\n\n",
                    wire::feed::json(*of)
                ))
            }
        };
        *self = Self::Turned(bytes.clone());
        bytes
    }
}

/// An id: the position that a viewer has everything up to, and the numbers that it has beyond.
///
/// A snapshot may hold events that the stream brings later: whoever is cut in between must not get them again.
pub(super) fn id(tag: &str, position: u64, beyond: &Numbers) -> String {
    if beyond.iter().all(Option::is_none) {
        return format!("{tag}-{position}");
    }
    let numbers: Vec<_> = beyond
        .iter()
        .map(|number| number.unwrap_or_default().to_string())
        .collect();
    format!("{tag}-{position}~{}", numbers.join("."))
}

/// Reads an id of the incarnation `tag` back.
pub(super) fn read_id(id: &str, tag: &str) -> Option<(u64, Numbers)> {
    let rest = id.strip_prefix(tag)?.strip_prefix('-')?;
    let (position, numbers) = rest
        .split_once('~')
        .map_or((rest, None), |(position, numbers)| {
            (position, Some(numbers))
        });
    let mut beyond = Numbers::default();
    if let Some(numbers) = numbers {
        let numbers: Vec<u64> = numbers
            .split('.')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        beyond = <[u64; EVENT_KINDS.len()]>::try_from(numbers)
            .ok()?
            .map(Some);
    }
    Some((position.parse().ok()?, beyond))
}

/// A shared event for a viewer that has numbers beyond it: the same with more in its id.
pub(super) fn beyond(event: &[u8], tag: &str, position: u64, beyond: &Numbers, into: &mut Vec<u8>) {
    let line = |name: &[u8]| event.windows(name.len()).position(|window| window == name);
    match (line(b"\nid: "), line(b"\ndata: ")) {
        (Some(id_line), Some(data)) if id_line < data => {
            into.extend_from_slice(&event[..id_line]);
            into.extend_from_slice(b"\nid: ");
            into.extend_from_slice(id(tag, position, beyond).as_bytes());
            into.extend_from_slice(&event[data..]);
        }
        _ => into.extend_from_slice(event),
    }
}

/// Tells a client how long to wait before it comes back; by chance, so that clients do not return in step.
pub(super) fn retry(from_ms: u32, to_ms: u32) -> Bytes {
    Bytes::from(format!(
        "retry: {}\n\n",
        rand::random_range(from_ms..=to_ms)
    ))
}

/// Many events in one piece.
pub(super) fn join<'a>(frames: impl Iterator<Item = &'a Bytes> + Clone) -> Bytes {
    let mut all = Vec::with_capacity(frames.clone().map(Bytes::len).sum());
    for frame in frames {
        all.extend_from_slice(frame);
    }
    Bytes::from(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_went() {
        for beyond in [
            Numbers::default(),
            [Some(3), Some(0), Some(12), Some(0), Some(1)],
        ] {
            assert_eq!(read_id(&id("t.2", 17, &beyond), "t.2"), Some((17, beyond)));
        }
        for strange in [
            "t-1",
            "t.2-",
            "t.2-x",
            "t.2--1",
            "t.2-1~",
            "t.2-1~1.2.3.4",
            "t.2-1~1.2.3.4.5.6",
            "t.2-1~1.2.3.4.x",
            "t.2",
            "",
        ] {
            assert_eq!(read_id(strange, "t.2"), None, "{strange}");
        }
    }

    #[test]
    fn a_comment_becomes_an_event_without_its_author() {
        let comment = proto::livestream::v1::Comment {
            seq: 4,
            text: "xin\nchào".into(),
            account_id: "acc_1".into(),
            ..Default::default()
        };
        let mut frame = Frame::Told(Box::new(Of::Comment(comment)));
        let bytes = frame.bytes("t", 9);
        assert_eq!(frame.bytes("t", 9).as_ptr(), bytes.as_ptr(), "turned once");
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let lines: Vec<_> = text.split('\n').collect();
        assert_eq!(
            (lines.len(), lines[0], lines[1]),
            (5, "event: comment", "id: t-9")
        );
        assert!(
            lines[2].starts_with("data: {") && lines[2].contains(r#""text":"xin\nchào""#),
            "{text}"
        );
        assert!(!text.contains("acc_1"));
        let mut more = Vec::new();
        beyond(
            &bytes,
            "t",
            9,
            &[Some(7), None, None, None, None],
            &mut more,
        );
        assert_eq!(
            String::from_utf8(more).unwrap(),
            text.replace("id: t-9", "id: t-9~7.0.0.0.0")
        );
    }
}
