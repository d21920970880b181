//! One nats-server with `JetStream`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{
    LocalError, Owner, clear_left_over, end, io, last_lines, open_log, pid_of, port_is_free,
    search_path,
};
use crate::bus::{accounts::accounts, keys};

const PROGRAM: &str = "nats-server";
const READY_WITHIN: Duration = Duration::from_secs(30);

/// Where a broker lives and how careful it is.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// Its streams, its log and its written settings.
    pub store_dir: PathBuf,
    /// Where it listens, on 127.0.0.1; `None` takes any free port below 32768
    /// (higher ones are lent to outgoing connections, and might be taken when
    /// the broker comes back to its own).
    pub port: Option<u16>,
    /// Whether an acknowledged message must survive a loss of power.
    pub sync_always: bool,
    /// The folder with the keys of the users, made if they are not there: only
    /// they may connect then, and each only do what is its own. `None`: anybody
    /// may do anything, which is for tests of one part.
    pub keys: Option<PathBuf>,
    /// The program; `None` looks in `.tools/bin` and in PATH.
    pub binary: Option<PathBuf>,
}

/// A running nats-server; [`stop`](Self::stop) it.
pub struct LocalNats {
    child: Child,
    pid: u32,
    port: u16,
    binary: PathBuf,
    store: PathBuf,
    settings: Settings,
    _owner: Owner,
}

/// What is written into the server's settings beside its place.
struct Settings {
    sync_always: bool,
    keys: Option<PathBuf>,
    /// Who may connect; empty: anybody.
    accounts: String,
}

impl LocalNats {
    /// Starts it, and waits until it takes connections and its streams are there.
    ///
    /// # Errors
    /// It is missing, its store is in use, or it did not start; see [`LocalError`].
    pub async fn start(options: NatsOptions) -> Result<Self, LocalError> {
        let store =
            std::path::absolute(&options.store_dir).map_err(io("find", &options.store_dir))?;
        fs::create_dir_all(&store).map_err(io("create", &store))?;
        let owner = Owner::claim(&store.join("lock"), &store)?;
        clear_left_over(&store.join("pid"), PROGRAM, Signal::SIGTERM).await?;
        let binary = find_program(options.binary)?;
        let settings = Settings::of(options.sync_always, options.keys)?;
        let mut tries = 0;
        let (child, pid, port) = loop {
            let port = options.port.unwrap_or_else(any_free_port);
            match run(&binary, &store, port, &settings).await {
                Ok((child, pid)) => break (child, pid, port),
                // Somebody was quicker; there are others.
                Err(LocalError::PortTaken { .. }) if options.port.is_none() && tries < 10 => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        };
        Ok(Self {
            child,
            pid,
            port,
            binary,
            store,
            settings,
            _owner: owner,
        })
    }

    /// For clients.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The folder with the keys of its users; `None`: it asks for none.
    pub fn keys(&self) -> Option<&Path> {
        self.settings.keys.as_deref()
    }

    /// The folder with its streams.
    pub fn streams(&self) -> PathBuf {
        self.store.join("jetstream")
    }

    /// The process of the server; another one after [`restart`](Self::restart).
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Stops it in order.
    ///
    /// # Errors
    /// It had to be killed.
    pub async fn stop(mut self) -> Result<(), LocalError> {
        self.end().await
    }

    /// Kills it as a failing machine would.
    pub async fn kill9(&mut self) {
        // It fails only when the process has ended already.
        let _ = self.child.kill().await;
    }

    /// Starts it again on the same port with the same streams; stops it first if it runs.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn restart(&mut self) -> Result<(), LocalError> {
        self.end().await?;
        (self.child, self.pid) = run(&self.binary, &self.store, self.port, &self.settings).await?;
        Ok(())
    }

    /// Kills it, takes all its streams away, and starts it again: a machine that lost its disk.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn lose_everything(&mut self) -> Result<(), LocalError> {
        self.kill9().await;
        let streams = self.streams();
        fs::remove_dir_all(&streams).map_err(io("remove", &streams))?;
        self.restart().await
    }

    async fn end(&mut self) -> Result<(), LocalError> {
        end(
            &mut self.child,
            PROGRAM,
            &[(Signal::SIGTERM, Duration::from_secs(20))],
        )
        .await
    }
}

impl Settings {
    fn of(sync_always: bool, keys: Option<PathBuf>) -> Result<Self, LocalError> {
        let accounts = match &keys {
            Some(folder) => accounts(|user| keys::public_key(folder, user))?,
            None => String::new(),
        };
        Ok(Self {
            sync_always,
            keys,
            accounts,
        })
    }
}

/// Writes the settings and starts the server with them.
async fn run(
    binary: &Path,
    store: &Path,
    port: u16,
    settings: &Settings,
) -> Result<(Child, u32), LocalError> {
    if !port_is_free(port) {
        return Err(LocalError::PortTaken { port });
    }
    let file = store.join("nats-server.conf");
    fs::write(&file, written(store, port, settings)).map_err(io("write", &file))?;
    let log = store.join("nats-server.log");
    let output = open_log(&log)?;
    let mut child = Command::new(binary)
        .arg("--config")
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(output.try_clone().map_err(io("open", &log))?)
        .stderr(output)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(io("run", binary))?;
    let pid = pid_of(&child);
    // The server writes this file once it listens: unlike a connection, it
    // cannot be mistaken for somebody else's server on the same port.
    let ports = store.join(format!("nats-server_{pid}.ports"));
    let started = Instant::now();
    while !ports.exists() {
        if let Some(status) = child.try_wait().map_err(io("wait for", binary))? {
            let log = last_lines(&log);
            return Err(if log.contains("address already in use") {
                LocalError::PortTaken { port }
            } else {
                LocalError::Ended {
                    program: PROGRAM,
                    status,
                    log,
                }
            });
        }
        if started.elapsed() > READY_WITHIN {
            let log = last_lines(&log);
            return Err(LocalError::NotReady {
                program: PROGRAM,
                limit: READY_WITHIN,
                log,
            });
        }
        sleep(Duration::from_millis(5)).await;
    }
    // A later server might be given the same process number.
    let _ = fs::remove_file(&ports);
    Ok((child, pid))
}

fn written(store: &Path, port: u16, settings: &Settings) -> String {
    let sync_interval = if settings.sync_always { "always" } else { "2m" };
    format!(
        "# Written at every start.\n\
         host: \"127.0.0.1\"\n\
         port: {port}\n\
         max_payload: 4MB\n\
         pid_file: {pid}\n\
         ports_file_dir: {store}\n\
         jetstream {{\n  \
           store_dir: {store}\n  \
           sync_interval: {sync_interval}\n  \
           max_file_store: 16GB\n  \
           max_memory_store: 1GB\n\
         }}\n\
         {accounts}",
        accounts = settings.accounts,
        pid = quoted(&store.join("pid")),
        store = quoted(store),
    )
}

/// A string of the server's settings language.
fn quoted(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}

fn any_free_port() -> u16 {
    use rand::RngExt as _;
    let mut rng = rand::rng();
    for _ in 0..100 {
        let port = rng.random_range(20_000..32_000);
        if port_is_free(port) {
            return port;
        }
    }
    // All taken? Then the server will say so.
    20_000
}

fn find_program(given: Option<PathBuf>) -> Result<PathBuf, LocalError> {
    if let Some(given) = given {
        return if given.is_file() {
            Ok(given)
        } else {
            Err(LocalError::NatsMissing { looked_at: given })
        };
    }
    let own = PathBuf::from(".tools/bin/nats-server");
    // Tests run in the folder of their crate.
    #[cfg(any(test, feature = "testing"))]
    let own = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(own);
    std::iter::once(own.clone())
        .chain(search_path().into_iter().map(|folder| folder.join(PROGRAM)))
        .find(|program| program.is_file())
        .ok_or(LocalError::NatsMissing { looked_at: own })
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::*;
    use async_nats::jetstream;

    fn options(store_dir: PathBuf) -> NatsOptions {
        NatsOptions {
            store_dir,
            port: None,
            sync_always: true,
            keys: None,
            binary: None,
        }
    }

    async fn stored(url: &str) -> u64 {
        let client = async_nats::connect(url).await.unwrap();
        let mut stream = jetstream::new(client).get_stream("GOODS").await.unwrap();
        stream.info().await.unwrap().state.messages
    }

    #[tokio::test]
    async fn keeps_what_it_acknowledged() {
        let scratch = Scratch::new("nats");
        let mut nats = LocalNats::start(options(scratch.path("store")))
            .await
            .unwrap();
        let url = nats.url();
        assert!(nats.port < 32_768);

        let context = jetstream::new(async_nats::connect(&url).await.unwrap());
        context
            .create_stream(jetstream::stream::Config {
                name: "GOODS".into(),
                subjects: vec!["goods".into()],
                ..Default::default()
            })
            .await
            .unwrap();
        context
            .publish("goods", "honey".into())
            .await
            .unwrap()
            .await
            .unwrap();

        let first = nats.pid();
        nats.kill9().await;
        assert!(!super::super::alive(first));
        nats.restart().await.unwrap();
        assert_eq!((nats.url(), stored(&url).await), (url.clone(), 1));

        // Running: restarting stops it first.
        nats.restart().await.unwrap();
        nats.stop().await.unwrap();
        let again = LocalNats::start(options(scratch.path("store")))
            .await
            .unwrap();
        assert_eq!(stored(&again.url()).await, 1);
        again.stop().await.unwrap();
    }

    #[tokio::test]
    async fn says_who_uses_the_store_and_which_port_is_taken() {
        let scratch = Scratch::new("nats-taken");
        let nats = LocalNats::start(options(scratch.path("store")))
            .await
            .unwrap();
        let second = LocalNats::start(options(scratch.path("store")))
            .await
            .err()
            .unwrap();
        let me = std::process::id().to_string();
        assert!(
            matches!(&second, LocalError::InUse { pid, .. } if *pid == me),
            "{second}"
        );

        let mut elsewhere = options(scratch.path("elsewhere"));
        elsewhere.port = Some(nats.port);
        let third = LocalNats::start(elsewhere).await.err().unwrap();
        assert!(
            matches!(third, LocalError::PortTaken { port } if port == nats.port),
            "{third}"
        );
        nats.stop().await.unwrap();
    }

    #[tokio::test]
    async fn clears_away_what_a_killed_owner_left() {
        let scratch = Scratch::new("nats-left");
        let store = scratch.path("store");
        fs::create_dir_all(&store).unwrap();
        let port = any_free_port();
        let binary = find_program(None).unwrap();
        let (mut left, pid) = run(&binary, &store, port, &Settings::of(false, None).unwrap())
            .await
            .unwrap();
        let (nats, left) = tokio::join!(LocalNats::start(options(store)), left.wait());
        let (nats, _) = (nats.unwrap(), left.unwrap());
        assert_ne!(nats.pid(), pid);
        nats.stop().await.unwrap();
    }
}
