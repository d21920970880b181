//! What may break, dealt by the seed: every kind comes before any comes again.

pub mod act;

use std::{fmt, time::Duration};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

/// A role, of which one process is taken.
pub const ROLES: [&str; 4] = ["catalogue", "livestream", "orders", "gateway"];

/// What is cut off from whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A role from NATS.
    Nats,
    /// A role from Postgres.
    Postgres,
    /// Clients from a gateway.
    Front,
}

/// How a way is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Connections end.
    Cut,
    /// Every piece comes late.
    Late,
    /// One direction is silent.
    HalfOpen,
    /// Both are.
    Silent,
}

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `kill -9` of a role.
    Kill(&'static str),
    /// A role stands still.
    Pause(&'static str),
    /// `kill -9` of NATS.
    KillNats,
    /// NATS stands still.
    PauseNats,
    /// NATS loses its store.
    WipeNats,
    /// The disk of NATS is full.
    FullDisk,
    /// `kill -9` of Postgres.
    KillPostgres,
    /// Postgres stops at once.
    StopPostgres,
    /// Postgres stands still.
    PausePostgres,
    /// A way is bad.
    Way(Link, Bad),
    /// The clock of a role is wrong by so many seconds.
    Skew(&'static str, i64),
    /// Every event is said several times, in any order.
    Repeat,
}

/// One fault of the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub kind: Kind,
    /// How long it lasts.
    pub long: Duration,
    /// Chooses among processes of a role, and directions.
    pub choice: u32,
}

impl Kind {
    /// Faults of the same victim are not put together.
    fn victim(self) -> u8 {
        match self {
            Self::KillNats | Self::PauseNats | Self::WipeNats | Self::FullDisk => 1,
            Self::KillPostgres | Self::StopPostgres | Self::PausePostgres => 2,
            Self::Kill(_) | Self::Pause(_) | Self::Skew(..) => 3,
            Self::Way(..) => 4,
            Self::Repeat => 5,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill(role) => write!(f, "kill -9 of {role}"),
            Self::Pause(role) => write!(f, "{role} stands still"),
            Self::KillNats => f.write_str("kill -9 of NATS"),
            Self::PauseNats => f.write_str("NATS stands still"),
            Self::WipeNats => f.write_str("NATS loses its store"),
            Self::FullDisk => f.write_str("the disk of NATS is full"),
            Self::KillPostgres => f.write_str("kill -9 of Postgres"),
            Self::StopPostgres => f.write_str("Postgres stops at once"),
            Self::PausePostgres => f.write_str("Postgres stands still"),
            Self::Way(link, bad) => {
                let between = match link {
                    Link::Nats => "a role and NATS",
                    Link::Postgres => "a role and Postgres",
                    Link::Front => "clients and a gateway",
                };
                let how = match bad {
                    Bad::Cut => "cut",
                    Bad::Late => "slow",
                    Bad::HalfOpen => "half open",
                    Bad::Silent => "silent",
                };
                write!(f, "{how} between {between}")
            }
            Self::Skew(role, seconds) => write!(f, "the clock of {role} is {seconds:+} s off"),
            Self::Repeat => f.write_str("every event said again, shuffled"),
        }
    }
}

/// The faults of a run, in order, for ever.
#[derive(Debug)]
pub struct Schedule {
    rng: StdRng,
    kinds: Vec<Kind>,
    deck: Vec<Kind>,
    longest: Duration,
}

impl Schedule {
    /// By the seed; kinds that cannot be done here are left out. A fault lasts at most `longest`.
    #[must_use]
    pub fn new(seed: u64, full_disk: bool, skew: bool, longest: Duration) -> Self {
        let mut kinds = vec![
            Kind::KillNats,
            Kind::PauseNats,
            Kind::WipeNats,
            Kind::KillPostgres,
            Kind::StopPostgres,
            Kind::PausePostgres,
            Kind::Repeat,
        ];
        kinds.extend(ROLES.map(Kind::Kill));
        kinds.extend(ROLES.map(Kind::Pause));
        for link in [Link::Nats, Link::Postgres, Link::Front] {
            kinds.extend(
                [Bad::Cut, Bad::Late, Bad::HalfOpen, Bad::Silent].map(|bad| Kind::Way(link, bad)),
            );
        }
        if full_disk {
            kinds.push(Kind::FullDisk);
        }
        if skew {
            kinds.extend(["orders", "gateway"].map(|role| Kind::Skew(role, 0)));
        }
        Self {
            rng: StdRng::seed_from_u64(seed),
            kinds,
            deck: Vec::new(),
            longest,
        }
    }

    /// The next one or two.
    pub fn draw(&mut self) -> Vec<Fault> {
        let first = self.deal(|_| true);
        let mut faults = vec![first];
        if self.rng.random_bool(0.3) {
            let victim = first.kind.victim();
            faults.push(self.deal(|kind| kind.victim() != victim));
        }
        faults
    }

    /// Before the next.
    pub fn pause(&mut self) -> Duration {
        self.longest.mul_f64(self.rng.random_range(0.05..0.3))
    }

    fn deal(&mut self, fits: impl Fn(Kind) -> bool) -> Fault {
        let found = self.deck.iter().rposition(|kind| fits(*kind));
        let place = found.unwrap_or_else(|| {
            let mut more = self.kinds.clone();
            more.shuffle(&mut self.rng);
            self.deck.extend(more);
            let all = self.deck.iter().rposition(|kind| fits(*kind));
            all.unwrap_or(self.deck.len() - 1)
        });
        let mut kind = self.deck.remove(place);
        if let Kind::Skew(_, seconds) = &mut kind {
            let off = self.rng.random_range(30..240);
            *seconds = if self.rng.random() { off } else { -off };
        }
        // Mostly short; now and then as long as may be.
        let part = self.rng.random_range(0.05..1.0_f64).powi(2).max(0.05);
        Fault {
            kind,
            long: self.longest.mul_f64(part),
            choice: self.rng.random(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(20);

    #[test]
    fn the_same_seed_deals_the_same_and_every_kind_comes() {
        let deal = |seed| {
            let mut schedule = Schedule::new(seed, true, true, LONGEST);
            (0..200).flat_map(|_| schedule.draw()).collect::<Vec<_>>()
        };
        assert_eq!(deal(7), deal(7));
        assert_ne!(deal(7), deal(8));
        let schedule = Schedule::new(7, true, true, LONGEST);
        let names: Vec<String> = deal(7)
            .iter()
            .take(60)
            .map(|fault| fault.kind.to_string())
            .collect();
        for kind in schedule.kinds {
            let skew = matches!(kind, Kind::Skew(..));
            assert!(
                skew || names.contains(&kind.to_string()),
                "{kind} does not come"
            );
        }
        assert!(deal(7).iter().all(|fault| fault.long <= LONGEST));
    }

    #[test]
    fn two_at_a_time_have_two_victims() {
        let mut schedule = Schedule::new(3, true, true, LONGEST);
        let pairs: Vec<_> = (0..300)
            .map(|_| schedule.draw())
            .filter(|faults| faults.len() == 2)
            .collect();
        assert!(pairs.len() > 30);
        for pair in pairs {
            assert_ne!(pair[0].kind.victim(), pair[1].kind.victim());
        }
    }
}
