//! People instead of machines: they think, come back when they are told to, and hang up when it takes too long.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::Poll;

use super::{Connection, Work};

/// How often it is looked who has waited for too long.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How people behave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manners {
    /// Between an answer and the next request.
    pub(crate) think: Duration,
    /// The same after *busy*: what `Retry-After` says, and by chance up to as much again.
    pub(crate) after_busy: Duration,
    /// Who has waited for so long hangs up, and comes back.
    pub(crate) patience: Duration,
}

impl Manners {
    fn rest(&self, status: u16) -> Duration {
        if matches!(status, 429 | 503) {
            return self.after_busy.mul_f64(rand::random_range(1.0..2.0));
        }
        self.think.mul_f64(rand::random_range(0.5..1.5))
    }
}

/// Those who do not ask at the moment.
pub(super) struct Resting {
    manners: Manners,
    until: BinaryHeap<Reverse<(Instant, usize)>>,
    looked: Instant,
    /// How many had waited for too long.
    pub(super) hung_up: u64,
}

impl Resting {
    pub(super) fn new(manners: Manners, now: Instant) -> Self {
        Self {
            manners,
            until: BinaryHeap::new(),
            looked: now,
            hung_up: 0,
        }
    }

    /// Somebody was answered.
    pub(super) fn rest(&mut self, number: usize, status: u16, now: Instant) {
        let until = now + self.manners.rest(status);
        self.until.push(Reverse((until, number)));
    }

    /// Who has rested asks; who has waited for too long hangs up.
    pub(super) fn turn(
        &mut self,
        connections: &mut [Connection],
        work: &mut impl Work,
        (address, poll): (SocketAddr, &Poll),
        now: Instant,
    ) -> anyhow::Result<()> {
        while let Some(Reverse((until, number))) = self.until.peek().copied()
            && until <= now
        {
            self.until.pop();
            connections[number].ask(work, now)?;
        }
        if now < self.looked + LOOK_EVERY {
            return Ok(());
        }
        self.looked = now;
        for (number, connection) in connections.iter_mut().enumerate() {
            if connection.waits && now > connection.sent + self.manners.patience {
                *connection = Connection::open(address, number, poll)?;
                self.hung_up += 1;
                self.rest(number, 503, now);
            }
        }
        Ok(())
    }
}
