//! `feeds vs socket.io`: the same fan-out on a plain socket.io server, for the work that one second of a core does.
//!
//! The server makes its events itself, of the same size and as often; it has neither bus nor database behind it, nor
//! does it resume, so that the comparison favours it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{
    cpu::Meter,
    viewers::{RATE, Server, Source, Talk, Watched, crowd::Crowd, watched},
};

const NAME: &str = "socket.io";

/// What it takes to run it, or why it cannot be run.
pub(crate) type Installed = Result<PathBuf, String>;

/// Fetches what the server needs, as its lock file says; without Node or npm, says so.
pub(crate) async fn install() -> Installed {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("socketio");
    for (program, args) in [
        ("node", &["--version"][..]),
        (
            "npm",
            &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        ),
    ] {
        let run = Command::new(program)
            .args(args)
            .current_dir(&folder)
            .kill_on_drop(true)
            .output()
            .await;
        match run {
            Ok(run) if run.status.success() => {}
            Ok(run) => {
                return Err(format!(
                    "{program} {}: {}",
                    args[0],
                    String::from_utf8_lossy(&run.stderr).trim()
                ));
            }
            Err(error) => return Err(format!("{program} is not there: {error}")),
        }
    }
    Ok(folder.join("server.js"))
}

/// So many viewers watch for so long, on socket.io.
///
/// # Errors
/// When the server does not come up, or they cannot come in.
pub(crate) async fn fan_out(
    server: &Path,
    address: SocketAddr,
    viewers: usize,
    measure: Duration,
    meter: &Meter,
) -> anyhow::Result<Watched> {
    let mut node = Node::start(server, address).await?;
    let pid = node.child.id().context("the socket.io server has ended")?;
    let mut meter = meter.clone();
    meter.watch(NAME, pid);
    let path = "/socket.io/?EIO=4&transport=websocket".to_owned();
    let crowd = Crowd {
        address,
        path,
        talk: Talk::SocketIo,
        viewers,
        sample: 16,
    };
    let watched = watched(
        &crowd,
        measure,
        Server { pid, name: NAME },
        &meter,
        &mut node,
    )
    .await;
    node.child.kill().await?;
    watched
}

/// A socket.io server that runs.
struct Node {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Node {
    async fn start(server: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let mut child = Command::new("node")
            .arg(server)
            .args([
                address.ip().to_string(),
                address.port().to_string(),
                RATE.to_string(),
            ])
            .env("NODE_ENV", "production")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("starting the socket.io server")?;
        let orders = child.stdin.take().context("no way to tell the server")?;
        let answers =
            BufReader::new(child.stdout.take().context("no way to hear the server")?).lines();
        let mut node = Self {
            child,
            orders,
            answers,
        };
        node.hear().await?;
        Ok(node)
    }

    async fn hear(&mut self) -> anyhow::Result<String> {
        self.answers
            .next_line()
            .await?
            .context("the socket.io server has ended: see above")
    }
}

impl Source for Node {
    async fn start(&mut self) -> anyhow::Result<()> {
        Ok(self.orders.write_all(b"start\n").await?)
    }

    async fn stop(&mut self) -> anyhow::Result<u64> {
        self.orders.write_all(b"stop\n").await?;
        Ok(self.hear().await?.parse()?)
    }
}
