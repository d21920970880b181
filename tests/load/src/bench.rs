//! The order of things: repetitions of all scenarios, interleaved, then the checks.

use std::{
    collections::BTreeMap,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;

use crate::{
    Args, Scenario,
    checks::{self, Shop},
    client::{self, Outcome, Pace, Work},
    cpu::Meter,
    prepare::Market,
    progress::Progress,
    report::Report,
    scenarios::{self, growth, naive::Reference, overload},
    socketio,
    stack::Stack,
    work::Orders,
};

/// Shoppers who order in turn.
const SHOPPERS: u32 = 8_000;
const VARIANTS: usize = 50;
/// Before anything is counted.
const WARM: Duration = Duration::from_secs(1);
/// Seconds until the store is grown.
const GROWING: f64 = 120.0;
/// Units of each hot offer, more than can be sold in the time.
pub(crate) const AMPLE: i64 = 9_000_000;
/// The same, where many offers share the demand.
const AMPLE_OF_MANY: i64 = 20_000;

/// A bench under way.
pub(crate) struct Bench {
    /// How.
    pub(crate) args: Args,
    /// Where its data is.
    pub(crate) data: PathBuf,
    /// On what.
    pub(crate) stack: Stack,
    /// For whom.
    pub(crate) market: Market,
    /// What came of it.
    pub(crate) report: Report,
    /// What is on sale: one, four, thousand, relay.
    pub(crate) shops: BTreeMap<&'static str, Shop>,
    /// If it is wanted.
    pub(crate) socketio: Option<socketio::Installed>,
    pub(crate) reference: Option<Reference>,
    progress: Progress,
}

/// Runs all of it.
///
/// # Errors
/// When something breaks, or a check does not hold.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let data = data_folder(&args)?;
    let lock = File::create(data.with_extension("lock")).context("taking the data folder")?;
    lock.try_lock()
        .context("another bench uses the data folder")?;
    println!("data          {}", data.display());
    let mut bench = Bench::prepare(args, data).await?;
    for repetition in 1..=bench.args.reps {
        scenarios::repetition(&mut bench, repetition)
            .await
            .with_context(|| format!("repetition {repetition}"))?;
    }
    let overload = bench.wants_by_name(Scenario::Overload);
    if bench.wants(Scenario::Growth) || overload {
        bench.step("growing the store", GROWING);
        growth::grow(&mut bench).await?;
    }
    if bench.wants(Scenario::Growth) {
        for repetition in 1..=bench.args.reps {
            bench.step("growth", 20.0);
            growth::run(&mut bench, repetition.is_multiple_of(2)).await?;
        }
    }
    if overload {
        for _ in 1..=bench.args.reps {
            overload::run(&mut bench).await?;
            checks::quiet(&bench.stack).await?;
        }
        overload::judge(&mut bench);
    }
    bench.step("checks", 15.0);
    bench.check().await?;
    bench.report.write(&bench.args.out)?;
    bench.stack.stop().await?;
    anyhow::ensure!(bench.report.holds(), "not every check holds");
    Ok(())
}

/// Root's Postgres runs as another user, who must reach its files.
fn data_folder(args: &Args) -> anyhow::Result<PathBuf> {
    let usual = if nix::unistd::Uid::effective().is_root() {
        "/var/lib/phien-bench"
    } else {
        "target/bench/data"
    };
    let path = args.data.as_deref().unwrap_or(Path::new(usual));
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::path::absolute(path)?)
}

impl Bench {
    async fn prepare(args: Args, data: PathBuf) -> anyhow::Result<Self> {
        let mut progress = Progress::new(planned(&args));
        progress.step("a stack and its market", 30.0);
        let stack = Stack::start(&data.join("a"), args.port).await?;
        println!("up            {}", stack.url());
        let market = Market::make(&stack, SHOPPERS, VARIANTS).await?;
        let wants = |scenarios: &[Scenario]| {
            args.only.is_empty() || args.only.iter().any(|only| scenarios.contains(only))
        };
        let mut shops =
            BTreeMap::from([("four", Shop::new(market.stage("Bốn món", 4, AMPLE).await?))]);
        if wants(&[Scenario::Orders1]) {
            shops.insert("one", Shop::new(market.stage("Một món", 1, AMPLE).await?));
        }
        if wants(&[Scenario::Orders1000]) {
            shops.insert(
                "thousand",
                Shop::new(market.stage("Nghìn món", 1_000, AMPLE_OF_MANY).await?),
            );
        }
        if wants(&[Scenario::Relay]) {
            shops.insert(
                "relay",
                Shop::new(market.stage("Bốn món khác", 4, AMPLE).await?),
            );
        }
        let mut reference = None;
        if wants(&[Scenario::Naive]) {
            reference = Some(Reference::start(&stack, &shops["four"].stage).await?);
        }
        let mut socketio = None;
        if wants(&[Scenario::Socketio]) {
            socketio = Some(socketio::install().await);
        }
        Ok(Self {
            args,
            data,
            stack,
            market,
            report: Report::default(),
            shops,
            socketio,
            reference,
            progress,
        })
    }

    pub(crate) fn wants(&self, scenario: Scenario) -> bool {
        self.args.only.is_empty() || self.args.only.contains(&scenario)
    }

    /// Too long for the run of everything: only where it is named.
    pub(crate) fn wants_by_name(&self, scenario: Scenario) -> bool {
        self.args.only.contains(&scenario)
    }

    /// Tells what is being done now.
    pub(crate) fn step(&mut self, what: &str, seconds: f64) {
        self.progress.step(what, seconds);
    }

    /// Notes what clients were told in a shop.
    pub(crate) fn tell(&mut self, shop: &'static str, work: &Orders, outcome: &Outcome) {
        self.shops
            .get_mut(shop)
            .expect("it was prepared")
            .told(work, outcome);
    }

    /// How long a scenario is measured.
    pub(crate) fn seconds(&self) -> Duration {
        Duration::from_secs(self.args.seconds)
    }

    /// As hard as it goes, on so many connections.
    pub(crate) fn pace(&self, connections: usize) -> Pace {
        Pace {
            connections,
            warm: WARM,
            measure: self.seconds(),
            limit: None,
            manners: None,
            together: None,
        }
    }

    /// Measures on connections to the gateway, and notes what came of it.
    ///
    /// # Errors
    /// When a connection ends, or something comes that is no answer.
    pub(crate) async fn measure<W: Work + Send + 'static>(
        &mut self,
        name: &str,
        connections: usize,
        work: W,
    ) -> anyhow::Result<(W, Outcome)> {
        let (work, outcome) = load(
            self.stack.meter(),
            self.stack.address(),
            self.pace(connections),
            work,
        )
        .await
        .with_context(|| name.to_owned())?;
        self.report.add(name, (&outcome).into());
        Ok((work, outcome))
    }

    async fn check(&mut self) -> anyhow::Result<()> {
        checks::quiet(&self.stack).await?;
        for (name, shop) in &self.shops {
            shop.check(name, &self.stack, &mut self.report).await?;
        }
        if let Some(shop) = self.shops.get("relay") {
            shop.check_events("relay", &self.stack, &mut self.report)
                .await?;
        }
        checks::audit("all", &self.stack, &mut self.report).await
    }
}

/// Seconds that it should take.
fn planned(args: &Args) -> f64 {
    let wants = |scenario| args.only.is_empty() || args.only.contains(&scenario);
    let overload = args.only.contains(&Scenario::Overload);
    let mut grown = 0.0;
    if wants(Scenario::Growth) {
        grown += 20.0;
    }
    if overload {
        grown += overload::WHOLE * Duration::from_secs(args.overload_seconds).as_secs_f64();
    }
    let growing = if grown > 0.0 { GROWING } else { 0.0 };
    let watches = wants(Scenario::Viewers) || wants(Scenario::Socketio);
    let viewers = if watches { scenarios::VIEWERS } else { 0.0 };
    30.0 + (scenarios::ORDERS + viewers + grown) * f64::from(args.reps) + growing + 15.0
}

/// A load in a thread of its own.
///
/// # Errors
/// As [`client::run`].
pub(crate) async fn load<W: Work + Send + 'static>(
    meter: Meter,
    address: SocketAddr,
    pace: Pace,
    mut work: W,
) -> anyhow::Result<(W, Outcome)> {
    tokio::task::spawn_blocking(move || {
        let outcome = client::run(address, &pace, &mut work, &meter)?;
        Ok((work, outcome))
    })
    .await?
}
