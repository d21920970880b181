//! A client that reads server-sent events and checks what it relies on.

use futures_util::StreamExt as _;
use serde_json::Value;

use super::world::{LIMIT, nobody, session};
use crate::feeds::{Rooms, Viewer};

/// A client: what it has seen.
pub(super) struct Client {
    pub(super) viewer: Viewer,
    unread: String,
    pub(super) last_id: Option<String>,
    pub(super) last_comment: Option<u64>,
    pub(super) units_version: u64,
    pub(super) snapshots: u32,
    pub(super) resets: u32,
}

#[derive(Debug)]
pub(super) struct Event {
    pub(super) kind: String,
    pub(super) data: Value,
}

impl Client {
    pub(super) async fn come(rooms: &Rooms) -> Self {
        Self::of(
            rooms
                .watch_session(session(), false, nobody(None))
                .await
                .unwrap(),
        )
    }

    pub(super) fn of(viewer: Viewer) -> Self {
        Self {
            viewer,
            unread: String::new(),
            last_id: None,
            last_comment: None,
            units_version: 0,
            snapshots: 0,
            resets: 0,
        }
    }

    pub(super) async fn come_back(&mut self, rooms: &Rooms) {
        self.viewer = rooms
            .watch_session(session(), false, nobody(self.last_id.clone()))
            .await
            .unwrap();
        self.unread.clear();
    }

    /// The next event; checks that comments come once and in order.
    pub(super) async fn next(&mut self) -> Event {
        tokio::time::timeout(LIMIT, async {
            loop {
                if let Some(event) = self.take() {
                    return event;
                }
                let bytes = self.viewer.next().await.expect("the feed goes on").unwrap();
                self.unread.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        })
        .await
        .expect("an event in time")
    }

    pub(super) fn take(&mut self) -> Option<Event> {
        while let Some((frame, rest)) = self.unread.split_once("\n\n") {
            let (frame, rest) = (frame.to_owned(), rest.to_owned());
            self.unread = rest;
            let field = |name: &str| {
                frame
                    .lines()
                    .filter_map(|line| line.strip_prefix(name))
                    .collect::<Vec<_>>()
            };
            if let Some(id) = field("id: ").first() {
                self.last_id = Some((*id).to_owned());
            }
            let Some(kind) = field("event: ").first().map(|kind| (*kind).to_owned()) else {
                continue;
            };
            let event = Event {
                kind,
                data: serde_json::from_str(&field("data: ").join("\n")).unwrap(),
            };
            self.note(&event);
            return Some(event);
        }
        None
    }

    pub(super) fn note(&mut self, event: &Event) {
        match event.kind.as_str() {
            "reset" => self.resets += 1,
            "snapshot" => {
                self.snapshots += 1;
                let room = &event.data["room"];
                let last = room["last_seqs"]["comment"].as_u64();
                assert!(last >= self.last_comment, "a snapshot takes nothing back");
                self.last_comment = last;
                self.units_version = room["units"][0]["version"].as_u64().unwrap();
            }
            "comment" => {
                let seq = event.data["seq"].as_u64().unwrap();
                assert_eq!(
                    Some(seq),
                    self.last_comment.map(|last| last + 1),
                    "each comment once and in order"
                );
                self.last_comment = Some(seq);
            }
            "units" => {
                self.units_version = self
                    .units_version
                    .max(event.data["version"].as_u64().unwrap());
            }
            _ => {}
        }
    }

    pub(super) async fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        let until = tokio::time::Instant::now() + LIMIT;
        while !is(self) {
            assert!(tokio::time::Instant::now() < until, "not in time: {what}");
            self.next().await;
        }
    }
}
