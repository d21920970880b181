//! Any interleaving of messages, losses, polls, reconnects and snapshots, without a bus: a model of the owner, the
//! stream and several clients, and what each client must have seen.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Instant,
};

use proptest::prelude::*;

use crate::feeds::{
    frame::{Frame, id},
    message::{EVENT_KINDS, Event, Numbers, What},
    reader::{ComingIn, Reader, lock},
    room::{PIECE, Room},
};

/// What may happen.
#[derive(Debug, Clone)]
enum Step {
    /// The owner commits an event of a kind; it goes to the stream later, in order.
    Commit(usize),
    /// The owner's relay says what is committed, up to so many.
    Relay(usize),
    /// The stream loses the next event: it is never said.
    Lose,
    /// The newest event is said twice.
    Repeat,
    /// A state of the room, or of the person's own feed, has a new version; an older one may come later.
    State { own: bool, object: u8, late: bool },
    /// The connection can be written to.
    Poll(usize),
    /// The connection is cut and comes back with the last id it saw.
    Reconnect(usize),
    /// The log forgets everything that it has now.
    Forget,
    /// The stream is lost and made anew; what was committed but not said yet is said on the new one.
    NewStream,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..EVENT_KINDS.len()).prop_map(Step::Commit),
        8 => (1..5_usize).prop_map(Step::Relay),
        1 => Just(Step::Lose),
        2 => Just(Step::Repeat),
        6 => (any::<bool>(), 0..3_u8, prop::bool::weighted(0.2)).prop_map(|(own, object, late)| Step::State { own, object, late }),
        12 => (0..3_usize).prop_map(Step::Poll),
        3 => (0..3_usize).prop_map(Step::Reconnect),
        1 => Just(Step::Forget),
        1 => Just(Step::NewStream),
    ];
    prop::collection::vec(step, 1..250)
}

/// What a client knows.
#[derive(Debug, Default)]
struct Client {
    last_id: Option<String>,
    /// Newest number of each kind.
    numbers: [u64; EVENT_KINDS.len()],
    states: HashMap<String, u64>,
}

impl Client {
    /// Reads frames as a client does: `event`, `id`, data; checks the rule that it relies on.
    fn read(&mut self, bytes: &[u8]) {
        for frame in String::from_utf8(bytes.to_vec())
            .unwrap()
            .split_terminator("\n\n")
        {
            let field = |name: &str| {
                frame
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .unwrap()
            };
            let (kind, id, data) = (field("event: "), field("id: "), field("data: "));
            let value: u64 = data.trim_end_matches('x').parse().unwrap();
            if let Some(kind) = EVENT_KINDS.iter().position(|&event| event == kind) {
                assert_eq!(
                    value,
                    self.numbers[kind] + 1,
                    "each number once and in order: {kind} {id}"
                );
                self.numbers[kind] = value;
            } else {
                let known = self.states.entry(kind.to_owned()).or_default();
                *known = value.max(*known);
            }
            self.last_id = Some(id.to_owned());
        }
    }
}

struct Stream {
    tag: Arc<str>,
    position: u64,
    room: Mutex<Room>,
    own: Mutex<Room>,
}

impl Stream {
    fn new(generation: usize) -> Self {
        let tag: Arc<str> = format!("t{generation}").into();
        let room = || Mutex::new(Room::new(Arc::clone(&tag), 0, Instant::now()));
        Self {
            position: 0,
            room: room(),
            own: room(),
            tag: Arc::clone(&tag),
        }
    }

    fn say(&mut self, own: bool, what: What, size: usize) {
        self.position += 1;
        let (name, value) = match &what {
            What::Event(event) => (EVENT_KINDS[event.kind].to_owned(), event.number),
            What::State { of, version } => (format!("{}{}", of.0, of.1), *version),
        };
        let frame = format!(
            "event: {name}\nid: {}-{}\ndata: {value}{}\n\n",
            self.tag,
            self.position,
            "x".repeat(size)
        );
        let room = if own { &self.own } else { &self.room };
        lock(room).tell(
            self.position,
            what,
            Frame::Turned(frame.into()),
            1,
            Instant::now(),
        );
    }

    fn rooms(&self) -> impl Iterator<Item = &Mutex<Room>> + Clone {
        [&self.room, &self.own].into_iter()
    }
}

struct World {
    stream: Stream,
    generation: usize,
    /// Every event committed, in order, and how many of them were said.
    committed: Vec<(usize, u64)>,
    said: usize,
    numbers: [u64; EVENT_KINDS.len()],
    versions: HashMap<(bool, u8), u64>,
    viewers: Vec<(Client, Option<Reader>)>,
    size: usize,
}

impl World {
    fn new(size: usize) -> Self {
        Self {
            stream: Stream::new(0),
            generation: 0,
            committed: Vec::new(),
            said: 0,
            numbers: Default::default(),
            versions: HashMap::new(),
            viewers: (0..3).map(|_| Default::default()).collect(),
            size,
        }
    }

    /// As the gateway lets a client in.
    fn come_in(&mut self, viewer: usize, last_id: Option<&str>) {
        let stream = &self.stream;
        let covered = |position| stream.rooms().all(|room| lock(room).covers(position));
        let coming = ComingIn::decide(last_id, &stream.tag, stream.position, covered);
        let (client, reader) = &mut self.viewers[viewer];
        if let ComingIn::Resumes(position, beyond) = coming {
            *reader = Some(Reader::after(
                position,
                lock(&stream.room).still_to_come(position, beyond),
            ));
            return;
        }
        // The owners' answer: everything committed, everything of every state.
        let position = stream.position;
        let numbers: Numbers = self.numbers.map(Some);
        lock(&stream.room).name(numbers);
        client.last_id = Some(id(&stream.tag, position, &numbers));
        client.numbers = self.numbers;
        client.states = self
            .versions
            .iter()
            .map(|(&(own, object), &version)| (name(own, object), version))
            .collect();
        let still_to_come = lock(&stream.room).still_to_come(position, numbers);
        *reader = Some(Reader::after(position, still_to_come));
    }

    fn poll(&mut self, viewer: usize) -> bool {
        let (client, reader) = &mut self.viewers[viewer];
        let last_id = client.last_id.clone();
        let Some(reader) = reader else {
            self.come_in(viewer, last_id.as_deref());
            return true;
        };
        let next = reader.next(&self.stream.tag, &self.stream.rooms(), self.stream.position);
        match next {
            Ok(Some(bytes)) => {
                client.read(&bytes);
                true
            }
            Ok(None) => false,
            Err(_lost) => {
                self.come_in(viewer, Some(""));
                true
            }
        }
    }

    fn relay(&mut self, most: usize) {
        for _ in 0..most {
            let Some(&(kind, number)) = self.committed.get(self.said) else {
                return;
            };
            self.said += 1;
            self.stream.say(
                false,
                What::Event(Event {
                    kind,
                    first: number,
                    number,
                }),
                self.size,
            );
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Commit(kind) => {
                self.numbers[kind] += 1;
                self.committed.push((kind, self.numbers[kind]));
            }
            Step::Relay(most) => self.relay(most),
            Step::Lose => self.said = (self.said + 1).min(self.committed.len()),
            Step::Repeat => {
                if let Some(&(kind, number)) = self
                    .said
                    .checked_sub(1)
                    .and_then(|last| self.committed.get(last))
                {
                    self.stream.say(
                        false,
                        What::Event(Event {
                            kind,
                            first: number,
                            number,
                        }),
                        self.size,
                    );
                }
            }
            Step::State { own, object, late } => {
                let version = self.versions.entry((own, object)).or_default();
                *version += 1;
                let of = (if own { "own" } else { "units" }, object.to_string());
                let newest = *version;
                self.stream.say(
                    own,
                    What::State {
                        of: of.clone(),
                        version: newest,
                    },
                    self.size,
                );
                if late {
                    self.stream.say(
                        own,
                        What::State {
                            of,
                            version: newest - 1,
                        },
                        self.size,
                    );
                }
            }
            Step::Poll(viewer) => {
                self.poll(viewer);
            }
            Step::Reconnect(viewer) => {
                let last_id = self.viewers[viewer].0.last_id.clone();
                self.come_in(viewer, last_id.as_deref());
            }
            Step::Forget => self.stream.rooms().for_each(|room| {
                lock(room).forget(Instant::now() + std::time::Duration::from_secs(1));
            }),
            Step::NewStream => {
                self.generation += 1;
                self.stream = Stream::new(self.generation);
                // Everybody comes in again, with the position of an incarnation that is over.
                for viewer in 0..self.viewers.len() {
                    let last_id = self.viewers[viewer].0.last_id.clone();
                    self.come_in(viewer, last_id.as_deref());
                }
            }
        }
    }

    /// After quiet every client has everything. A lost event at the very end shows with the next one.
    fn settle(&mut self) {
        self.relay(usize::MAX);
        for kind in 0..EVENT_KINDS.len() {
            self.step(&Step::Commit(kind));
        }
        self.relay(usize::MAX);
        for viewer in 0..self.viewers.len() {
            let mut polls = 0;
            while self.poll(viewer) {
                polls += 1;
                assert!(polls < 5_000, "it comes to rest");
            }
            let client = &self.viewers[viewer].0;
            assert_eq!(client.numbers, self.numbers, "every event");
            let versions: HashMap<_, _> = self
                .versions
                .iter()
                .map(|(&(own, object), &version)| (name(own, object), version))
                .collect();
            assert_eq!(client.states, versions, "the newest of every state");
        }
    }
}

fn name(own: bool, object: u8) -> String {
    format!("{}{object}", if own { "own" } else { "units" })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_event_once_and_in_order_and_every_newest_state(steps in steps(), large in prop::bool::weighted(0.1)) {
        // Large messages are cut into many pieces.
        let mut world = World::new(if large { PIECE / 3 } else { 0 });
        for step in steps {
            world.step(&step);
        }
        world.settle();
    }
}
