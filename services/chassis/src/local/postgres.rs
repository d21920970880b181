//! One Postgres cluster, made at its first start.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use sqlx::{Connection as _, PgConnection};
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use super::cluster::{RunAs, beside, find_programs, make_cluster, password, version_of};
use super::{
    LocalError, Owner, clear_left_over, end, io, last_lines, open_log, pid_of, port_is_free, send,
};

const PROGRAM: &str = "postgres";
/// Generous: a cluster that was killed reads its log again before it answers.
const READY_WITHIN: Duration = Duration::from_mins(2);

/// Where a cluster lives and how careful it is.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Its files. The superuser's password and a lock are kept beside it.
    pub data_dir: PathBuf,
    /// Where it listens, on 127.0.0.1. Below 32768: higher ports are lent to
    /// outgoing connections.
    pub port: u16,
    /// Whether a commit must survive a loss of power. Off for tests.
    pub durable: bool,
}

/// A running Postgres; [`stop`](Self::stop) it.
pub struct LocalPostgres {
    child: Child,
    pid: u32,
    admin_url: String,
    _owner: Owner,
}

impl LocalPostgres {
    /// Makes the cluster if it is not there yet, starts it, and waits until it answers.
    ///
    /// # Errors
    /// Its programs are missing, its files are in use or out of reach, or it did
    /// not start; see [`LocalError`].
    pub async fn start(options: PostgresOptions) -> Result<Self, LocalError> {
        let data = std::path::absolute(&options.data_dir).map_err(io("find", &options.data_dir))?;
        let parent = data.parent().unwrap_or(&data);
        fs::create_dir_all(parent).map_err(io("create", parent))?;
        let run_as = RunAs::find()?;
        run_as.must_reach(parent).await?;
        let owner = Owner::claim(&beside(&data, "lock"), &data)?;
        clear_left_over(&data.join("postmaster.pid"), PROGRAM, Signal::SIGINT).await?;

        let programs = find_programs(&data)?;
        let password = password(&data)?;
        if version_of(&data).is_none() {
            make_cluster(&data, &programs, &run_as, options.durable).await?;
        }
        if !port_is_free(options.port) {
            return Err(LocalError::PortTaken { port: options.port });
        }
        let log = data.join("server.log");
        let output = open_log(&log)?;
        let mut child = run_as
            .command(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(settings(&data, &options))
            // A batch's megabytes are kept for the next, not given back to the kernel and taken again page by page.
            .envs(
                ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"].map(|name| (name, "33554432")),
            )
            .stdout(output.try_clone().map_err(io("open", &log))?)
            .stderr(output)
            .spawn()
            .map_err(io("run", &programs.join("postgres")))?;
        let pid = pid_of(&child);
        let admin_url = format!(
            "postgres://postgres:{password}@127.0.0.1:{}/postgres",
            options.port
        );
        if let Err(error) = ready(&mut child, &admin_url, &data, &log).await {
            send(pid, Signal::SIGQUIT);
            let _ = child.wait().await;
            return Err(error);
        }
        if let Err(source) = close_the_common_rooms(&admin_url).await {
            send(pid, Signal::SIGQUIT);
            let _ = child.wait().await;
            return Err(LocalError::Refused { source });
        }
        Ok(Self {
            child,
            pid,
            admin_url,
            _owner: owner,
        })
    }

    /// For the superuser, to the database `postgres`. Holds the password.
    pub fn admin_url(&self) -> String {
        self.admin_url.clone()
    }

    /// The process of the server.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Kills the server and all its children where they stand, as the kernel does when memory runs out. What was
    /// committed is found again at the next start.
    ///
    /// # Errors
    /// The processes cannot be listed or waited for.
    pub async fn kill(mut self) -> Result<(), LocalError> {
        // Stopped first: it has no new children while they are counted.
        send(self.pid, Signal::SIGSTOP);
        let children: Vec<u32> = processes()
            .await?
            .into_iter()
            .filter_map(|(pid, parent)| (parent == self.pid).then_some(pid))
            .collect();
        send(self.pid, Signal::SIGKILL);
        for pid in &children {
            send(*pid, Signal::SIGKILL);
        }
        let program = Path::new(PROGRAM);
        self.child.wait().await.map_err(io("wait for", program))?;
        // The next server does not start as long as one of them has the shared memory.
        while processes()
            .await?
            .iter()
            .any(|(pid, _)| children.contains(pid))
        {
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Ends all sessions, writes everything down and stops.
    ///
    /// # Errors
    /// It had to be killed.
    pub async fn stop(mut self) -> Result<(), LocalError> {
        let patience = [
            (Signal::SIGINT, Duration::from_mins(1)),
            (Signal::SIGQUIT, Duration::from_secs(10)),
        ];
        end(&mut self.child, PROGRAM, &patience).await
    }
}

impl Drop for LocalPostgres {
    fn drop(&mut self) {
        // SIGQUIT, as SIGKILL would leave the server's own children behind. What
        // was committed is found again at the next start.
        if let Some(pid) = self.child.id() {
            send(pid, Signal::SIGQUIT);
        }
    }
}

/// Everything that runs, with its parent; not what has ended and is only counted still.
async fn processes() -> Result<Vec<(u32, u32)>, LocalError> {
    let list = tokio::process::Command::new("ps")
        .args(["-A", "-o", "pid=", "-o", "ppid=", "-o", "stat="])
        .output()
        .await
        .map_err(io("run", Path::new("ps")))?;
    let read = |line: &str| {
        let mut words = line.split_whitespace();
        let (pid, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        (!words.next()?.starts_with('Z')).then_some((pid, parent))
    };
    let list = String::from_utf8_lossy(&list.stdout);
    Ok(list.lines().filter_map(read).collect())
}

/// A quarter of the machine's memory, as Postgres' manual says; of a large machine no more than is of use here.
fn buffers_mb() -> u64 {
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total_kb = info
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    total_kb.map_or(512, |kb| (kb / 4 / 1024).clamp(128, 4096))
}

fn settings(data: &Path, options: &PostgresOptions) -> Vec<String> {
    // A socket's path has room for about 100 bytes, and the setting is a list.
    let socket_dir = data
        .to_str()
        .filter(|data| data.len() <= 85 && !data.contains([',', '"', '\'']))
        .unwrap_or_default();
    let mut settings = vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={}", options.port),
        format!("unix_socket_directories={socket_dir}"),
        "max_connections=200".to_owned(),
        format!("shared_buffers={}MB", buffers_mb()),
        // Pages are written by who has time for it, not by the transaction that needs their room.
        "bgwriter_delay=50ms".to_owned(),
        "bgwriter_lru_maxpages=1000".to_owned(),
        // Checkpoints come by the clock, not by the rush: each makes the next change of every page a whole page of log.
        "max_wal_size=8GB".to_owned(),
        "checkpoint_timeout=15min".to_owned(),
        "wal_compression=lz4".to_owned(),
        "log_checkpoints=off".to_owned(),
        "log_line_prefix=%m [%p] %d ".to_owned(),
    ];
    if !options.durable {
        settings.extend(
            [
                "fsync=off",
                "full_page_writes=off",
                "synchronous_commit=off",
            ]
            .map(str::to_owned),
        );
    }
    settings
        .into_iter()
        .flat_map(|setting| ["-c".to_owned(), setting])
        .collect()
}

/// The databases that every cluster has are for its superuser alone.
async fn close_the_common_rooms(url: &str) -> Result<(), sqlx::Error> {
    let mut conn = PgConnection::connect(url).await?;
    sqlx::raw_sql("revoke all on database postgres, template1 from public")
        .execute(&mut conn)
        .await?;
    conn.close().await
}

/// Waits until the server answers, ends, or takes too long.
async fn ready(child: &mut Child, url: &str, data: &Path, log: &Path) -> Result<(), LocalError> {
    let started = Instant::now();
    loop {
        match timeout(Duration::from_secs(5), PgConnection::connect(url)).await {
            Ok(Ok(connection)) => {
                let _ = connection.close().await;
                return Ok(());
            }
            Ok(Err(sqlx::Error::Database(refusal)))
                if refusal.code().is_some_and(|code| code.starts_with("28")) =>
            {
                let source = sqlx::Error::Database(refusal);
                return Err(LocalError::Password {
                    file: beside(data, "password"),
                    source,
                });
            }
            Ok(Err(_)) | Err(_) => {}
        }
        if let Some(status) = child
            .try_wait()
            .map_err(io("wait for", Path::new(PROGRAM)))?
        {
            return Err(LocalError::Ended {
                program: PROGRAM,
                status,
                log: last_lines(log),
            });
        }
        if started.elapsed() > READY_WITHIN {
            let log = last_lines(log);
            return Err(LocalError::NotReady {
                program: PROGRAM,
                limit: READY_WITHIN,
                log,
            });
        }
        sleep(Duration::from_millis(30)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::*;
    use std::net::TcpListener;

    fn options(scratch: &Scratch) -> PostgresOptions {
        let port = (20_000..32_000)
            .rev()
            .find(|port| port_is_free(*port))
            .unwrap();
        PostgresOptions {
            data_dir: scratch.path("data"),
            port,
            durable: false,
        }
    }

    async fn word(url: &str) -> String {
        let mut db = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar("select lower(word) from kept")
            .fetch_one(&mut db)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn is_found_again_after_a_stop_and_after_a_crash() {
        let scratch = Scratch::new("postgres");
        let options = options(&scratch);
        let postgres = LocalPostgres::start(options.clone()).await.unwrap();
        let url = postgres.admin_url();
        let mut db = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("create table kept (word text); insert into kept values ('ĐẶC SẢN')")
            .execute(&mut db)
            .await
            .unwrap();
        let fsync: String = sqlx::query_scalar("show fsync")
            .fetch_one(&mut db)
            .await
            .unwrap();
        assert_eq!(fsync, "off");

        let second = LocalPostgres::start(options.clone()).await.err().unwrap();
        assert!(matches!(second, LocalError::InUse { .. }), "{second}");
        postgres.stop().await.unwrap();

        let taken = TcpListener::bind(("127.0.0.1", options.port)).unwrap();
        let refused = LocalPostgres::start(options.clone()).await.err().unwrap();
        assert!(matches!(refused, LocalError::PortTaken { .. }), "{refused}");
        drop(taken);

        let durable = PostgresOptions {
            durable: true,
            ..options.clone()
        };
        let postgres = LocalPostgres::start(durable).await.unwrap();
        assert_eq!(word(&postgres.admin_url()).await, "đặc sản");
        drop(postgres);

        let postgres = LocalPostgres::start(options).await.unwrap();
        assert_eq!(word(&postgres.admin_url()).await, "đặc sản");
        postgres.stop().await.unwrap();
    }

    #[tokio::test]
    async fn does_not_touch_a_folder_with_other_files() {
        let scratch = Scratch::new("postgres-other");
        let options = options(&scratch);
        fs::create_dir(&options.data_dir).unwrap();
        fs::write(options.data_dir.join("letter"), "dear").unwrap();
        let refused = LocalPostgres::start(options.clone()).await.err().unwrap();
        assert!(
            matches!(refused, LocalError::NotACluster { .. }),
            "{refused}"
        );
        assert!(options.data_dir.join("letter").exists());
    }
}
