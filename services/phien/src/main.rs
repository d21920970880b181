//! `phien`: everything on one machine, or any of its roles; migrations, audit, events as JSON, the OpenAPI document.

use anyhow::Context as _;
use chassis::telemetry::{self, LogFormat};
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use phien::{audit, comments, rebuild, roles, tail, up};

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
    #[command(subcommand)]
    verb: Verb,
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
    /// Print events as JSON, one a line.
    Tail(tail::Tail),
    /// Make the organiser's figures anew from the orders themselves.
    RebuildFigures(rebuild::RebuildFigures),
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    match matches.subcommand() {
        Some(("run", matches)) => runtime.block_on(roles::run(matches)),
        Some(("migrate", matches)) => runtime.block_on(roles::migrate(matches)),
        _ => match Cli::from_arg_matches(&matches)?.verb {
            Verb::Up(up) => runtime.block_on(up.run()),
            Verb::Audit(audit) => runtime.block_on(audit.run()),
            Verb::Comments(comments) => comments.run(),
            Verb::Tail(tail) => runtime.block_on(tail.run()),
            Verb::RebuildFigures(rebuild) => runtime.block_on(rebuild.run()),
            Verb::Openapi => {
                println!("{}", gateway::openapi().to_pretty_json()?);
                Ok(())
            }
        },
    }
}
