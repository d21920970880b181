//! `chaos`: Phiên under faults for so many minutes, or while its version is changed; fails on any violation.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, ensure};
use clap::Parser as _;
use phien_chaos::{
    chaos::{self, Plan},
    load::Amount,
    stack::Options,
    upgrade,
};
use rand::RngExt as _;

/// Breaks Phiên by a seed, under load, and compares what clients were told with the books.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "chaos")]
struct Args {
    /// How long faults go on, in minutes; changing versions takes as long as it takes.
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// Makes the same faults and the same wishes again; printed at the start.
    #[arg(long)]
    seed: Option<u64>,
    /// Shoppers at once.
    #[arg(long, default_value_t = 240)]
    shoppers: usize,
    /// Orders a second that they try all together.
    #[arg(long, default_value_t = 350.0)]
    rate: f64,
    /// Sessions on air at once.
    #[arg(long, default_value_t = 3)]
    sessions: usize,
    /// How long a session is on air, in seconds.
    #[arg(long, default_value_t = 90)]
    show: u64,
    /// The longest fault, in seconds.
    #[arg(long, default_value_t = 20.0)]
    longest_fault: f64,
    /// How long the recovery from a fault may take, in seconds.
    #[arg(long, default_value_t = 30)]
    recovery: u64,
    /// The program that is broken [default: `phien` beside this one].
    #[arg(long)]
    program: Option<PathBuf>,
    /// Where the data is; emptied at the start [default: target/chaos/data, or /var/lib/phien-chaos for root].
    #[arg(long)]
    data: Option<PathBuf>,
    /// The first of the ports that are used; below 32768, higher ones are lent to outgoing connections.
    #[arg(long, default_value_t = 23_000)]
    port: u16,
    /// No faults: change from the program of this git revision to this one and back, under load.
    #[arg(long, conflicts_with = "previous_program")]
    upgrade_from: Option<String>,
    /// The same, from a program that is built already.
    #[arg(long, alias = "previous-binary")]
    previous_program: Option<PathBuf>,
}

impl Args {
    fn data(&self) -> anyhow::Result<PathBuf> {
        // Root's Postgres runs as another user, who must reach its files.
        let usual = if nix::unistd::Uid::effective().is_root() {
            "/var/lib/phien-chaos"
        } else {
            "target/chaos/data"
        };
        let data = self.data.clone().unwrap_or_else(|| usual.into());
        Ok(std::path::absolute(data)?)
    }

    fn plan(&self) -> anyhow::Result<Plan> {
        let beside = std::env::current_exe()?.with_file_name("phien");
        let program = self.program.clone().unwrap_or(beside);
        ensure!(self.minutes > 0.0, "--minutes must be above 0");
        ensure!(self.rate > 0.0, "--rate must be above 0");
        Ok(Plan {
            seed: self
                .seed
                .unwrap_or_else(|| rand::rng().random_range(1..1_000_000)),
            long: Duration::from_secs_f64(self.minutes * 60.0),
            longest_fault: Duration::from_secs_f64(self.longest_fault),
            recovery: Duration::from_secs(self.recovery),
            amount: Amount {
                shoppers: self.shoppers,
                rate: self.rate,
                sessions: self.sessions,
                show: Duration::from_secs(self.show),
                viewers: 2,
                patient: false,
            },
            options: Options {
                data: self.data()?,
                port: self.port,
                first: program.clone(),
                program,
                nats_disk: Some(3_072),
            },
        })
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    let plan = args.plan()?;
    let previous = match (&args.upgrade_from, &args.previous_program) {
        (Some(revision), _) => Some(upgrade::build(revision).await?),
        (None, program) => program.clone(),
    };
    let seed = plan.seed;
    let summary = match previous {
        Some(previous) => upgrade::run(plan, previous).await,
        None => chaos::run(plan).await,
    };
    let summary = summary.with_context(|| format!("seed {seed}"))?;
    print!("{}", summary.words());
    println!("{}", summary.line);
    ensure!(summary.holds(), "seed {seed}: not everything holds");
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    // What was started ends with what started it.
    tokio::select! {
        outcome = run(args) => outcome,
        stopped = phien::roles::told_to_stop() => {
            stopped?;
            anyhow::bail!("stopped")
        }
    }
}
