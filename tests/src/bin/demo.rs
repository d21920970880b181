//! A whole live session on real input, against a market that `phien up` runs.

use clap::Parser as _;
use phien_tests::demo::{Args, run};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    run(Args::parse()).await
}
