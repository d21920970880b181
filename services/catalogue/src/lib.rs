//! The catalogue: which goods there are, whose they are, how well proven, and where each unit is.
//!
//! Owns: producers, OCOP certificates, products, variants, stock on hand, units allotted to offers.
//! Answers: register, change, verify and show producers; record, grade and revoke certificates; list, change, withdraw
//! and find products; import goods; receive, write off and show stock.
//! Says: `ProductListed`, `ProductChanged`, `ProductWithdrawn`, `CertificateChanged`, `StockAllotted`, `StockRefused`,
//! `StockReturned`.
//! Hears: `OfferProposed` (livestream), `OfferSettled` and `UnitsReturned` (orders).

pub mod app;
pub mod audit;
pub mod config;
pub mod domain;
pub mod error;
pub mod store;
pub mod wire;

mod api;
mod events;
#[cfg(test)]
mod tests;
mod timers;

use chassis::{Core, clock::Clock, lifecycle::Lifecycle, service::StartError};
use sqlx::migrate::Migrator;

pub use crate::config::Config;

/// The catalogue's tables.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// What every verb is given.
pub type Ctx = chassis::service::Ctx<Config>;

/// Starts the catalogue: it answers and hears until the lifecycle stops.
///
/// # Errors
/// When the database or the bus cannot be used.
pub async fn start(
    settings: &chassis::config::Settings,
    config: Config,
    clock: Clock,
    lifecycle: Lifecycle,
) -> Result<Ctx, StartError> {
    let core = Core::start(
        settings,
        "catalogue",
        &config.database_url,
        &MIGRATOR,
        clock,
        lifecycle,
    )
    .await?;
    let ctx = Ctx::new(core, config);
    Box::pin(api::serve(&ctx)).await?;
    events::hear(&ctx);
    chassis::audit::start(&ctx.core, settings, |conn, since| {
        Box::pin(audit::recent(conn, since))
    });
    timers::start(&ctx);
    Ok(ctx)
}
