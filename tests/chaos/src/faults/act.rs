//! A fault is done, lasts, and is undone.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use tokio::time::sleep;

use super::{Bad, Fault, Kind, Link};
use crate::{
    proxy::{Proxy, Way},
    relay::Relay,
    stack::{Stack, process::Process},
};

/// The library that gives one process another clock, where it is installed.
#[must_use]
pub fn faketime() -> Option<PathBuf> {
    let places = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/faketime/libfaketime.so.1",
        "/usr/local/lib/faketime/libfaketime.so.1",
    ];
    places
        .into_iter()
        .map(PathBuf::from)
        .find(|place| place.is_file())
}

/// Does it, from beginning to end; says to whom.
///
/// # Errors
/// When what was stopped cannot be started again.
pub async fn act(fault: Fault, stack: &Stack, relay: &Relay) -> anyhow::Result<String> {
    let Fault { kind, long, choice } = fault;
    let servers = &stack.servers;
    // What is killed is away for a part of the time; the rest is its recovery.
    let down = long.min(Duration::from_secs(4));
    match kind {
        Kind::Kill(role) => {
            let part = one_of(stack, role, choice)?;
            part.kill();
            return Ok(part.name.clone());
        }
        Kind::Pause(role) => {
            let part = one_of(stack, role, choice)?;
            part.pause();
            sleep(long).await;
            part.resume();
            return Ok(part.name.clone());
        }
        Kind::KillNats => servers.kill_nats(down).await?,
        Kind::PauseNats => servers.pause_nats(long).await,
        Kind::WipeNats => servers.wipe_nats(down).await?,
        Kind::FullDisk => servers.fill_disk_of_nats(long).await?,
        Kind::KillPostgres => servers.kill_postgres(down).await?,
        Kind::StopPostgres => servers.stop_postgres_at_once(down).await?,
        Kind::PausePostgres => servers.pause_postgres(long).await,
        Kind::Way(link, bad) => return spoil(stack, link, bad, long, choice).await,
        Kind::Skew(role, seconds) => {
            let part = one_of(stack, role, choice)?;
            let library = faketime().context("libfaketime is not installed")?;
            part.kill_and_start_with(vec![
                ("LD_PRELOAD".into(), library.to_string_lossy().into_owned()),
                ("FAKETIME".into(), format!("{seconds:+}s")),
                // What waits, waits as long as always.
                ("FAKETIME_DONT_FAKE_MONOTONIC".into(), "1".into()),
            ]);
            sleep(long.max(Duration::from_secs(5))).await;
            part.kill();
            return Ok(part.name.clone());
        }
        Kind::Repeat => {
            relay.switch(true);
            sleep(long).await;
            relay.switch(false);
        }
    }
    Ok(String::new())
}

fn one_of<'a>(stack: &'a Stack, role: &str, choice: u32) -> anyhow::Result<&'a Process> {
    let all: Vec<&Process> = stack
        .parts
        .iter()
        .filter(|part| part.role == role)
        .collect();
    let place = choice as usize % all.len().max(1);
    all.get(place).copied().context("no such role")
}

async fn spoil(
    stack: &Stack,
    link: Link,
    bad: Bad,
    long: Duration,
    choice: u32,
) -> anyhow::Result<String> {
    let (part, proxy): (&Process, &Proxy) = match link {
        Link::Front => {
            let part = one_of(stack, "gateway", choice)?;
            (part, &part.front)
        }
        Link::Nats | Link::Postgres => {
            let part = &stack.parts[choice as usize % stack.parts.len()];
            let proxy = if link == Link::Nats {
                &part.nats
            } else {
                &part.postgres
            };
            (part, proxy)
        }
    };
    let odd = choice & 0x100 != 0;
    proxy.set(match bad {
        Bad::Cut => Way {
            cut: true,
            ..Way::default()
        },
        Bad::Late => Way {
            late: Duration::from_millis(u64::from(choice >> 16) % 180 + 20),
            ..Way::default()
        },
        Bad::HalfOpen => Way {
            silent_out: odd,
            silent_in: !odd,
            ..Way::default()
        },
        Bad::Silent => Way {
            silent_out: true,
            silent_in: true,
            ..Way::default()
        },
    });
    sleep(long).await;
    // What was kept arrives late, or is lost with its connection.
    if bad != Bad::Late && choice & 0x200 != 0 {
        proxy.reset();
    }
    proxy.set(Way::default());
    Ok(part.name.clone())
}
