//! `bench`: how much of the machine's limit order intake and live feeds reach, every figure beside its baseline.
//!
//! It starts a whole Phiên of its own, asks it over HTTP, and checks afterwards what it was told against the database.
//! The load shares the machine: what counts are the ratios, taken within one repetition.

mod bench;
mod checks;
mod client;
mod cpu;
mod http;
mod naive;
mod prepare;
mod progress;
mod report;
mod scenarios;
mod socketio;
mod stack;
mod viewers;
mod work;

use std::path::PathBuf;

use clap::Parser as _;

/// Measures Phiên on this machine.
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    args: Args,
    #[command(subcommand)]
    part: Option<Part>,
}

/// Processes that the bench starts itself.
#[derive(Debug, Clone, clap::Subcommand)]
enum Part {
    #[command(hide = true)]
    NaiveServer(naive::Naive),
    #[command(hide = true)]
    ViewersClient(viewers::crowd::Crowd),
}

/// What to measure, and how.
#[derive(Debug, Clone, clap::Args)]
struct Args {
    /// Only these scenarios, comma separated.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Scenario>,
    /// How often everything is repeated.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    reps: u32,
    /// How long each scenario is measured.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// How long the overload lasts; the peak is measured before and after it, for half of that each.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u64).range(8..))]
    overload_seconds: u64,
    /// Connections, of the scenarios that have a usual number.
    #[arg(long, default_value_t = 1_024)]
    conns: usize,
    /// Where the data is; emptied at the start [default: target/bench/data, or /var/lib/phien-bench for root].
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where the results are written.
    #[arg(long, default_value = "target/bench")]
    out: PathBuf,
    /// The first of the ports that are used; below 32768, higher ones are lent to outgoing connections.
    #[arg(long, default_value_t = 21_000)]
    port: u16,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Scenario {
    /// The gateway's plainest GET.
    Hello,
    /// A POST of an order without work.
    Echo,
    /// Orders of one hot offer.
    Orders1,
    /// Orders of four hot offers.
    Orders4,
    /// Orders of a thousand offers.
    Orders1000,
    /// The same on 256 and 64 connections.
    Conns,
    /// One transaction an order.
    Naive,
    /// A hundred units, everybody wants one.
    Losers,
    /// Orders without the relay.
    Relay,
    /// Orders on two million orders.
    Growth,
    /// Five times as many shoppers as can be served, for two minutes; only when named.
    Overload,
    /// Live feeds.
    Viewers,
    /// Live feeds on socket.io.
    Socketio,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let work = async {
        match cli.part {
            None => bench::run(cli.args).await,
            Some(Part::NaiveServer(naive)) => naive.serve().await,
            Some(Part::ViewersClient(crowd)) => {
                tokio::task::spawn_blocking(move || crowd.run()).await?
            }
        }
    };
    // What was started ends with what started it, in both cases.
    tokio::select! {
        outcome = work => outcome,
        stopped = phien::roles::told_to_stop() => {
            stopped?;
            anyhow::bail!("stopped")
        }
    }
}
