//! Events that wait for another try, each with what its aggregate said after it.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use async_nats::jetstream::Message;
use tokio::time::Instant;

use super::follow::progress;
use crate::envelope::EventHead;

/// By aggregate.
#[derive(Default)]
pub(super) struct Held(BTreeMap<String, Line>);

struct Line {
    waiting: VecDeque<(EventHead, Message)>,
    tries: u32,
    due: Instant,
    /// The first is being tried: the line stands, so that what arrives meanwhile still waits.
    trying: bool,
}

impl Held {
    /// What orders an event: its aggregate, or itself.
    pub(super) fn key(head: &EventHead) -> String {
        head.aggregate
            .as_ref()
            .map_or_else(|| head.id.to_string(), |(aggregate, _)| aggregate.clone())
    }

    /// Does an earlier event of its aggregate wait?
    pub(super) fn holds(&self, head: &EventHead) -> bool {
        !self.0.is_empty() && self.0.contains_key(&Self::key(head))
    }

    /// To the end of its aggregate's line; what waits there already is not taken twice.
    pub(super) fn add(&mut self, head: EventHead, message: Message) {
        if let Some(line) = self.0.get_mut(&Self::key(&head)) {
            match line
                .waiting
                .iter_mut()
                .find(|(waiting, _)| waiting.id == head.id)
            {
                // It was delivered again: only the newest delivery can be acknowledged.
                Some(waiting) => *waiting = (head, message),
                None => line.waiting.push_back((head, message)),
            }
        }
    }

    /// To the head of its aggregate's line, until its next try.
    pub(super) fn wait(&mut self, head: EventHead, message: Message, tries: u32) {
        let due = Instant::now() + delay(tries);
        let line = self.0.entry(Self::key(&head)).or_insert_with(|| Line {
            waiting: VecDeque::new(),
            tries,
            due,
            trying: false,
        });
        line.waiting.push_front((head, message));
        (line.tries, line.due, line.trying) = (tries, due, false);
    }

    /// The next one to try, with the tries it has had.
    pub(super) fn pop_due(&mut self) -> Option<(EventHead, Message, u32)> {
        let now = Instant::now();
        let line = self
            .0
            .values_mut()
            .find(|line| !line.trying && line.due <= now)?;
        line.trying = true;
        let (head, message) = line.waiting.pop_front()?;
        Some((head, message, line.tries))
    }

    /// The one that was tried is done: the next of its line has its first try, or the line is over.
    pub(super) fn go_on(&mut self, key: &str) {
        if let Some(line) = self.0.get_mut(key) {
            (line.tries, line.due, line.trying) = (0, Instant::now(), false);
            if line.waiting.is_empty() {
                self.0.remove(key);
            }
        }
    }

    /// When the next try is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.values().map(|line| line.due).min()
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(|line| line.waiting.len()).sum()
    }

    /// Tells the server that all of them are still being worked on.
    pub(super) async fn progress(&self) -> Result<(), String> {
        for (_, message) in self.0.values().flat_map(|line| &line.waiting) {
            progress(message).await?;
        }
        Ok(())
    }
}

/// Doubles from 100 ms to 3.2 s, with some chance so that several do not come in step.
fn delay(tries: u32) -> Duration {
    Duration::from_millis(50 << tries.clamp(1, 6))
        + Duration::from_millis(rand::random_range(0..50))
}
