//! `viewers`: a session's room with thousands of viewers, in which people comment over HTTP fifty times a second.
//!
//! What is measured is the whole way, from the post through livestream, its database, relay and stream to the gateway
//! and each viewer's socket. `stored` counts from the time that the database gave the comment, just before its commit;
//! `posted`, stricter, from just before the request. Every viewer counts every event; one in sixteen looks at times.

pub(crate) mod crowd;
mod seen;
mod stamp;
mod talk;

use std::{net::SocketAddr, process::Stdio, time::Duration};

use anyhow::{Context as _, bail, ensure};
use phien_tests::api::{Api, number};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::oneshot,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::cpu::{Cores, Meter, memory};
use crowd::{Count, Crowd, Outcome};
pub(crate) use talk::Talk;

/// Events a second.
pub(crate) const RATE: u32 = 50;
/// Before anything is counted.
const WARM: Duration = Duration::from_secs(2);
/// After the last has come in, before memory is looked at.
const SETTLE: Duration = Duration::from_secs(2);
/// The crowd answers within this: it waits half as long for a last event.
const ANSWERS: Duration = Duration::from_mins(3);

/// A session on air, and who comments there: many, as one may say only so much.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    /// Where the gateway listens.
    pub(crate) address: SocketAddr,
    /// The session.
    pub(crate) session_id: String,
    /// Accounts that comment in turn.
    pub(crate) speakers: Vec<Api>,
}

/// How a room was served.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Watched {
    /// How many watched.
    pub(crate) viewers: usize,
    /// Events delivered a second, of all viewers.
    pub(crate) deliveries_per_second: f64,
    /// The same, divided by the cores of the process that served.
    pub(crate) per_cpu_second: f64,
    /// Of the process that served, for each viewer that came in.
    pub(crate) bytes_per_viewer: f64,
    /// Cores by process.
    pub(crate) cores: Cores,
    /// Times, and what did not come.
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// Who serves: its process, and its name at the meter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server {
    /// The process.
    pub(crate) pid: u32,
    /// The name.
    pub(crate) name: &'static str,
}

/// Where events come from.
pub(crate) trait Source {
    /// Events start to come, [`RATE`] a second.
    ///
    /// # Errors
    /// When they do not.
    async fn start(&mut self) -> anyhow::Result<()>;
    /// They stop; the number of the last.
    ///
    /// # Errors
    /// When one of them failed.
    async fn stop(&mut self) -> anyhow::Result<u64>;
}

impl Room {
    /// So many viewers watch for so long, on a gateway.
    ///
    /// # Errors
    /// When they cannot come in, or a comment is refused.
    pub(crate) async fn watched(
        &self,
        viewers: usize,
        measure: Duration,
        gateway: Server,
        meter: &Meter,
    ) -> anyhow::Result<Watched> {
        let path = format!("/v1/sessions/{}/feed", self.session_id);
        let crowd = Crowd {
            address: self.address,
            path,
            talk: Talk::Events,
            viewers,
            sample: 16,
        };
        watched(
            &crowd,
            measure,
            gateway,
            meter,
            &mut Speaking {
                room: self,
                under_way: None,
            },
        )
        .await
    }
}

/// Lets a crowd in and counts what it gets.
///
/// # Errors
/// When it cannot come in, or there are no events.
pub(crate) async fn watched(
    crowd: &Crowd,
    measure: Duration,
    server: Server,
    meter: &Meter,
    source: &mut impl Source,
) -> anyhow::Result<Watched> {
    let before = memory(server.pid);
    let mut process = Process::start(crowd).await?;
    sleep(SETTLE).await;
    let taken = memory(server.pid).saturating_sub(before);
    let mut meter = meter.clone();
    meter.watch(
        "viewers",
        process.child.id().context("the viewers have ended")?,
    );
    source.start().await?;
    sleep(WARM).await;
    process.tell("begin").await?;
    let first = meter.read();
    sleep(measure).await;
    let last = meter.read();
    let count: Count = process.ask("end").await?;
    let last_event = source.stop().await?;
    let outcome = process.ask(&format!("finish {last_event}")).await?;
    let cores = meter.between(&first, &last);
    #[expect(
        clippy::cast_precision_loss,
        reason = "far below where a count loses its last digit"
    )]
    let (deliveries, taken, viewers) =
        (count.deliveries as f64, taken as f64, crowd.viewers as f64);
    let deliveries_per_second = deliveries / count.seconds;
    Ok(Watched {
        viewers: crowd.viewers,
        deliveries_per_second,
        per_cpu_second: deliveries_per_second / cores[server.name],
        bytes_per_viewer: taken / viewers,
        cores,
        outcome,
    })
}

/// People who comment.
struct Speaking<'a> {
    room: &'a Room,
    under_way: Option<(oneshot::Sender<()>, JoinSet<anyhow::Result<u64>>)>,
}

impl Source for Speaking<'_> {
    async fn start(&mut self) -> anyhow::Result<()> {
        let (stop, stopped) = oneshot::channel();
        let mut speaking = JoinSet::new();
        speaking.spawn(speak(self.room.clone(), stopped));
        self.under_way = Some((stop, speaking));
        Ok(())
    }

    async fn stop(&mut self) -> anyhow::Result<u64> {
        let (stop, mut speaking) = self.under_way.take().context("nobody speaks")?;
        // When it has ended already, it says why.
        let _ = stop.send(());
        speaking.join_next().await.context("nobody speaks")??
    }
}

/// Comments until told to stop, in time, whether the ones before are answered or not; the number of the last.
async fn speak(room: Room, mut stop: oneshot::Receiver<()>) -> anyhow::Result<u64> {
    let path = format!("/v1/sessions/{}/comments", room.session_id);
    let mut due = interval(Duration::from_secs(1) / RATE);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut posts: JoinSet<anyhow::Result<u64>> = JoinSet::new();
    let mut last = 0;
    for speaker in room.speakers.iter().cycle() {
        tokio::select! {
            _ = due.tick() => {}
            _ = &mut stop => break,
        }
        let (speaker, path) = (speaker.clone(), path.clone());
        posts.spawn(async move {
            let text = format!(
                "{} cho em hai hộp chè lam, giao về Hà Nội nhé",
                stamp::of(stamp::now())
            );
            let comment = speaker
                .post(&path, &json!({ "text": text }))
                .await?
                .ok()
                .context("a comment")?;
            Ok(u64::try_from(number(&comment, "seq"))?)
        });
        while let Some(posted) = posts.try_join_next() {
            last = last.max(posted??);
        }
    }
    while let Some(posted) = posts.join_next().await {
        last = last.max(posted??);
    }
    ensure!(last > 0, "nobody spoke");
    Ok(last)
}

/// A crowd's process.
struct Process {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Process {
    async fn start(crowd: &Crowd) -> anyhow::Result<Self> {
        let talk = clap::ValueEnum::to_possible_value(&crowd.talk).context("how to talk")?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("viewers-client")
            .args([
                "--address",
                &crowd.address.to_string(),
                "--path",
                &crowd.path,
                "--talk",
                talk.get_name(),
            ])
            .args([
                "--viewers",
                &crowd.viewers.to_string(),
                "--sample",
                &crowd.sample.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("starting the viewers")?;
        let orders = child.stdin.take().context("no way to tell the viewers")?;
        let answers =
            BufReader::new(child.stdout.take().context("no way to hear the viewers")?).lines();
        let mut process = Self {
            child,
            orders,
            answers,
        };
        let ready: usize = process.hear().await?;
        ensure!(
            ready == crowd.viewers,
            "only {ready} of {} viewers came in",
            crowd.viewers
        );
        Ok(process)
    }

    async fn tell(&mut self, order: &str) -> anyhow::Result<()> {
        Ok(self
            .orders
            .write_all(format!("{order}\n").as_bytes())
            .await?)
    }

    async fn ask<T: DeserializeOwned>(&mut self, order: &str) -> anyhow::Result<T> {
        self.tell(order).await?;
        self.hear().await
    }

    async fn hear<T: DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        match tokio::time::timeout(ANSWERS, self.answers.next_line()).await {
            Ok(line) => Ok(serde_json::from_str(
                &line?.context("the viewers have ended: see above")?,
            )?),
            Err(_) => bail!("the viewers do not answer"),
        }
    }
}
