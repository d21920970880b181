//! NATS and Postgres as processes of their own, and what can happen to them.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use chassis::local::{LocalNats, LocalPostgres, NatsOptions, PostgresOptions};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, Uid},
};
use tokio::{process::Command, sync::Mutex, time::sleep};

/// Both servers; one thing happens to each at a time.
pub struct Servers {
    nats: Mutex<LocalNats>,
    postgres: Mutex<Option<LocalPostgres>>,
    postgres_options: PostgresOptions,
    store: PathBuf,
    /// The broker has a disk of its own.
    pub own_disk: bool,
}

/// Empties a data folder, where a run that was killed may have left a disk.
///
/// # Errors
/// When it cannot be emptied.
pub(super) async fn clear(data: &Path) -> anyhow::Result<()> {
    if data.exists() {
        unmount(&data.join("nats")).await;
        std::fs::remove_dir_all(data).with_context(|| format!("emptying {}", data.display()))?;
    }
    Ok(())
}

async fn unmount(store: &Path) {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mounted = mounts
        .lines()
        .any(|line| line.split(' ').nth(1) == store.to_str());
    if mounted {
        // What is left mounted is said by the removal of the folder.
        let _ = Command::new("umount").arg("-l").arg(store).status().await;
    }
}

/// A small disk at `store`, if one may be mounted.
async fn mount(store: &Path, megabytes: u32) -> anyhow::Result<bool> {
    if !Uid::effective().is_root() {
        return Ok(false);
    }
    std::fs::create_dir_all(store)?;
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
        .arg(store)
        .status()
        .await;
    Ok(mounted.is_ok_and(|status| status.success()))
}

impl Servers {
    /// Starts both: Postgres on `port`, NATS on the next.
    ///
    /// # Errors
    /// When one does not come up.
    pub(super) async fn start(
        folder: &Path,
        port: u16,
        nats_disk: Option<u32>,
    ) -> anyhow::Result<Self> {
        let postgres_options = PostgresOptions {
            data_dir: folder.join("postgres"),
            port,
            durable: true,
        };
        let postgres = LocalPostgres::start(postgres_options.clone()).await?;
        let store = folder.join("nats");
        let own_disk = match nats_disk {
            Some(megabytes) => mount(&store, megabytes).await?,
            None => false,
        };
        let nats = LocalNats::start(NatsOptions {
            store_dir: store.clone(),
            port: Some(port + 1),
            sync_always: true,
            binary: None,
        })
        .await?;
        Ok(Self {
            nats: Mutex::new(nats),
            postgres: Mutex::new(Some(postgres)),
            postgres_options,
            store,
            own_disk,
        })
    }

    /// For the superuser of Postgres.
    ///
    /// # Errors
    /// While it does not run.
    pub async fn admin_url(&self) -> anyhow::Result<String> {
        let postgres = self.postgres.lock().await;
        Ok(postgres
            .as_ref()
            .context("Postgres does not run")?
            .admin_url())
    }

    /// `kill -9` of NATS; it is back after `down`.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_nats(&self, down: Duration) -> anyhow::Result<()> {
        let mut nats = self.nats.lock().await;
        nats.kill9().await;
        sleep(down).await;
        Ok(nats.restart().await?)
    }

    /// NATS is killed and loses everything that it stored.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn wipe_nats(&self, down: Duration) -> anyhow::Result<()> {
        let mut nats = self.nats.lock().await;
        nats.kill9().await;
        std::fs::remove_dir_all(self.store.join("jetstream")).context("deleting the store")?;
        sleep(down).await;
        Ok(nats.restart().await?)
    }

    /// The disk of NATS is full for so long. Streams that could not write stay shut until a restart, which whoever
    /// watches over its health gives it.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn fill_disk_of_nats(&self, long: Duration) -> anyhow::Result<()> {
        let mut nats = self.nats.lock().await;
        let ballast = self.store.join("ballast");
        let place = ballast.clone();
        tokio::task::spawn_blocking(move || -> std::io::Result<()> {
            let mut file = std::fs::File::create(place)?;
            let block = vec![0; 1 << 20];
            while file.write_all(&block).is_ok() {}
            // And the last bytes.
            while file.write_all(&[0; 512]).is_ok() {}
            Ok(())
        })
        .await??;
        sleep(long).await;
        std::fs::remove_file(&ballast)?;
        nats.kill9().await;
        Ok(nats.restart().await?)
    }

    /// NATS stands still for so long.
    pub async fn pause_nats(&self, long: Duration) {
        let nats = self.nats.lock().await;
        send(nats.pid(), Signal::SIGSTOP);
        sleep(long).await;
        send(nats.pid(), Signal::SIGCONT);
    }

    /// `kill -9` of Postgres and its children; it is back after `down`, and reads its log again.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn kill_postgres(&self, down: Duration) -> anyhow::Result<()> {
        let mut postgres = self.postgres.lock().await;
        if let Some(running) = postgres.take() {
            running.kill().await?;
        }
        sleep(down).await;
        *postgres = Some(LocalPostgres::start(self.postgres_options.clone()).await?);
        Ok(())
    }

    /// `pg_ctl stop -m immediate`, which is SIGQUIT; it is back after `down`.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn stop_postgres_at_once(&self, down: Duration) -> anyhow::Result<()> {
        let mut postgres = self.postgres.lock().await;
        if let Some(running) = postgres.take() {
            send(running.pid(), Signal::SIGQUIT);
            running.stop().await?;
        }
        sleep(down).await;
        *postgres = Some(LocalPostgres::start(self.postgres_options.clone()).await?);
        Ok(())
    }

    /// Postgres and its children stand still for so long.
    pub async fn pause_postgres(&self, long: Duration) {
        let postgres = self.postgres.lock().await;
        let Some(running) = postgres.as_ref() else {
            return;
        };
        let server = running.pid();
        // The server first: it has no new children while they are counted.
        send(server, Signal::SIGSTOP);
        let children = children_of(server);
        for pid in &children {
            send(*pid, Signal::SIGSTOP);
        }
        sleep(long).await;
        for pid in children {
            send(pid, Signal::SIGCONT);
        }
        send(server, Signal::SIGCONT);
    }

    /// Stops both in order, and gives the disk back.
    ///
    /// # Errors
    /// When one has to be killed.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.nats.into_inner().stop().await?;
        if let Some(postgres) = self.postgres.into_inner() {
            postgres.stop().await?;
        }
        if self.own_disk {
            unmount(&self.store).await;
        }
        Ok(())
    }
}

/// One that has just ended needs no signal.
fn send(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

/// The children of a process, from `/proc`.
fn children_of(parent: u32) -> Vec<u32> {
    let Ok(all) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    all.filter_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // "pid (name) state parent …"; the name may hold anything but ends at the last parenthesis.
        let after = stat.rsplit_once(')')?.1;
        let found: u32 = after.split_whitespace().nth(1)?.parse().ok()?;
        (found == parent).then_some(pid)
    })
    .collect()
}
