//! One connection: a stream of server-sent events that the HTTP side draws from when it can write.
//!
//! Nothing runs for a viewer and nothing queues for it: it holds a position, is woken by its rooms' bells, and takes
//! whatever is due when it is asked.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use chassis::Refusal;
use futures_util::{FutureExt as _, Stream, future::BoxFuture, task::AtomicWaker};
use proto::common::v1::RefusalKind;
use tokio::time::{Instant, Sleep};

use super::{
    Rooms,
    coming_in::{Arrival, Who},
    frame::{BEAT, retry},
    seats::Seat,
};

/// Proxies and phones cut connections that are silent for longer.
const BEAT_EVERY: Duration = Duration::from_secs(15);
/// Beats between two looks at whether the viewer may still watch.
const BEATS_A_CHECK: u8 = 4;
/// One viewer in so many is measured.
const MEASURED: u32 = 64;
/// A client that was cut comes back after so many milliseconds…
const RETRY: (u32, u32) = (2_000, 5_000);
/// …and after this when the gateway stops, to spread over those that stay.
const RETRY_AFTER_STOP: (u32, u32) = (1_000, 10_000);

/// Asks whether the viewer's sign-in still holds.
pub(crate) type StillSignedIn = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// The body of a feed's response.
pub(crate) struct Viewer {
    rooms: Rooms,
    who: Arc<Who>,
    waker: Arc<AtomicWaker>,
    here: Arrival,
    /// On its way in again.
    coming: Option<BoxFuture<'static, Result<Arrival, Refusal>>>,
    beat: Pin<Box<Sleep>>,
    beats: u8,
    checking: Option<BoxFuture<'static, bool>>,
    ended: bool,
    /// One of those whose lag is measured.
    measured: bool,
    _seat: Seat,
}

impl Viewer {
    pub(super) fn new(
        rooms: Rooms,
        who: Arc<Who>,
        waker: Arc<AtomicWaker>,
        mut here: Arrival,
        seat: Seat,
    ) -> Self {
        here.opening.push(retry(RETRY.0, RETRY.1));
        // Not all in step.
        let first = BEAT_EVERY.mul_f64(rand::random_range(0.5..1.0));
        Self {
            rooms,
            who,
            waker,
            here,
            coming: None,
            beat: Box::pin(tokio::time::sleep(first)),
            beats: 0,
            checking: None,
            ended: false,
            measured: rand::random_ratio(1, MEASURED),
            _seat: seat,
        }
    }

    /// What is to be written now.
    fn now(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            if let Some(piece) = self.here.opening.pop() {
                return Poll::Ready(Some(piece));
            }
            if let Some(coming) = &mut self.coming {
                match coming.poll_unpin(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(arrival)) => {
                        self.coming = None;
                        self.here = arrival;
                    }
                    // It may not watch this any more, or there is nothing to watch.
                    Poll::Ready(Err(_refusal)) => return Poll::Ready(None),
                }
            } else if self.here.incarnation.is_over() {
                self.come_in_again(false);
            } else {
                let upto = self.here.incarnation.position();
                let rooms = self.here.places.iter().map(|place| &place.channel.room);
                match self
                    .here
                    .reader
                    .next(&self.here.incarnation.tag, &rooms, upto)
                {
                    Ok(Some(bytes)) => {
                        self.delivered(upto);
                        return Poll::Ready(Some(bytes));
                    }
                    Ok(None) => return Poll::Pending,
                    Err(_lost) => {
                        self.rooms.meters.resets.inc();
                        self.come_in_again(true);
                    }
                }
            }
        }
    }

    /// Ends what waited for a viewer to get it; one viewer in many tells how late it was.
    fn delivered(&self, upto: u64) {
        let channels = self.here.places.iter().map(|place| &place.channel);
        self.rooms.delivering.delivered(upto, &channels);
        if self.measured {
            let late = self.here.incarnation.since_last();
            self.rooms.meters.socket_lag.observe(late.as_secs_f64());
        }
    }

    fn come_in_again(&mut self, lost: bool) {
        let last_id = self.here.reader.id(&self.here.incarnation.tag);
        let (rooms, who, waker) = (
            self.rooms.clone(),
            Arc::clone(&self.who),
            Arc::clone(&self.waker),
        );
        self.coming = Some(
            async move {
                loop {
                    match rooms.come_in(&who, &waker, Some(&last_id), lost).await {
                        Err(refusal)
                            if matches!(
                                refusal.kind,
                                RefusalKind::Busy | RefusalKind::Internal
                            ) =>
                        {
                            tokio::time::sleep(Duration::from_millis(rand::random_range(
                                500..2_000,
                            )))
                            .await;
                        }
                        settled => return settled,
                    }
                }
            }
            .boxed(),
        );
    }

    /// Beats, and looks now and then whether the viewer may still watch.
    fn beat(&mut self, cx: &mut Context<'_>) -> Option<Bytes> {
        if let Some(checking) = &mut self.checking
            && let Poll::Ready(still) = checking.poll_unpin(cx)
        {
            self.checking = None;
            if !still {
                return Some(self.end(retry(RETRY.0, RETRY.1)));
            }
        }
        if self.beat.as_mut().poll(cx).is_pending() {
            return None;
        }
        self.beat.as_mut().reset(Instant::now() + BEAT_EVERY);
        self.beats += 1;
        if self.beats >= BEATS_A_CHECK {
            self.beats = 0;
            self.checking = self.who.still_signed_in.as_ref().map(|still| still());
        }
        Some(BEAT)
    }

    fn end(&mut self, farewell: Bytes) -> Bytes {
        self.ended = true;
        farewell
    }
}

impl Stream for Viewer {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let viewer = self.get_mut();
        if viewer.ended {
            return Poll::Ready(None);
        }
        // Before looking: news that comes meanwhile wakes.
        viewer.waker.register(cx.waker());
        let next = if viewer.rooms.lifecycle.is_stopping() {
            Poll::Ready(Some(
                viewer.end(retry(RETRY_AFTER_STOP.0, RETRY_AFTER_STOP.1)),
            ))
        } else if let Some(beat) = viewer.beat(cx) {
            Poll::Ready(Some(beat))
        } else {
            viewer.now(cx)
        };
        viewer.ended |= matches!(next, Poll::Ready(None));
        next.map(|bytes| bytes.map(Ok))
    }
}
