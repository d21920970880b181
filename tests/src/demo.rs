//! The demo: the 20 OCOP goods of a spreadsheet are sold live to simulated shoppers, through the public HTTP API alone.
//!
//! In this order: [`prepare`] (goods, session, offers), [`host`] and [`shoppers`] with their [`tally`] while the
//! session is on air, then [`check`] (what clients were told against what the services hold) and [`report`].

pub mod check;
pub mod host;
pub mod prepare;
pub mod progress;
pub mod report;
pub mod shoppers;
pub mod tally;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use crate::feed_client::FeedClient;
use prepare::Fair;
use progress::Progress;
use tally::Tally;

/// How often the one watcher is cut.
pub const CUTS: u32 = 50;

/// Sells the OCOP goods of a spreadsheet live to simulated shoppers, then checks the books.
#[derive(Debug, Clone, clap::Parser)]
pub struct Args {
    /// Where the gateway answers [default: where `phien up` has put it, http://127.0.0.1:8080].
    #[arg(long)]
    pub url: Option<String>,
    /// Simulated shoppers.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub shoppers: u32,
    /// How long they shop.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(5..=3_600))]
    pub seconds: u32,
    /// The data folder of `phien up`, where it says how to sign in [default: .phien, or /var/lib/phien for root].
    #[arg(long, env = "PHIEN_DATA")]
    pub data: Option<PathBuf>,
    /// The goods [default: deploy/demo/ocop-goods.csv of the checkout].
    #[arg(long)]
    pub goods: Option<PathBuf>,
    /// Makes the shoppers choose the same again; printed at the start.
    #[arg(long)]
    pub seed: Option<u64>,
}

/// How to sign in, as `phien up` writes it for its user alone.
#[derive(Deserialize)]
pub struct SignIn {
    /// Where the gateway answers.
    pub url: String,
    /// The key of `SePay`'s webhook.
    pub sepay_key: String,
    /// Passwords by username.
    pub accounts: BTreeMap<String, String>,
}

impl SignIn {
    fn read(data: &Path) -> anyhow::Result<Self> {
        let file = data.join("sign-in.json");
        let text = std::fs::read_to_string(&file).with_context(|| {
            format!(
                "cannot read {}: run `make up` in another terminal first",
                file.display()
            )
        })?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not what `phien up` writes", file.display()))
    }
}

/// Runs the demo.
///
/// # Errors
/// When a step fails, or anything differs in the end.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let data = args.data.clone().unwrap_or_else(phien::folder::usual);
    let sign_in = SignIn::read(&data)?;
    let seed = args.seed.unwrap_or_else(|| rand::rng().random());
    println!("seed          {seed}");
    let fair = Arc::new(prepare::prepare(&args, &sign_in).await?);
    let tally = Arc::new(Tally::default());
    let watched = on_air(&args, &fair, &tally, seed).await?;
    let settled = settle(&fair, &tally).await?;
    let watched = watched.finish(&fair, &settled).await?;
    let findings = check::compare(&fair, &tally, &settled, &watched);
    report::print(&fair, &tally, &settled, &watched, &findings);
    let books = audit(&data).await?;
    ensure!(
        findings.is_empty(),
        "what clients were told differs from what the services hold"
    );
    ensure!(books, "not every equation of the books holds");
    println!("\nEverything agrees.");
    Ok(())
}

/// The watchers of a session.
struct Watchers {
    /// Cut again and again.
    cut: FeedClient,
    /// The organiser's desk.
    desk: FeedClient,
    /// One a shopper.
    shoppers: Vec<FeedClient>,
}

/// What the watchers saw, once all was over.
pub struct Watched {
    /// How often the one was cut.
    pub cuts: u64,
    /// How often it was told to begin anew.
    pub resets: u64,
    /// Events of each kind that it saw.
    pub events: BTreeMap<&'static str, u64>,
    /// Feeds that were followed.
    pub feeds: usize,
    /// Messages on all of them.
    pub messages: u64,
    /// Promises that were broken, by feed.
    pub faults: Vec<String>,
}

/// The session while it is on air, until every shopper has gone.
async fn on_air(
    args: &Args,
    fair: &Arc<Fair>,
    tally: &Arc<Tally>,
    seed: u64,
) -> anyhow::Result<Watchers> {
    let feed = format!("/v1/sessions/{}/feed", fair.session_id);
    let watchers = Watchers {
        cut: FeedClient::watch(&fair.nobody, &feed),
        desk: FeedClient::watch(&fair.organiser, &format!("{feed}?desk=true")),
        shoppers: fair
            .shoppers
            .iter()
            .map(|shopper| FeedClient::watch(shopper, &feed))
            .collect(),
    };
    let begun = Instant::now();
    let end = begun + Duration::from_secs(args.seconds.into());
    let mut rng = StdRng::seed_from_u64(seed);
    let mut crowd = JoinSet::new();
    for number in 0..fair.shoppers.len() {
        let (fair, tally) = (Arc::clone(fair), Arc::clone(tally));
        let rng = StdRng::seed_from_u64(rng.random());
        crowd.spawn(async move { shoppers::shop(&fair, &tally, number, rng, begun, end).await });
    }
    let progress = Progress::start(begun, end);
    let (hosted, ()) = tokio::join!(host::host(fair, begun, end), async {
        let mut due = (1..=CUTS)
            .map(|number| begun + (end - begun) * number / (CUTS + 1))
            .peekable();
        while !crowd.is_empty() {
            while crowd.try_join_next().is_some() {}
            if due.next_if(|due| *due <= Instant::now()).is_some() {
                watchers.cut.cut();
            }
            let viewers = watchers.desk.look(|view| {
                view.state("viewers", &fair.session_id)
                    .and_then(|gauge| gauge["viewers"].as_u64())
                    .unwrap_or_default()
            });
            progress.show(&tally.counts(), viewers);
            sleep_until(
                due.peek()
                    .copied()
                    .unwrap_or(end)
                    .min(Instant::now() + Duration::from_millis(200)),
            )
            .await;
            if Instant::now() >= end {
                sleep(Duration::from_millis(50)).await;
            }
        }
    });
    progress.end();
    hosted.context("the host's part")?;
    Ok(watchers)
}

/// Ends the session and waits until every unit and every figure is settled.
async fn settle(fair: &Fair, tally: &Tally) -> anyhow::Result<check::Settled> {
    fair.host
        .post(
            &format!("/v1/sessions/{}/end", fair.session_id),
            &serde_json::json!({}),
        )
        .await?
        .ok()?;
    println!(
        "ended         the session; waiting until every unpaid order has been paid or has expired"
    );
    check::settled(fair, tally).await
}

impl Watchers {
    /// Waits until they know all, and says how well they were served.
    async fn finish(self, fair: &Fair, settled: &check::Settled) -> anyhow::Result<Watched> {
        let mut faults = Vec::new();
        let named = [
            ("the watcher that was cut", &self.cut),
            ("the desk", &self.desk),
        ];
        let shoppers = self.shoppers.iter().map(|client| ("a shopper", client));
        for (who, client) in named.into_iter().chain(shoppers) {
            let agrees = client.until(
                "the newest state and every event",
                Duration::from_mins(1),
                |view| settled.agrees(fair, view),
            );
            if let Err(error) = agrees.await {
                faults.push(format!("{who}: {error:#}"));
            }
            client.look(|view| {
                faults.extend(view.faults.iter().map(|fault| format!("{who}: {fault}")));
            });
        }
        let messages = |client: &FeedClient| client.look(|view| view.messages);
        let total = messages(&self.cut)
            + messages(&self.desk)
            + self.shoppers.iter().map(messages).sum::<u64>();
        Ok(self.cut.look(|view| Watched {
            cuts: view.cuts,
            resets: view.resets,
            events: view.events.clone(),
            feeds: self.shoppers.len() + 2,
            messages: total,
            faults,
        }))
    }
}

/// Runs `phien audit`, which checks the databases themselves; does every equation hold?
async fn audit(data: &Path) -> anyhow::Result<bool> {
    println!();
    let beside = std::env::current_exe()?.with_file_name("phien");
    let mut command = if beside.is_file() {
        tokio::process::Command::new(beside)
    } else {
        let mut cargo = tokio::process::Command::new("cargo");
        cargo.args(["run", "--quiet", "--release", "--bin", "phien", "--"]);
        cargo
    };
    let status = command
        .arg("audit")
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .status();
    Ok(status.await.context("running `phien audit`")?.success())
}
