//! When a message reaches a viewer's connection: for the trace it belongs to, and for the measure of how late feeds are.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use chassis::trace::Span;

use super::{channel::Channel, reader::lock};

/// Messages that nobody watches are forgotten when more come.
const MOST: usize = 256;

/// The messages of traces on their way to a first viewer. Nothing, unless something is sampled.
#[derive(Debug, Default)]
pub(super) struct Delivering {
    any: AtomicBool,
    due: Mutex<VecDeque<Due>>,
}

#[derive(Debug)]
struct Due {
    position: u64,
    channel: Arc<Channel>,
    _span: Span,
}

impl Delivering {
    /// A message came for an audience; its span ends with the first viewer who gets it.
    pub(super) fn came(&self, position: u64, channel: &Arc<Channel>, span: Span) {
        if span.trace().is_none() {
            return;
        }
        let mut due = lock(&self.due);
        if due.len() >= MOST {
            due.pop_front();
        }
        due.push_back(Due {
            position,
            channel: Arc::clone(channel),
            _span: span,
        });
        self.any.store(true, Ordering::Release);
    }

    /// A viewer of these audiences has everything up to here.
    pub(super) fn delivered<'a>(
        &self,
        upto: u64,
        channels: &(impl Iterator<Item = &'a Arc<Channel>> + Clone),
    ) {
        if !self.any.load(Ordering::Acquire) {
            return;
        }
        let mut due = lock(&self.due);
        due.retain(|due| {
            due.position > upto || !channels.clone().any(|one| Arc::ptr_eq(one, &due.channel))
        });
        self.any.store(!due.is_empty(), Ordering::Release);
    }
}
