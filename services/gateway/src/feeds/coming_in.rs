//! How somebody comes in: goes on after the last event that they have, or gets a snapshot.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use chassis::{
    Refusal,
    actor::{ActorExt as _, STAFF},
};
use futures_util::task::AtomicWaker;
use proto::{common::v1::Actor, contract::Audience};

use super::{
    Rooms,
    channel::Channel,
    frame,
    incarnation::Incarnation,
    message::Numbers,
    reader::{ComingIn, Reader, lock},
    snapshot::{self, Seen},
    viewer::StillSignedIn,
};

/// How long somebody who comes in waits for the stream to be read.
const PATIENCE: Duration = Duration::from_secs(5);
/// Snapshots that may be overtaken before somebody who comes in is told *busy*.
const TRIES: usize = 3;

/// A viewer's place at one audience; wakes it until dropped.
#[derive(Debug)]
pub(super) struct Place {
    audience: Audience,
    incarnation: Arc<Incarnation>,
    pub(super) channel: Arc<Channel>,
    seat: u64,
}

impl Place {
    pub(super) fn take(
        incarnation: &Arc<Incarnation>,
        audience: &Audience,
        waker: &Arc<AtomicWaker>,
    ) -> Self {
        let channel = incarnation.channel(audience);
        let seat = channel.join(Arc::clone(waker));
        Self {
            audience: audience.clone(),
            incarnation: Arc::clone(incarnation),
            channel,
            seat,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.channel.leave(self.seat);
        self.incarnation.release(&self.audience, &self.channel);
    }
}

/// Who watches what; shared by a viewer and its coming in.
pub(super) struct Who {
    /// The session whose room it is, if any.
    pub(super) session_id: Option<String>,
    /// The room first, if any.
    pub(super) audiences: Vec<Audience>,
    pub(super) actor: Actor,
    pub(super) still_signed_in: Option<StillSignedIn>,
}

/// A viewer that has come in.
pub(super) struct Arrival {
    pub(super) incarnation: Arc<Incarnation>,
    pub(super) places: Vec<Place>,
    pub(super) reader: Reader,
    /// What it gets first, last piece first.
    pub(super) opening: Vec<Bytes>,
}

impl Who {
    fn wants_desk(&self) -> bool {
        self.audiences
            .iter()
            .any(|audience| matches!(audience, Audience::Desk(_)))
    }

    /// A session of which nothing was ever heard may not be one: its owner has to be asked.
    fn is_known(&self, main: &Channel) -> bool {
        self.session_id.is_none() || main.organiser.get().is_some() || lock(&main.room).has_heard()
    }

    /// The desk is for the organiser's people.
    fn may_watch(&self, places: &[Place]) -> Result<(), Refusal> {
        if !self.wants_desk() {
            return Ok(());
        }
        match places.first().and_then(|room| room.channel.organiser.get()) {
            Some(&organiser) => self.actor.must_work_for(organiser, STAFF),
            None => Err(Refusal::forbidden()),
        }
    }
}

impl Rooms {
    /// Goes on after the last event that the client has, or gets a snapshot; a viewer that is lost surely does.
    pub(super) async fn come_in(
        &self,
        who: &Who,
        waker: &Arc<AtomicWaker>,
        last_id: Option<&str>,
        lost: bool,
    ) -> Result<Arrival, Refusal> {
        for _ in 0..TRIES {
            let incarnation = self.incarnation().await?;
            let places: Vec<_> = who
                .audiences
                .iter()
                .map(|audience| Place::take(&incarnation, audience, waker))
                .collect();
            if let Some(last_id) = last_id {
                incarnation.catch_up(last_id).await;
            }
            let covered = |position| {
                places
                    .iter()
                    .all(|place| lock(&place.channel.room).covers(position))
            };
            let upto = incarnation.position();
            let coming = if lost {
                ComingIn::Reset
            } else {
                ComingIn::decide(last_id, &incarnation.tag, upto, covered)
            };
            let seen = last_id.and_then(|id| frame::read_id(id, &incarnation.tag));
            let seen = seen
                .map(|(position, beyond)| Seen {
                    position: position.min(upto),
                    beyond,
                })
                .unwrap_or_default();
            if let (ComingIn::Resumes(position, beyond), Some(main)) = (coming, places.first())
                && who.is_known(&main.channel)
            {
                if let (true, Some(session_id)) = (who.wants_desk(), &who.session_id)
                    && main.channel.organiser.get().is_none()
                {
                    // Only to learn whose session it is.
                    snapshot::of_room(&self.bus, &incarnation, &main.channel, session_id, &seen)
                        .await?;
                }
                who.may_watch(&places)?;
                let reader = Reader::after(
                    position,
                    lock(&main.channel.room).still_to_come(position, beyond),
                );
                return Ok(Arrival {
                    incarnation,
                    places,
                    reader,
                    opening: Vec::new(),
                });
            }
            let (reader, mut opening) = self.snapshot(who, &incarnation, &places, &seen).await?;
            if !covered(reader.position()) || incarnation.is_over() {
                continue;
            }
            if coming != ComingIn::Anew {
                opening.insert(0, frame::RESET);
            }
            opening.reverse();
            return Ok(Arrival {
                incarnation,
                places,
                reader,
                opening,
            });
        }
        Err(Refusal::busy())
    }

    async fn snapshot(
        &self,
        who: &Who,
        incarnation: &Arc<Incarnation>,
        places: &[Place],
        seen: &Seen,
    ) -> Result<(Reader, Vec<bytes::Bytes>), Refusal> {
        let before = incarnation.position();
        let room = match (&who.session_id, places.first()) {
            (Some(session_id), Some(place)) => Some((
                snapshot::of_room(&self.bus, incarnation, &place.channel, session_id, seen).await?,
                &place.channel,
            )),
            _ => None,
        };
        who.may_watch(places)?;
        let mut own = Vec::new();
        for audience in who
            .audiences
            .iter()
            .filter(|audience| !matches!(audience, Audience::Room(_)))
        {
            own.push(
                snapshot::own_part(self, &who.actor, audience, who.session_id.as_deref()).await?,
            );
        }
        Ok(match room {
            Some((snapshot, channel)) => {
                let still_to_come =
                    lock(&channel.room).still_to_come(snapshot.position, snapshot.numbers);
                (
                    Reader::after(snapshot.position, still_to_come),
                    snapshot.event(&incarnation.tag, &own),
                )
            }
            None => (
                Reader::after(before, Numbers::default()),
                snapshot::pieces(
                    &frame::id(&incarnation.tag, before, &Numbers::default()),
                    &own,
                ),
            ),
        })
    }

    /// The incarnation that is read to its end.
    async fn incarnation(&self) -> Result<Arc<Incarnation>, Refusal> {
        let mut current = self.current.subscribe();
        let read = tokio::select! {
            read = tokio::time::timeout(PATIENCE, current.wait_for(Option::is_some)) => read,
            () = self.lifecycle.stopping() => return Err(Refusal::busy()),
        };
        match read {
            Ok(Ok(current)) => current.clone().ok_or_else(Refusal::busy),
            _ => Err(Refusal::busy()),
        }
    }
}
