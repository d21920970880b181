//! Follows the feeds' stream: one consumer a gateway, whose messages go to the logs of their audiences.
//!
//! An ordered consumer of the client library would mend itself out of sight, also across two incarnations of the
//! stream, and positions of both would mix. So the order is checked here, and every new start looks at the stream
//! first: the same one goes on, another one is another incarnation.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, pull},
    context::GetStreamErrorKind,
    stream,
};
use chassis::{
    bus::{Bus, PULL_BYTES},
    envelope,
    telemetry::chain,
    trace::Span,
};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use prost::Message as _;
use proto::{
    contract::{Audience, FEEDS},
    feed::v1::{Feed, feed::Of},
};

use super::{
    Rooms, frame::Frame, incarnation::Incarnation, message::What, reader::lock, room::Told,
};

/// A broker that is silent for two of these is asked anew.
const HEARTBEAT: Duration = Duration::from_secs(2);
const PULL_EXPIRES: Duration = Duration::from_secs(30);
const PULL_BATCH: usize = 500;
/// How often the connection is looked at; the stream itself every eighth time, and whenever the broker is back.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// The incarnation that is followed, and the stream it belongs to.
struct Followed {
    incarnation: Arc<Incarnation>,
    created: DateTime<Utc>,
}

impl Followed {
    /// Is it this stream, with nothing missed that this gateway has not read yet?
    fn goes_on(&self, stream: &stream::Info, position: u64) -> bool {
        self.created == stream.created && stream.state.last_sequence >= position
    }
}

/// Follows the stream until the role stops.
pub(super) async fn follow(rooms: Rooms) {
    let mut followed = None;
    loop {
        tokio::select! {
            reason = follow_once(&rooms, &mut followed) => tracing::warn!("follows the feeds again: {reason}"),
            () = rooms.lifecycle.stopping() => return,
        }
        if !rooms
            .lifecycle
            .sleep(Duration::from_millis(rand::random_range(50..250)))
            .await
        {
            return;
        }
    }
}

/// Follows until something breaks; says what.
async fn follow_once(rooms: &Rooms, followed: &mut Option<Followed>) -> String {
    match try_follow(rooms, followed).await {
        Ok(never) => match never {},
        Err(reason) => reason,
    }
}

async fn try_follow(
    rooms: &Rooms,
    followed: &mut Option<Followed>,
) -> Result<std::convert::Infallible, String> {
    let bus = &rooms.bus;
    let stream = match stream_info(bus).await {
        Err(error) if error.kind() == GetStreamErrorKind::Request => return Err(chain(&error)),
        Err(_missing) => {
            bus.ensure_streams().await.map_err(|error| chain(&error))?;
            stream_info(bus).await.map_err(|error| chain(&error))?
        }
        Ok(stream) => stream,
    };
    let followed = settle(rooms, followed, &stream);
    let incarnation = &followed.incarnation;
    let position = incarnation.position();
    let config = pull::Config {
        deliver_policy: match position {
            0 => DeliverPolicy::All,
            position => DeliverPolicy::ByStartSequence {
                start_sequence: position + 1,
            },
        },
        ack_policy: AckPolicy::None,
        inactive_threshold: Duration::from_secs(30),
        memory_storage: true,
        num_replicas: 1,
        ..pull::Config::default()
    };
    let consumer = bus
        .jetstream()
        .create_consumer_on_stream(config, FEEDS)
        .await
        .map_err(|error| chain(&error))?;
    if consumer.cached_info().num_pending == 0 {
        incarnation.reached(stream.state.last_sequence);
        rooms.show(incarnation);
    }
    let pulls = consumer
        .stream()
        .max_messages_per_batch(PULL_BATCH)
        .max_bytes_per_batch(PULL_BYTES)
        .heartbeat(HEARTBEAT)
        .expires(PULL_EXPIRES);
    let mut messages = pulls.messages().await.map_err(|error| chain(&error))?;
    let mut another = pin!(until_another(bus, followed));
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    let mut heard = 0;
    loop {
        let message = tokio::select! {
            message = messages.next() => message.ok_or("the stream of messages ended")?.map_err(|error| chain(&error))?,
            reason = &mut another => return Err(reason),
            _ = sweep.tick() => {
                incarnation.sweep(Instant::now());
                continue;
            }
        };
        let info = message.info().map_err(|error| error.to_string())?;
        heard += 1;
        if info.consumer_sequence != heard {
            return Err(format!("message {heard} is missing"));
        }
        let (position, caught_up) = (info.stream_sequence, info.pending == 0);
        if position <= incarnation.position() {
            return Err("the stream went back".to_owned());
        }
        let late = rooms.bus.clock().now() - came_from(&message, info.published);
        let late = late.to_std().unwrap_or_default();
        rooms.meters.commit_lag.observe(late.as_secs_f64());
        tell(rooms, incarnation, position, &message);
        if caught_up {
            rooms.show(incarnation);
        }
    }
}

/// Goes on with what was followed, or starts an incarnation in its place.
fn settle<'a>(
    rooms: &Rooms,
    followed: &'a mut Option<Followed>,
    stream: &stream::Info,
) -> &'a Followed {
    let mut tag = base36(stream.created.timestamp_millis());
    if let Some(known) = followed {
        let position = known.incarnation.position();
        let same = known.goes_on(stream, position);
        if same && stream.state.first_sequence <= position + 1 {
            return followed.as_ref().expect("it was there a line ago");
        }
        tracing::warn!("the feeds' stream was lost or is ahead: viewers start anew");
        rooms.current.send_replace(None);
        known.incarnation.end();
        if !same && known.created == stream.created {
            // Its life does not show in the stream: a broker of a cluster came back without its memory.
            tag = format!(
                "{tag}.{}",
                base36(rooms.bus.clock().now().timestamp_millis())
            );
        }
    }
    // Whatever stood before the first message may have been an event that somebody missed.
    let floor = stream.state.first_sequence.saturating_sub(1);
    let incarnation = Arc::new(Incarnation::new(&tag, floor));
    followed.insert(Followed {
        incarnation,
        created: stream.created,
    })
}

/// When a message was committed, or, if it never stood in a database, when the broker got it.
fn came_from(message: &jetstream::Message, published: DateTime<Utc>) -> DateTime<Utc> {
    let headers = message.headers.as_ref();
    headers.and_then(envelope::written_at).unwrap_or(published)
}

fn tell(rooms: &Rooms, incarnation: &Incarnation, position: u64, message: &jetstream::Message) {
    let subject = message.subject.as_str();
    let audience = Audience::of_subject(subject);
    if let Some(audience) = &audience
        && !incarnation.is_for_somebody(position, audience)
    {
        incarnation.reached(position);
        return;
    }
    let of = Feed::decode(message.payload.as_ref())
        .ok()
        .and_then(|feed| feed.of);
    let (Some(audience), Some(of)) = (audience, of) else {
        incarnation.reached(position);
        tracing::warn!(subject, "not a feed message of this version");
        return;
    };
    let trace = message.headers.as_ref().and_then(envelope::trace_of);
    let weight = message.payload.len();
    let told = match of {
        Of::Orders(news) => incarnation.pick_out(position, &audience, news),
        of => vec![(incarnation.channel(&audience), of)],
    };
    let weight = weight / told.len().max(1);
    let mut with_news = Vec::with_capacity(told.len());
    for (channel, of) in told {
        let came = lock(&channel.room).tell(
            position,
            What::of(&of),
            Frame::Told(Box::new(of)),
            weight,
            Instant::now(),
        );
        if came == Told::Gap {
            tracing::warn!(
                subject,
                "an event before this one is missing: viewers start anew"
            );
        }
        if came != Told::Old {
            if trace.is_some() {
                let span = Span::after("gateway", "feed to viewer", trace.as_ref());
                rooms.delivering.came(position, &channel, span);
            }
            with_news.push(channel);
        }
    }
    // Before the bells: who is woken reads up to here.
    incarnation.reached(position);
    for channel in with_news {
        if channel.has_news() {
            rooms.bells.due(channel);
        }
    }
}

async fn stream_info(bus: &Bus) -> Result<stream::Info, jetstream::context::GetStreamError> {
    Ok(bus
        .jetstream()
        .get_stream(FEEDS)
        .await?
        .cached_info()
        .clone())
}

/// Ends when the stream is not the one that is followed any more; says so.
async fn until_another(bus: &Bus, followed: &Followed) -> String {
    let mut was_up = true;
    let mut looks = 0_u32;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let up = bus.is_up();
        let back = up && !was_up;
        was_up = up;
        looks += 1;
        if !back && (!up || !looks.is_multiple_of(8)) {
            continue;
        }
        // Read before the stream is asked: it is never ahead of what the stream says then.
        let position = followed.incarnation.position();
        match stream_info(bus).await {
            Ok(stream) if followed.goes_on(&stream, position) => {}
            Ok(_) => return "the stream is another one".to_owned(),
            Err(error) if error.kind() == GetStreamErrorKind::Request => {}
            Err(error) => return chain(&error),
        }
    }
}

fn base36(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        digits.push(
            char::from_digit(u32::try_from(rest % 36).unwrap_or_default(), 36).unwrap_or('0'),
        );
        rest /= 36;
        if rest == 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_time_in_base_36() {
        assert_eq!(base36(0), "0");
        assert_eq!(base36(35), "z");
        assert_eq!(
            i64::from_str_radix(&base36(1_795_000_000_000), 36),
            Ok(1_795_000_000_000)
        );
    }
}
