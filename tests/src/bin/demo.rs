//! A whole live session on real input, against a market that `phien up` runs.

use std::process::ExitCode;

use clap::Parser as _;
use phien_tests::demo::{Args, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
