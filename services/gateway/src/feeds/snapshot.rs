//! How things are now, for somebody who comes in: asked of the owners, not made from what was heard.
//!
//! The position in the stream is read before the owners are asked: what they say holds everything up to it, and the
//! log everything after it. A room's snapshot is asked for once and shared by all who come in meanwhile: after a
//! broker's restart a whole room comes in at once. Orders of one's own cannot be shared, and wait for their turn.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chassis::{Refusal, bus::Bus, id::OrganiserId};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use proto::{
    common::v1::{Actor, PageRequest, RefusalKind},
    contract::{Audience, Request},
    livestream::v1::ShowRoom,
    orders::v1::{ListOrders, Order, SessionUnits, ShowFigures, ShowUnits},
};

use super::{
    Rooms, channel::Channel, frame::id, incarnation::Incarnation, message::Numbers, reader::lock,
};
use crate::wire::feed::{DeskNow, OrdersNow, RoomNow, line};

/// A room's snapshot serves all who come in within this time.
const FRESH: Duration = Duration::from_millis(250);
/// Owners that take longer are asked anew by the next.
const PATIENCE: Duration = Duration::from_secs(5);
/// The newest orders in a snapshot; of one's own, those of the session are picked out of this many.
const ORDERS: u32 = 50;
const OWN_ORDERS: u32 = 100;

/// A room as its owners described it.
#[derive(Debug)]
pub(super) struct RoomSnapshot {
    /// The log holds everything that came after.
    pub(super) position: u64,
    /// The newest events it holds.
    pub(super) numbers: Numbers,
    pub(super) organiser: Option<OrganiserId>,
    json: Bytes,
    /// The server-sent event for those who watch nothing else.
    alone: Bytes,
}

type Answer = (Result<Arc<RoomSnapshot>, Refusal>, Instant);

/// A room's snapshot that is being asked for, or was lately.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    since: Instant,
    position: u64,
    answer: Shared<BoxFuture<'static, Answer>>,
}

impl Asking {
    fn is_fresh(&self) -> bool {
        match self.answer.peek() {
            None => self.since.elapsed() < PATIENCE,
            Some((_, at)) => at.elapsed() < FRESH,
        }
    }
}

/// What somebody who comes in has seen already: a snapshot must not take it back.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) position: u64,
    pub(super) beyond: Numbers,
}

/// The snapshot of a session's room.
pub(super) async fn of_room(
    bus: &Bus,
    incarnation: &Arc<Incarnation>,
    channel: &Channel,
    session_id: &str,
    seen: &Seen,
) -> Result<Arc<RoomSnapshot>, Refusal> {
    let mut asking = shared(bus, incarnation, channel, session_id, |asking| {
        asking.position >= seen.position
    });
    let mut snapshot = asking.answer.clone().await.0?;
    if snapshot
        .numbers
        .iter()
        .zip(&seen.beyond)
        .any(|(holds, seen)| holds < seen)
    {
        // From another gateway, a moment ago: this one asked a moment before that.
        let since = asking.since;
        asking = shared(bus, incarnation, channel, session_id, |asking| {
            asking.since > since
        });
        snapshot = asking.answer.await.0?;
    }
    lock(&channel.room).name(snapshot.numbers);
    if let Some(organiser) = snapshot.organiser {
        channel.organiser.get_or_init(|| organiser);
    }
    Ok(snapshot)
}

/// What is being asked for already, if it serves; else it is asked for.
fn shared(
    bus: &Bus,
    incarnation: &Arc<Incarnation>,
    channel: &Channel,
    session_id: &str,
    serves: impl Fn(&Asking) -> bool,
) -> Asking {
    let mut slot = lock(&channel.snapshot);
    match &*slot {
        Some(asking) if asking.is_fresh() && serves(asking) => asking.clone(),
        _ => {
            let position = incarnation.position();
            let (bus, tag, session_id) = (
                bus.clone(),
                Arc::clone(&incarnation.tag),
                session_id.to_owned(),
            );
            let answer = async move {
                (
                    ask_room(&bus, &tag, position, session_id).await,
                    Instant::now(),
                )
            };
            let asking = Asking {
                since: Instant::now(),
                position,
                answer: answer.boxed().shared(),
            };
            *slot = Some(asking.clone());
            asking
        }
    }
}

async fn ask_room(
    bus: &Bus,
    tag: &str,
    position: u64,
    session_id: String,
) -> Result<Arc<RoomSnapshot>, Refusal> {
    // As everybody may see it: it is shared.
    let nobody = Actor::default();
    let (room, units) = (
        ShowRoom {
            session_id: session_id.clone(),
        },
        ShowUnits { session_id },
    );
    let (room, units) = tokio::join!(ask(bus, &nobody, &room), ask(bus, &nobody, &units));
    let room = room?;
    let units = match units {
        // Orders has not heard of the session yet.
        Err(refusal) if refusal.kind == RefusalKind::NotFound => SessionUnits::default(),
        units => units?,
    };
    let numbers = [
        room.last_comment_seq,
        room.last_hidden_seq,
        room.last_sale_seq,
        room.last_notice_seq,
        room.last_claim_seq,
    ]
    .map(Some);
    let organiser = room
        .session
        .as_ref()
        .and_then(|session| session.organiser_id.parse().ok());
    let json = Bytes::from(line(&RoomNow::new(room, units)));
    let alone = pieces(&id(tag, position, &numbers), &[("room", json.clone())])
        .concat()
        .into();
    Ok(Arc::new(RoomSnapshot {
        position,
        numbers,
        organiser,
        json,
        alone,
    }))
}

impl RoomSnapshot {
    /// The server-sent event, together with the person's own parts.
    pub(super) fn event(&self, tag: &str, own: &[(&'static str, Bytes)]) -> Vec<Bytes> {
        if own.is_empty() {
            return vec![self.alone.clone()];
        }
        let mut parts = vec![("room", self.json.clone())];
        parts.extend_from_slice(own);
        pieces(&id(tag, self.position, &self.numbers), &parts)
    }
}

/// One `snapshot` event. Its data stands on several lines, which a client joins: shared parts need no copying.
pub(super) fn pieces(id: &str, parts: &[(&'static str, Bytes)]) -> Vec<Bytes> {
    let mut pieces = Vec::with_capacity(2 * parts.len() + 1);
    for (index, (name, json)) in parts.iter().enumerate() {
        let before = match index {
            0 => format!("event: snapshot\nid: {id}\ndata: {{\"{name}\":\ndata: "),
            _ => format!("\ndata: ,\"{name}\":\ndata: "),
        };
        pieces.push(before.into());
        pieces.push(json.clone());
    }
    pieces.push(Bytes::from_static(b"\ndata: }\n\n"));
    pieces
}

/// What a person sees in addition to a room, or instead of it.
pub(super) async fn own_part(
    rooms: &Rooms,
    actor: &Actor,
    audience: &Audience,
    session_id: Option<&str>,
) -> Result<(&'static str, Bytes), Refusal> {
    let turn = rooms
        .own_parts
        .acquire()
        .await
        .map_err(|_| Refusal::busy())?;
    let bus = &rooms.bus;
    let part = match audience {
        Audience::Desk(session_id) => {
            let figures = ShowFigures {
                session_id: session_id.clone(),
            };
            let orders = list(
                ORDERS,
                ListOrders {
                    session_id: session_id.clone(),
                    ..ListOrders::default()
                },
            );
            let (figures, orders) =
                tokio::join!(ask(bus, actor, &figures), ask(bus, actor, &orders));
            ("desk", line(&DeskNow::new(figures?, orders?)))
        }
        Audience::Producer(producer_id) => {
            let orders = list(
                ORDERS,
                ListOrders {
                    producer_id: producer_id.clone(),
                    ..ListOrders::default()
                },
            );
            (
                "producer",
                line(&OrdersNow::from(ask(bus, actor, &orders).await?.orders)),
            )
        }
        Audience::Shopper(_) | Audience::Room(_) => {
            let orders = ask(bus, actor, &list(OWN_ORDERS, ListOrders::default()))
                .await?
                .orders;
            let here =
                |order: &Order| session_id.is_none_or(|session_id| order.session_id == session_id);
            (
                "shopper",
                line(&OrdersNow::from(
                    orders.into_iter().filter(here).collect::<Vec<_>>(),
                )),
            )
        }
    };
    drop(turn);
    Ok((part.0, part.1.into()))
}

fn list(limit: u32, request: ListOrders) -> ListOrders {
    ListOrders {
        page: Some(PageRequest {
            limit,
            cursor: String::new(),
        }),
        ..request
    }
}

async fn ask<R: Request>(bus: &Bus, actor: &Actor, request: &R) -> Result<R::Reply, Refusal> {
    bus.ask_at(R::SUBJECT, actor, request, PATIENCE).await
}
