//! `phien`: everything on one machine, or any of its roles; migrations, audit, events as JSON, the OpenAPI document.

use anyhow::Context as _;
use chassis::{
    telemetry::{self, LogFormat},
    trace,
};
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use phien::{audit, comments, dead, nats, rebuild, roles, tail, up};

/// The hot paths make and drop batches of many small things on several threads.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Phiên: selling OCOP goods in livestreams.
#[derive(Debug, Parser)]
#[command(name = "phien", version)]
struct Cli {
    /// How logs are written.
    #[arg(
        long,
        global = true,
        env = "PHIEN_LOG_FORMAT",
        value_enum,
        default_value_t
    )]
    log_format: LogFormat,
    /// What is logged, in the syntax of tracing's EnvFilter.
    #[arg(
        long,
        global = true,
        env = "PHIEN_LOG",
        default_value = "info,async_nats=warn,sqlx=warn"
    )]
    log: String,
    /// Where traces are sent, by OTLP over HTTP: "http://127.0.0.1:4318". Not given: nothing is traced.
    #[arg(
        long,
        global = true,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        hide_env_values = true
    )]
    otlp_endpoint: Option<String>,
    /// How many of the requests that bring no trace of their own get one, from 0 to 1.
    #[arg(
        long,
        global = true,
        env = "PHIEN_TRACE_RATIO",
        default_value_t = 0.01,
        value_parser = ratio
    )]
    trace_ratio: f64,
    #[command(subcommand)]
    verb: Verb,
}

fn ratio(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        _ => Err("a number from 0 to 1".to_owned()),
    }
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Run everything on this machine: its own Postgres and NATS server, all services.
    Up(up::Up),
    /// Check every equation of the books; fails if any does not hold.
    Audit(audit::Audit),
    /// Say what live comments mean: JSON lines in, JSON lines out.
    #[command(long_about = comments::HELP)]
    Comments(comments::Comments),
    /// List dead letters, show one, or have them replayed.
    Dead(dead::Dead),
    /// Print events as JSON, one a line.
    Tail(tail::Tail),
    /// Make the organiser's figures anew from the orders themselves.
    RebuildFigures(rebuild::RebuildFigures),
    /// Set up a NATS server: its accounts, its keys, its streams.
    #[command(subcommand)]
    Nats(nats::Nats),
    /// Print the OpenAPI document.
    Openapi,
}

fn main() -> anyhow::Result<()> {
    let matches = Cli::command()
        .subcommand(roles::command(
            "run",
            "Run some or all roles against servers that exist already",
        ))
        .subcommand(roles::command(
            "migrate",
            "Bring the databases of some or all services to this version's schema",
        ))
        .get_matches();
    let (format, filter) = (
        matches
            .get_one::<LogFormat>("log_format")
            .copied()
            .unwrap_or_default(),
        matches
            .get_one::<String>("log")
            .cloned()
            .unwrap_or_default(),
    );
    telemetry::init(format, &filter);
    if let Some(endpoint) = matches.get_one::<String>("otlp_endpoint") {
        let ratio = matches.get_one("trace_ratio").copied().unwrap_or_default();
        trace::start(endpoint, ratio);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let outcome = match matches.subcommand() {
        Some(("run", matches)) => runtime.block_on(roles::run(matches)),
        Some(("migrate", matches)) => runtime.block_on(roles::migrate(matches)),
        _ => match Cli::from_arg_matches(&matches)?.verb {
            Verb::Up(up) => runtime.block_on(up.run()),
            Verb::Audit(audit) => runtime.block_on(audit.run()),
            Verb::Comments(comments) => comments.run(),
            Verb::Dead(dead) => runtime.block_on(dead.run()),
            Verb::Tail(tail) => runtime.block_on(tail.run()),
            Verb::RebuildFigures(rebuild) => runtime.block_on(rebuild.run()),
            Verb::Nats(nats) => runtime.block_on(nats.run()),
            Verb::Openapi => {
                println!("{}", gateway::openapi().to_pretty_json()?);
                Ok(())
            }
        },
    };
    trace::stop();
    outcome
}
