//! A whole market for one test: a broker, four databases, all four services in this process, one clock.
//!
//! Everything is real; only the time can be moved, and the broker be stopped.

mod books;
mod goods;
pub mod stage;

pub use goods::{Producer, Variant};
pub use stage::Stage;

use std::{collections::BTreeMap, sync::atomic::AtomicU32, time::Duration};

use async_nats::jetstream;
use chassis::{
    Core,
    bus::permissions::OPS,
    clock::Clock,
    config::Settings,
    id::{AccountId, OrganiserId},
    lifecycle::Lifecycle,
    local::LocalNats,
    testing,
};
use phien::audit::Databases;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, PgConnection};

use crate::{api::Api, market};

/// The secret with which Meta signs at the webhook.
pub const META_SECRET: &str = "secret-of-the-tests-77aa";
/// The token that Meta shows when it subscribes.
pub const META_TOKEN: &str = "token-of-the-tests-12bc";
/// The key that `SePay` shows at the webhook.
pub const SEPAY_KEY: &str = "key-of-the-tests-3f9c";
/// How long a market may take to become quiet: what a consumer that broke off had fetched comes again after ten seconds.
const QUIET: Duration = Duration::from_secs(30);

/// A market.
pub struct World {
    /// Time, for all services.
    pub clock: Clock,
    /// The broker.
    pub nats: LocalNats,
    /// Nobody at the API.
    pub api: Api,
    /// The gateway.
    pub gateway: gateway::Ctx,
    /// What all services stand on.
    cores: Vec<Core>,
    /// The organiser that `gateway::bootstrap` made.
    pub organiser_id: OrganiserId,
    urls: BTreeMap<&'static str, SecretString>,
    /// What the server forbade is counted at each.
    services: Lifecycle,
    edge: Lifecycle,
    made: AtomicU32,
}

/// Somebody who has an account and holds its token.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub account_id: AccountId,
    /// As them.
    pub api: Api,
}

impl World {
    /// Starts everything.
    ///
    /// # Panics
    /// When something does not come up.
    pub async fn start() -> Self {
        Box::pin(Self::come_up(None)).await
    }

    /// The same with the database of orders in a cluster of the test's own.
    ///
    /// # Panics
    /// When something does not come up.
    pub async fn start_with_orders_at(admin_url: &str) -> Self {
        Box::pin(Self::come_up(Some(admin_url))).await
    }

    async fn come_up(orders_at: Option<&str>) -> Self {
        let orders_database = async {
            match orders_at {
                Some(url) => testing::database_at(url, "orders", &orders::MIGRATOR).await,
                None => testing::database("orders", &orders::MIGRATOR).await,
            }
        };
        let (nats, catalogue, livestream, orders, gateway) = tokio::join!(
            testing::guarded_nats(),
            testing::database("catalogue", &catalogue::MIGRATOR),
            testing::database("livestream", &livestream::MIGRATOR),
            orders_database,
            testing::database("gateway", &gateway::MIGRATOR),
        );
        let urls = BTreeMap::from([
            ("catalogue", catalogue),
            ("livestream", livestream),
            ("orders", orders),
            ("gateway", gateway),
        ]);
        let settings = testing::settings(&nats);
        let (clock, services, edge) =
            (Clock::default(), Lifecycle::default(), Lifecycle::default());
        let (running, cores) = Box::pin(run(&settings, &urls, &clock, &services, &edge)).await;
        let seeded = gateway::bootstrap(&running.ctx, &|username| password(username).into())
            .await
            .expect("the first accounts");
        Self {
            clock,
            nats,
            api: Api::new(&format!("http://{}", running.address)).expect("an address"),
            gateway: running.ctx,
            cores,
            organiser_id: seeded.organiser_id,
            urls,
            services,
            edge,
            made: AtomicU32::default(),
        }
    }

    /// One of the first accounts, signed in: organiser, host, moderator, volunteer, producer or operator.
    ///
    /// # Panics
    /// When it cannot sign in.
    pub async fn staff(&self, username: &str) -> Api {
        self.api
            .sign_in(username, &password(username))
            .await
            .expect("signs in")
    }

    /// People with accounts and nothing else.
    ///
    /// # Panics
    /// When they cannot be made.
    pub async fn people(&self, count: u32) -> Vec<Person> {
        let made = gateway::issue_tokens(&self.gateway, count)
            .await
            .expect("accounts");
        made.into_iter()
            .map(|(account_id, token)| Person {
                account_id,
                api: self.api.holding(&token),
            })
            .collect()
    }

    /// Plans a session; unpaid orders wait ten minutes.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn session(&self, organiser: &Api, title: &str) -> String {
        let organiser_id = self.organiser_id.to_string();
        market::plan(
            organiser,
            &organiser_id,
            title,
            market::terms(600),
            self.clock.now(),
        )
        .await
        .expect("a session")
    }

    /// A connection to the bus as one of its users.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn on_the_bus(&self, user: &str) -> async_nats::Client {
        testing::client(&self.nats, user).await
    }

    /// What a service stands on.
    ///
    /// # Panics
    /// When there is no such service.
    #[must_use]
    pub fn core(&self, service: &str) -> &Core {
        let found = self.cores.iter().find(|core| core.bus.service == service);
        found.expect("a service")
    }

    /// Where health and metrics of all services are served.
    ///
    /// # Panics
    /// When they cannot be.
    pub async fn health(&self) -> Api {
        let address = ([127, 0, 0, 1], 0).into();
        let address = chassis::health::serve(address, self.cores.clone(), &self.services)
            .await
            .expect("an address");
        Api::new(&format!("http://{address}")).expect("an address")
    }

    /// A connection to a service's database, for its administrator.
    ///
    /// # Panics
    /// When there is none.
    pub async fn database(&self, service: &'static str) -> PgConnection {
        PgConnection::connect(self.urls[service].expose_secret())
            .await
            .expect("the database answers")
    }

    /// Waits until nothing is under way, then checks all books as `phien audit` does, and that every event was heard.
    /// Returns what is wrong, one line each.
    ///
    /// # Panics
    /// When it does not become quiet.
    pub async fn audit(&self) -> Vec<String> {
        let mut databases = Databases::new();
        for service in self.urls.keys() {
            databases.insert(service, self.database(service).await);
        }
        let operator = jetstream::new(self.on_the_bus(OPS).await);
        let report = phien::audit::audit(&mut databases, &operator, QUIET)
            .await
            .expect("an audit");
        assert_eq!(report.under_way, 0, "the market does not become quiet");
        let mut lines = Vec::new();
        for (service, check) in &report.checks {
            let line = |mismatch| format!("{service} {}: {mismatch}", check.name);
            lines.extend(check.mismatches.iter().map(line));
        }
        lines.extend(books::unheard(&mut databases).await.expect("the inboxes"));
        lines
    }

    /// Every equation holds; nothing is left to say, nothing could not be heard. Then everything stops in order.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn finish(self) {
        assert_eq!(self.audit().await, Vec::<String>::new());
        self.stop().await;
    }

    /// Stops everything in order.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn stop(self) {
        let limit = Duration::from_secs(15);
        assert!(self.edge.stop(limit).await, "the gateway stops");
        assert!(self.services.stop(limit).await, "the services stop");
        for core in &self.cores {
            let bus = &core.bus;
            assert_eq!(bus.denied(), 0, "NATS forbade {} something", bus.service);
        }
        self.nats.stop().await.expect("the broker stops");
    }
}

fn password(username: &str) -> String {
    format!("mat-khau-cua-{username}-2026")
}

async fn run(
    settings: &Settings,
    urls: &BTreeMap<&'static str, SecretString>,
    clock: &Clock,
    services: &Lifecycle,
    edge: &Lifecycle,
) -> (gateway::Running, Vec<Core>) {
    let database = |service: &str| {
        let url = testing::as_role(&urls[service], service, "rw");
        format!("--{service}-database-url={}", url.expose_secret())
    };
    let (catalogue, livestream, orders) = tokio::join!(
        catalogue::start(
            settings,
            config(&[database("catalogue")]),
            clock.clone(),
            services.clone()
        ),
        livestream::start(
            settings,
            config(&[
                database("livestream"),
                "--livestream-comment-gap-ms=0".into(),
                "--livestream-comments-per-minute=100000".into(),
            ]),
            clock.clone(),
            services.clone()
        ),
        orders::start(
            settings,
            config(&[database("orders")]),
            clock.clone(),
            services.clone()
        ),
    );
    let mut cores = vec![
        catalogue.expect("catalogue comes up").core.clone(),
        livestream.expect("livestream comes up").core.clone(),
        orders.expect("orders comes up").core.clone(),
    ];
    let config: gateway::Config = config(&[
        database("gateway"),
        "--listen=127.0.0.1:0".into(),
        format!("--sepay-keys={SEPAY_KEY},the-key-before"),
        format!("--meta-app-secrets={META_SECRET}"),
        format!("--meta-verify-token={META_TOKEN}"),
        format!(
            "--video={}",
            std::env::temp_dir().join("phien-test-video").display()
        ),
        "--demo".into(),
        "--limit-account-writes=100000".into(),
        "--limit-account-burst=100000".into(),
        "--limit-address=1000000".into(),
        "--limit-sign-ins=100000".into(),
        "--limit-passwords=100000".into(),
    ]);
    let gateway = gateway::start(settings, config, clock.clone(), edge.clone())
        .await
        .expect("the gateway comes up");
    cores.push(gateway.ctx.core.clone());
    (gateway, cores)
}

/// A service's settings as its command line gives them, so that all defaults are those of production.
fn config<C: clap::Args>(args: &[String]) -> C {
    let command = C::augment_args(clap::Command::new("test").no_binary_name(true));
    let matches = command.try_get_matches_from(args).expect("settings");
    C::from_arg_matches(&matches).expect("settings")
}
