//! The load: one thread, one epoll, many kept connections, each with one request under way.
//!
//! A closed loop, so that a slow answer slows its asker down; two system calls a request, because the load shares the
//! machine with what it measures.

mod manners;

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read as _, Write as _},
    net::SocketAddr,
    sync::{Arc, Barrier},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token, net::TcpStream};

pub(crate) use manners::Manners;

use manners::Resting;

use crate::{
    cpu::{Cores, Meter},
    http::{self, Answer},
};

/// How long answers may take that are still under way at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(20);

/// Longer answers count as this, in microseconds.
const LONGEST: u64 = 60_000_000;

/// What is asked, and what becomes of the answers.
pub(crate) trait Work {
    /// Writes the next request; `false`: there is none.
    fn next(&mut self, request: &mut Vec<u8>) -> bool;
    /// Takes the answer to a request.
    fn answered(&mut self, request: &[u8], status: u16, body: &[u8]);
    /// Does it count as done?
    fn is_good(&self, status: u16) -> bool;
}

/// How hard, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    /// Connections, each with one request under way.
    pub(crate) connections: usize,
    /// Before anything is counted.
    pub(crate) warm: Duration,
    /// What is counted.
    pub(crate) measure: Duration,
    /// Requests a second, all together; `None`: as many as are answered.
    pub(crate) limit: Option<f64>,
    /// How people behave; `None`: as machines do, who ask again at once and wait for ever.
    pub(crate) manners: Option<Manners>,
    /// Loads that begin together, once all have their connections.
    pub(crate) together: Option<Arc<Barrier>>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Good answers a second.
    pub(crate) rate: f64,
    /// Of good answers, in microseconds.
    pub(crate) latency: Histogram<u64>,
    /// Cores by process.
    pub(crate) cores: Cores,
    /// All answers from beginning to end, by status.
    pub(crate) answers: BTreeMap<u16, u64>,
    /// Requests that were not answered, or whose answer says that it is not known whether it was done.
    pub(crate) unknown: u64,
    /// Of those, the ones whose asker had hung up.
    pub(crate) hung_up: u64,
}

impl Outcome {
    /// All answers with this status.
    #[must_use]
    pub(crate) fn count(&self, status: u16) -> u64 {
        self.answers.get(&status).copied().unwrap_or_default()
    }

    /// Milliseconds that so many of a hundred good answers took at most.
    #[must_use]
    pub(crate) fn percentile(&self, of_hundred: f64) -> f64 {
        let micros =
            u32::try_from(self.latency.value_at_percentile(of_hundred)).unwrap_or(u32::MAX);
        f64::from(micros) / 1_000.0
    }
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    sent: Instant,
    waits: bool,
    /// The beginning of an answer that came in parts.
    begun: Vec<u8>,
    /// The other side has closed it, as it does with one on which nothing is asked for long.
    left: bool,
    /// Opened without waiting for it: it may be on its way still.
    on_its_way: bool,
}

impl Connection {
    fn open(address: SocketAddr, number: usize, poll: &Poll) -> anyhow::Result<Self> {
        let stream = std::net::TcpStream::connect(address)
            .with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry()
            .register(&mut stream, Token(number), Interest::READABLE)?;
        Ok(Self {
            stream,
            request: Vec::new(),
            sent: Instant::now(),
            waits: false,
            begun: Vec::new(),
            left: false,
            on_its_way: false,
        })
    }

    /// Hangs up, and comes back without waiting for it.
    fn again(address: SocketAddr, number: usize, poll: &Poll) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        poll.registry()
            .register(&mut stream, Token(number), Interest::READABLE)?;
        Ok(Self {
            stream,
            request: Vec::new(),
            sent: Instant::now(),
            waits: false,
            begun: Vec::new(),
            left: false,
            on_its_way: true,
        })
    }

    /// Can something be asked on it?
    fn is_there(&mut self) -> bool {
        self.on_its_way = self.on_its_way && self.stream.peer_addr().is_err();
        !self.on_its_way
    }

    fn ask(&mut self, work: &mut impl Work, now: Instant) -> anyhow::Result<()> {
        if work.next(&mut self.request) {
            // It fits the empty buffer of a connection on which nothing is under way.
            let written = self.stream.write(&self.request).context("asking")?;
            ensure!(
                written == self.request.len(),
                "a request that does not fit the socket's buffer"
            );
            (self.sent, self.waits) = (now, true);
        }
        Ok(())
    }
}

/// Asks for as long as is said, then takes the answers that are under way.
///
/// # Errors
/// When a connection ends, or something comes that is no answer.
pub(crate) fn run(
    address: SocketAddr,
    pace: &Pace,
    work: &mut impl Work,
    meter: &Meter,
) -> anyhow::Result<Outcome> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 * 1024];
    let mut connections = Vec::with_capacity(pace.connections);
    for number in 0..pace.connections {
        connections.push(Connection::open(address, number, &poll)?);
    }
    if let Some(together) = &pace.together {
        together.wait();
    }
    let began = Instant::now();
    let (counted_from, counted_to) = (began + pace.warm, began + pace.warm + pace.measure);
    let mut idle: Vec<usize> = (0..pace.connections).rev().collect();
    let (mut asked, mut good) = (0_u64, 0_u64);
    let mut answers = [0_u64; 600];
    let mut latency = Histogram::new_with_bounds(1, LONGEST, 3)?;
    let (mut first, mut last) = (None, None);
    let mut resting = pace.manners.map(|manners| Resting::new(manners, began));
    let often = pace.limit.is_some() || pace.manners.is_some();
    let turn = Duration::from_millis(if often { 1 } else { 50 });
    loop {
        let now = Instant::now();
        if first.is_none() && now >= counted_from {
            first = Some(meter.read());
        }
        if last.is_none() && now >= counted_to {
            last = Some(meter.read());
        }
        let over = now >= counted_to;
        let due = pace.limit.map_or(u64::MAX, |limit| due(limit, now - began));
        while !over
            && asked < due
            && let Some(number) = idle.pop()
        {
            connections[number].ask(work, now)?;
            asked += 1;
        }
        if let (Some(resting), false) = (&mut resting, over) {
            resting.turn(&mut connections, work, (address, &poll), now)?;
        }
        if over
            && (connections.iter().all(|connection| !connection.waits)
                || now > counted_to + LAST_ANSWERS)
        {
            break;
        }
        poll.poll(&mut events, Some(turn))?;
        for event in &events {
            let connection = &mut connections[event.token().0];
            let Some(answer) = receive(connection, &mut buffer)? else {
                if connection.left {
                    *connection = Connection::again(address, event.token().0, &poll)?;
                }
                continue;
            };
            let now = Instant::now();
            answers[usize::from(answer.status).min(599)] += 1;
            if work.is_good(answer.status) && now >= counted_from && now < counted_to {
                good += 1;
                latency.saturating_record(
                    u64::try_from((now - connection.sent).as_micros()).unwrap_or(u64::MAX),
                );
            }
            let bytes = if connection.begun.is_empty() {
                &buffer
            } else {
                &connection.begun
            };
            work.answered(&connection.request, answer.status, &bytes[answer.body]);
            connection.begun.clear();
            connection.waits = false;
            if let Some(resting) = &mut resting {
                resting.rest(event.token().0, answer.retry_after, now);
            } else if pace.limit.is_some() {
                idle.push(event.token().0);
            } else if now < counted_to {
                connection.ask(work, now)?;
            }
        }
    }
    let waiting = connections
        .iter()
        .filter(|connection| connection.waits)
        .count();
    let answers: BTreeMap<u16, u64> = (0..).zip(answers).filter(|(_, count)| *count > 0).collect();
    let said_unknown: u64 = answers.range(500..).map(|(_, count)| count).sum();
    let (first, last) = first.zip(last).context("nothing was counted")?;
    let hung_up = resting.map_or(0, |resting| resting.hung_up);
    #[expect(clippy::cast_precision_loss, reason = "a count of a few seconds")]
    let good = good as f64;
    Ok(Outcome {
        rate: good / pace.measure.as_secs_f64(),
        latency,
        cores: meter.between(&first, &last),
        answers,
        unknown: said_unknown + hung_up + u64::try_from(waiting)?,
        hung_up,
    })
}

/// How many requests a limited load should have sent by now.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of a few seconds, never negative"
)]
fn due(limit: f64, since: Duration) -> u64 {
    (limit * since.as_secs_f64()) as u64
}

/// Reads what is there. The answer, once it is whole, lies in `buffer`, or in `begun` if it came in parts.
fn receive(connection: &mut Connection, buffer: &mut [u8]) -> anyhow::Result<Option<Answer>> {
    loop {
        let count = match connection.stream.read(buffer) {
            Ok(0) => {
                ensure!(
                    !connection.waits,
                    "a connection was closed before the answer"
                );
                connection.left = true;
                return Ok(None);
            }
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error).context("reading an answer"),
        };
        let mut answer = None;
        if connection.begun.is_empty() {
            answer = http::answer(&buffer[..count])?;
        }
        if answer.is_none() {
            connection.begun.extend_from_slice(&buffer[..count]);
            answer = http::answer(&connection.begun)?;
        }
        if answer.is_some() {
            return Ok(answer);
        }
    }
}
