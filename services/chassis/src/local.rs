//! A real Postgres and a real nats-server as children of this process, on
//! loopback only: what `phien up` and the tests stand on.
//!
//! Each child leads a process group of its own, so that Ctrl-C at a terminal
//! reaches us alone: the services are stopped first, the servers last. A lock
//! beside a server's files tells a running owner, which is respected, from one
//! that was killed and left its server behind, which is cleared away.

mod cluster;
mod error;
mod nats;
mod postgres;

pub use error::LocalError;
pub use nats::{LocalNats, NatsOptions};
pub use postgres::{LocalPostgres, PostgresOptions};

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use error::io;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

/// The right to use a server's files, kept as a locked file beside them. The
/// kernel gives it back when the process ends, however it ends.
struct Owner(File);

impl Owner {
    fn claim(lock: &Path, folder: &Path) -> Result<Self, LocalError> {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(lock)
            .map_err(io("open", lock))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).map_err(io("read", lock))?;
                let pid = pid.trim().to_owned();
                return Err(LocalError::InUse {
                    folder: folder.to_owned(),
                    pid,
                });
            }
            Err(TryLockError::Error(source)) => return Err(io("lock", lock)(source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(io("write", lock))?;
        Ok(Self(file))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // Not left to the closing of the file: a child that is just being
        // started by another thread may hold a copy of it for a moment.
        let _ = self.0.unlock();
    }
}

/// Stops the server that a killed owner left behind, if it is still there.
async fn clear_left_over(
    pid_file: &Path,
    program: &'static str,
    signal: Signal,
) -> Result<(), LocalError> {
    let Ok(text) = std::fs::read_to_string(pid_file) else {
        return Ok(());
    };
    let Some(pid) = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse::<u32>().ok())
    else {
        return Ok(());
    };
    // After a restart of the machine the number may be somebody else's.
    if !alive(pid) || !name_of(pid).await.contains(program) {
        return Ok(());
    }
    tracing::warn!(
        pid,
        "stopping the {program} that an earlier run left behind"
    );
    send(pid, signal);
    let started = Instant::now();
    while alive(pid) {
        if started.elapsed() > Duration::from_mins(1) {
            return Err(LocalError::NotStopped { program, pid });
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Of a child that was just started.
fn pid_of(child: &Child) -> u32 {
    child.id().expect("it has not been waited for")
}

fn signed(pid: u32) -> Pid {
    Pid::from_raw(i32::try_from(pid).expect("process numbers are small"))
}

fn alive(pid: u32) -> bool {
    kill(signed(pid), None).is_ok()
}

/// A process that has just ended is as good as one that was told to.
fn send(pid: u32, signal: Signal) {
    let _ = kill(signed(pid), signal);
}

async fn name_of(pid: u32) -> String {
    if let Ok(name) = std::fs::read_to_string(format!("/proc/{pid}/comm")) {
        return name;
    }
    let ps = tokio::process::Command::new("ps")
        .args(["-o", "comm=", "-p", &pid.to_string()])
        .output()
        .await;
    ps.map(|ps| String::from_utf8_lossy(&ps.stdout).into_owned())
        .unwrap_or_default()
}

/// Asks with each signal in turn and waits as long as it says; the last resort
/// is SIGKILL, which is reported.
async fn end(
    child: &mut Child,
    program: &'static str,
    signals: &[(Signal, Duration)],
) -> Result<(), LocalError> {
    let Some(pid) = child.id() else { return Ok(()) };
    for (signal, patience) in signals {
        send(pid, *signal);
        if timeout(*patience, child.wait()).await.is_ok() {
            return Ok(());
        }
    }
    child.kill().await.map_err(io("kill", Path::new(program)))?;
    Err(LocalError::NotStopped { program, pid })
}

/// Opens a server's log for its output; a long one is put aside first.
fn open_log(log: &Path) -> Result<File, LocalError> {
    const LONG: u64 = 16 << 20;
    if std::fs::metadata(log).is_ok_and(|log| log.len() > LONG) {
        std::fs::rename(log, log.with_extension("log.1")).map_err(io("rename", log))?;
    }
    File::options()
        .create(true)
        .append(true)
        .open(log)
        .map_err(io("open", log))
}

/// The end of a log, for an error message.
fn last_lines(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}

fn port_is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// The folders of PATH.
fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// A folder for a test, gone at its end.
#[cfg(test)]
struct Scratch(PathBuf);

#[cfg(test)]
impl Scratch {
    /// Below the system's temporary folder: the user `postgres` must reach it.
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("phien-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

#[cfg(test)]
impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
