//! One process of a role, started again whenever it ends, as whatever runs it in production does.

use std::{
    net::SocketAddr,
    ops::Deref,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use chassis::lifecycle::Lifecycle;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use phien_tests::{api::Api, wait::until};
use tokio::{
    process::{Child, Command},
    sync::watch,
};

use crate::proxy::Proxy;

/// Before it is started again.
const PAUSE: Duration = Duration::from_millis(300);
/// How long an orderly stop may take.
const STOPPED_WITHIN: Duration = Duration::from_secs(40);

/// Where a process is, and the ways it goes.
#[derive(Debug, Clone)]
pub struct Instance {
    /// `orders-1`.
    pub name: String,
    /// What it runs.
    pub role: &'static str,
    /// Where it tells whether it is ready.
    pub health: SocketAddr,
    /// Where it takes HTTP, if it is a gateway.
    pub listen: SocketAddr,
    /// Its way to NATS.
    pub nats: Proxy,
    /// Its way to Postgres.
    pub postgres: Proxy,
    /// The clients' way to it.
    pub front: Proxy,
}

/// How it is started.
#[derive(Debug, Clone)]
pub struct Start {
    /// What runs.
    pub program: PathBuf,
    /// Its environment.
    pub settings: Vec<(String, String)>,
    /// Where its output goes.
    pub log: PathBuf,
}

/// A process that is watched over.
#[derive(Debug, Clone)]
pub struct Process {
    instance: Arc<Instance>,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    wanted: watch::Sender<bool>,
    runs: watch::Sender<Option<u32>>,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    start: Start,
    /// More environment for the next start.
    more: Vec<(String, String)>,
    /// It was killed by us: its end is no news.
    expected: bool,
    fell: Vec<String>,
}

impl Deref for Process {
    type Target = Instance;
    fn deref(&self) -> &Instance {
        &self.instance
    }
}

impl Process {
    /// Starts it, and watches over it until it is told to stop.
    pub(super) fn watch(instance: Instance, start: Start, lifecycle: &Lifecycle) -> Self {
        let process = Self {
            instance: Arc::new(instance),
            state: Arc::new(State {
                wanted: watch::channel(true).0,
                runs: watch::channel(None).0,
                now: Mutex::new(Now {
                    start,
                    more: Vec::new(),
                    expected: false,
                    fell: Vec::new(),
                }),
            }),
        };
        lifecycle.spawn(process.clone().keep(lifecycle.clone()));
        process
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.state
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn keep(self, lifecycle: Lifecycle) {
        let mut wanted = self.state.wanted.subscribe();
        loop {
            tokio::select! {
                wanted = wanted.wait_for(|wanted| *wanted) => if wanted.is_err() { return },
                () = lifecycle.stopping() => return,
            }
            match self.spawn() {
                Ok(child) => {
                    self.state.runs.send_replace(child.id());
                    let status = self.follow(child, &lifecycle).await;
                    self.state.runs.send_replace(None);
                    self.ended(status);
                }
                Err(error) => self.now().fell.push(format!("{}: {error:#}", self.name)),
            }
            if !lifecycle.sleep(PAUSE).await {
                return;
            }
        }
    }

    fn spawn(&self) -> anyhow::Result<Child> {
        let (start, more) = {
            let mut now = self.now();
            now.expected = false;
            (now.start.clone(), std::mem::take(&mut now.more))
        };
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&start.log)?;
        Command::new(&start.program)
            .args(["run", "--only", self.role])
            .envs(start.settings)
            .envs(more)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C is for us, who end our own.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("running {}", start.program.display()))
    }

    /// Waits for its end; asks for it when it is no longer wanted.
    async fn follow(&self, mut child: Child, lifecycle: &Lifecycle) -> Option<ExitStatus> {
        let mut wanted = self.state.wanted.subscribe();
        tokio::select! {
            status = child.wait() => return status.ok(),
            _ = wanted.wait_for(|wanted| !wanted) => {}
            () = lifecycle.stopping() => {}
        }
        self.now().expected = true;
        self.signal(Signal::SIGTERM);
        if let Ok(status) = tokio::time::timeout(STOPPED_WITHIN, child.wait()).await {
            return status.ok();
        }
        self.now()
            .fell
            .push(format!("{} had to be killed to stop", self.name));
        let _ = child.kill().await;
        None
    }

    /// A role that cannot reach its servers when it starts ends with an error and is started again; a panic of the
    /// whole process, or a signal that nobody sent, is a defect.
    fn ended(&self, status: Option<ExitStatus>) {
        use std::os::unix::process::ExitStatusExt as _;
        let Some(status) = status else { return };
        let mut now = self.now();
        if !now.expected && (status.signal().is_some() || status.code() == Some(101)) {
            now.fell.push(format!("{} ended: {status}", self.name));
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = *self.state.runs.borrow()
            && let Ok(pid) = i32::try_from(pid)
        {
            // One that has just ended needs no signal.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    /// `kill -9`; it comes back by itself.
    pub fn kill(&self) {
        self.now().expected = true;
        self.signal(Signal::SIGKILL);
    }

    /// It stands still.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// It goes on.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// Kills it; until the next time, it runs with these settings too.
    pub fn kill_and_start_with(&self, more: Vec<(String, String)>) {
        self.now().more = more;
        self.kill();
    }

    /// Tells it to stop in order, and waits until it has. False: it had to be killed.
    pub async fn stop(&self) -> bool {
        let fell = self.now().fell.len();
        self.resume();
        self.state.wanted.send_replace(false);
        let mut runs = self.state.runs.subscribe();
        // It fails only when nobody watches over it any more.
        let _ = runs.wait_for(Option::is_none).await;
        self.now().fell.len() == fell
    }

    /// Has it ended by itself, and how?
    #[must_use]
    pub fn fell(&self) -> Vec<String> {
        self.now().fell.clone()
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.now().start.log.clone()
    }

    /// Waits until it says that it is ready.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn ready(&self, within: Duration) -> anyhow::Result<()> {
        let api = Api::new(&format!("http://{}", self.health))?;
        let what = format!("{} is ready (see {})", self.name, self.log().display());
        until(&what, within, || async {
            let asked = tokio::time::timeout(Duration::from_secs(3), api.get("/readyz")).await;
            Ok(matches!(asked, Ok(Ok(reply)) if reply.status == 200).then_some(()))
        })
        .await
    }
}
