//! Orders: units left of each offer, orders, payments, the organiser's figures.
//!
//! - **Owns** the database `orders`: where each unit of an offer is, who holds, waits for and ordered what, what waits at the desk, what is owed and what came in.
//! - **Answers** `phien.orders.v1.>`: place, show, list, cancel, advance; claim, extend, merge, list what is kept; the desk, cash at the counter, restrictions; bank feeds, QR codes, refunds; units, figures.
//! - **Says** `OrdersPlaced/Paid/Cancelled/Expired/Returned`, `PaymentReceived`, `OfferSoldOut/Settled`, `UnitsReturned`,
//!   `HoldsMade/Lapsed`.
//! - **Hears** `StockAllotted`, `OfferOpened/Closed`, `SessionEnded`, `ClaimCommented/Unclear`, and its own order events for the figures.
//!
//! Everything that moves units goes through the [`intake`]: one queue and one batcher a shard, one transaction a batch.

use std::{ops::Deref, sync::Arc};

use chassis::{
    Core,
    clock::Clock,
    config::Settings,
    lifecycle::Lifecycle,
    service::{self, StartError},
};
use sqlx::migrate::Migrator;
use tokio::sync::watch;

pub mod api;
pub mod app;
pub mod audit;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod intake;
pub mod meters;
pub mod store;
#[cfg(test)]
mod tests;
pub mod wire;

pub use config::Config;

/// The tables of this service.
pub static MIGRATOR: Migrator = sqlx::migrate!();

const MONEY_CONNECTIONS: u32 = 2;

/// What is passed to every verb.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// What every service has.
    pub core: Core,
    /// The service's own settings.
    pub config: Arc<Config>,
    /// What is counted.
    pub meters: Arc<meters::Meters>,
    /// Connections that only bank feeds use: they wait behind no order.
    pub money: sqlx::PgPool,
    /// Where everything that moves units is asked for.
    pub intake: intake::Intake,
    /// Whose claims and orders go through the desk, as last read.
    pub restrictions: Arc<watch::Sender<Arc<domain::desk::Restrictions>>>,
    /// Sessions whose desk has more or less to do than was said.
    pub desk: app::say_figures::Changed,
    /// Sessions whose figures changed and have to be said.
    pub figures: app::say_figures::Changed,
    /// Wakes the matching of bank entries.
    pub bank_feed: Arc<tokio::sync::Notify>,
}

impl Deref for Ctx {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

/// Starts the service.
///
/// # Errors
/// When the database or the bus cannot be used.
pub async fn start(
    settings: &Settings,
    config: Config,
    clock: Clock,
    lifecycle: Lifecycle,
) -> Result<Ctx, StartError> {
    let core = Core::start(
        settings,
        "orders",
        &config.database_url,
        &MIGRATOR,
        clock,
        lifecycle,
    )
    .await?;
    let meters = Arc::new(meters::Meters::new(&core.metrics));
    let money = service::lane("orders", &config.database_url, MONEY_CONNECTIONS).await?;
    let restrictions = Arc::new(watch::Sender::default());
    let intake = intake::Intake::start(&core, &meters, &restrictions.subscribe());
    let ctx = Ctx {
        core,
        config: Arc::new(config),
        meters,
        money,
        intake,
        restrictions,
        desk: app::say_figures::Changed::default(),
        figures: app::say_figures::Changed::default(),
        bank_feed: Arc::default(),
    };
    Box::pin(api::serve(&ctx)).await?;
    events::hear(&ctx);
    chassis::audit::start(&ctx.core, settings, |conn, since| {
        Box::pin(audit::recent(conn, since))
    });
    app::expire_orders::start(&ctx);
    app::lapse_holds::start(&ctx);
    app::match_bank_entries::start(&ctx);
    app::say_states::start(&ctx);
    app::say_figures::start(&ctx);
    app::say_desk::start(&ctx);
    app::keep_restrictions::start(&ctx);
    Ok(ctx)
}
