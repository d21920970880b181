//! What each process of a stack takes of the machine, from `/proc`.

use std::{collections::BTreeMap, fs, time::Instant};

use nix::unistd::{SysconfVar, sysconf};

/// Processes to be watched, by name.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    /// Name, process, and whether its children count too.
    watched: Vec<(&'static str, u32, bool)>,
    ticks_a_second: f64,
}

/// What was used until a moment.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    at: Instant,
    used: BTreeMap<&'static str, u64>,
}

/// Cores by process, over a time.
pub(crate) type Cores = BTreeMap<&'static str, f64>;

impl Default for Meter {
    fn default() -> Self {
        let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100);
        Self {
            watched: vec![("load", std::process::id(), false)],
            ticks_a_second: f64::from(u32::try_from(ticks).unwrap_or(100)),
        }
    }
}

impl Meter {
    /// Watches a process too.
    pub(crate) fn watch(&mut self, name: &'static str, pid: u32) {
        self.watched.push((name, pid, false));
    }

    /// Watches a process with its children.
    pub(crate) fn watch_family(&mut self, name: &'static str, pid: u32) {
        self.watched.push((name, pid, true));
    }

    /// What was used so far.
    #[must_use]
    pub(crate) fn read(&self) -> Reading {
        let mut used = BTreeMap::from([("machine", machine())]);
        for (name, pid, family) in &self.watched {
            let (mut ticks, ended) = of_process(*pid);
            if *family {
                ticks += ended
                    + children(*pid)
                        .into_iter()
                        .map(|child| of_process(child).0)
                        .sum::<u64>();
            }
            *used.entry(*name).or_default() += ticks;
        }
        Reading {
            at: Instant::now(),
            used,
        }
    }

    /// Cores between two readings.
    #[must_use]
    pub(crate) fn between(&self, from: &Reading, to: &Reading) -> Cores {
        let seconds = (to.at - from.at).as_secs_f64();
        let cores = |name: &&'static str| {
            let ticks =
                to.used[*name].saturating_sub(from.used.get(*name).copied().unwrap_or_default());
            #[expect(clippy::cast_precision_loss, reason = "ticks of a few seconds")]
            let ticks = ticks as f64;
            ticks / self.ticks_a_second / seconds
        };
        to.used.keys().map(|name| (*name, cores(name))).collect()
    }
}

/// Its own ticks, all threads; and those of its children that have ended.
fn of_process(pid: u32) -> (u64, u64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in brackets, may have spaces in it.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<u64> = after_name
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse().ok())
        .collect();
    match fields[..] {
        [user, system, ended_user, ended_system] => (user + system, ended_user + ended_system),
        _ => (0, 0),
    }
}

fn children(pid: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect()
}

/// Everything but idling, of all cores together: what is in no process of ours is the kernel's or somebody else's.
fn machine() -> u64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = stat.lines().next().unwrap_or_default();
    let fields: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .take(8)
        .filter_map(|field| field.parse().ok())
        .collect();
    match fields[..] {
        [user, nice, system, _idle, _iowait, irq, softirq, _steal] => {
            user + nice + system + irq + softirq
        }
        _ => 0,
    }
}

/// The memory of a process that is its own, in bytes.
#[must_use]
pub(crate) fn memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    kilobytes
        .and_then(|text| text.trim().strip_suffix("kB")?.trim().parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes * 1024)
}
