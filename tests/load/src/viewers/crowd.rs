//! The viewers: a process of their own with one thread and one epoll, told what to do line by line on its standard input.
//!
//! `begin` counts from now on; `end` says what came since; `finish N` waits until every viewer has seen comment N, says
//! what is missing, and ends. Answers are JSON, one a line; the first says that all are there.

use std::{
    io::{BufRead as _, ErrorKind, Read as _, Write as _},
    net::SocketAddr,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token, Waker, net::TcpStream};
use serde::{Deserialize, Serialize};

use super::{
    seen::Total,
    talk::{Line, Talk},
};

/// Viewers on their way in at once.
const COMING: usize = 100;
/// All of them are in after this, or it fails.
const COME_IN: Duration = Duration::from_mins(2);
/// How long the last event may take to the last viewer.
const LAST_EVENT: Duration = Duration::from_secs(30);

/// Opens many feeds and counts what comes: started by the bench itself.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Crowd {
    /// Where they connect to.
    #[arg(long)]
    pub(crate) address: SocketAddr,
    /// What they ask for.
    #[arg(long)]
    pub(crate) path: String,
    /// How it is spoken.
    #[arg(long, value_enum)]
    pub(crate) talk: Talk,
    /// How many there are.
    #[arg(long)]
    pub(crate) viewers: usize,
    /// One in so many looks at the time that events took.
    #[arg(long, default_value_t = 16)]
    pub(crate) sample: usize,
}

/// What came since `begin`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Count {
    /// Events, of all viewers.
    pub(crate) deliveries: u64,
    /// In so many seconds.
    pub(crate) seconds: f64,
}

/// How it came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Events that did not come, of all viewers.
    pub(crate) lost: u64,
    /// Events that came twice or out of order.
    pub(crate) doubled: u64,
    /// Viewers that had to start anew or whose connection ended.
    pub(crate) cut: usize,
    /// From just before the post to the viewer.
    pub(crate) posted: Times,
    /// From the database's own time of the event to the viewer.
    pub(crate) stored: Times,
}

/// How long it took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the unit is a part of it")]
pub(crate) struct Times {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

impl Times {
    fn of(histogram: &Histogram<u64>, a_millisecond: f64) -> Self {
        let ms = |value: u64| f64::from(u32::try_from(value).unwrap_or(u32::MAX)) / a_millisecond;
        Self {
            p50_ms: ms(histogram.value_at_quantile(0.50)),
            p99_ms: ms(histogram.value_at_quantile(0.99)),
            max_ms: ms(histogram.max()),
        }
    }
}

struct Viewer {
    /// None: it has ended.
    stream: Option<TcpStream>,
    line: Line,
    sampled: bool,
}

struct Watching {
    talk: Talk,
    poll: Poll,
    viewers: Vec<Viewer>,
    ready: usize,
    total: Total,
    began: Instant,
    buffer: Vec<u8>,
}

impl Crowd {
    /// Watches until told to finish.
    ///
    /// # Errors
    /// When not all can come in.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let mut watching = self.come_in()?;
        say(&watching.ready)?;
        let waker = Arc::new(Waker::new(watching.poll.registry(), Token(usize::MAX))?);
        let (told, orders) = mpsc::channel();
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                if told.send(line).is_err() || waker.wake().is_err() {
                    break;
                }
            }
        });
        loop {
            watching.wait(Duration::from_millis(100))?;
            let order = match orders.try_recv() {
                Ok(order) => order,
                Err(mpsc::TryRecvError::Empty) => continue,
                Err(mpsc::TryRecvError::Disconnected) => {
                    bail!("whoever started the viewers is gone")
                }
            };
            match order.split_once(' ').unwrap_or((&order, "")) {
                ("begin", _) => (watching.total, watching.began) = (Total::new(), Instant::now()),
                ("end", _) => say(&Count {
                    deliveries: watching.total.deliveries,
                    seconds: watching.began.elapsed().as_secs_f64(),
                })?,
                ("finish", last) => return say(&watching.finish(last.parse()?)?),
                _ => bail!("{order} means nothing"),
            }
        }
    }

    fn come_in(&self) -> anyhow::Result<Watching> {
        let mut watching = Watching {
            talk: self.talk,
            poll: Poll::new()?,
            viewers: Vec::with_capacity(self.viewers),
            ready: 0,
            total: Total::new(),
            began: Instant::now(),
            buffer: vec![0; 256 * 1024],
        };
        let request = self.talk.request(&self.path);
        while watching.ready < self.viewers {
            while watching.viewers.len() < self.viewers
                && watching.viewers.len() - watching.ready < COMING
            {
                watching.open(self.address, &request, self.sample)?;
            }
            watching.wait(Duration::from_millis(10))?;
            ensure!(
                watching.began.elapsed() < COME_IN,
                "only {} of {} viewers came in",
                watching.ready,
                self.viewers
            );
            ensure!(
                watching
                    .viewers
                    .iter()
                    .all(|viewer| viewer.stream.is_some()),
                "a viewer was sent away"
            );
        }
        Ok(watching)
    }
}

impl Watching {
    fn open(&mut self, address: SocketAddr, request: &[u8], sample: usize) -> anyhow::Result<()> {
        let number = self.viewers.len();
        let mut stream = std::net::TcpStream::connect(address)
            .with_context(|| format!("viewer {number} to {address}"))?;
        stream.write_all(request)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        self.poll
            .registry()
            .register(&mut stream, Token(number), Interest::READABLE)?;
        self.viewers.push(Viewer {
            stream: Some(stream),
            line: Line::default(),
            sampled: number.is_multiple_of(sample),
        });
        Ok(())
    }

    fn wait(&mut self, most: Duration) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(1024);
        match self.poll.poll(&mut events, Some(most)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => done?,
        }
        for event in &events {
            if let Some(viewer) = self.viewers.get_mut(event.token().0) {
                let was_ready = viewer.line.ready;
                if !viewer.read(self.talk, &mut self.buffer, &mut self.total) {
                    viewer.stream = None;
                    viewer.line.seen.cut = true;
                }
                self.ready += usize::from(viewer.line.ready && !was_ready);
            }
        }
        Ok(())
    }

    fn finish(&mut self, last: u64) -> anyhow::Result<Outcome> {
        let until = Instant::now() + LAST_EVENT;
        let waits = |viewer: &Viewer| viewer.stream.is_some() && viewer.line.seen.numbers[0] < last;
        while self.viewers.iter().any(waits) && Instant::now() < until {
            self.wait(Duration::from_millis(100))?;
        }
        let seen = || self.viewers.iter().map(|viewer| &viewer.line.seen);
        Ok(Outcome {
            lost: seen()
                .map(|seen| seen.missing + last.saturating_sub(seen.numbers[0]))
                .sum(),
            doubled: self.total.doubled,
            cut: seen().filter(|seen| seen.cut).count(),
            posted: Times::of(&self.total.posted, 1_000.0),
            stored: Times::of(&self.total.stored, 1.0),
        })
    }
}

impl Viewer {
    /// Reads what is there; false when there will be no more.
    fn read(&mut self, talk: Talk, buffer: &mut [u8], total: &mut Total) -> bool {
        let Some(stream) = &mut self.stream else {
            return true;
        };
        loop {
            match stream.read(buffer) {
                Ok(0) => return false,
                Ok(count) => {
                    let answer =
                        talk.receive(&mut self.line, &buffer[..count], self.sampled, total);
                    if !answer.is_empty() && stream.write_all(answer).is_err() {
                        return false;
                    }
                    // Less than there was room for: epoll tells when there is more.
                    if count < buffer.len() {
                        return true;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
        }
    }
}

fn say(what: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, what)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
