//! Gateway: HTTP for people and programs, and who they are.
//!
//! - **Owns** the database `gateway`: accounts, organisers and their members, keepers of producers, sign-in codes,
//!   tokens, consents; in memory, rate limits and what is watched.
//! - **Answers** HTTP: JSON under `/v1`, live feeds, webhooks, `/openapi.json`, `/docs`. It asks the services over the
//!   bus, as the account that asks it; the gateway checks the role on every route, the owning service the object.
//! - **Says** no events.
//! - **Hears** the feeds, and other gateways' word to forget an account.

mod admission;
mod api;
mod app;
mod codes;
mod config;
mod domain;
mod error;
mod feeds;
mod http;
mod identities;
mod limits;
pub mod meters;
mod photos;
mod placing;
mod sheet;
mod store;
#[cfg(test)]
mod tests;
mod wire;

use std::{net::SocketAddr, ops::Deref, sync::Arc, time::Duration};

use chassis::{
    clock::Clock,
    config::Settings,
    lifecycle::Lifecycle,
    service::{Core, StartError},
};
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use sqlx::migrate::Migrator;
use tokio::sync::Semaphore;

pub use api::openapi;
pub use app::{
    bootstrap::{Bootstrapped, bootstrap},
    issue_tokens::issue_tokens,
};
pub use config::{Config, LimitSettings, PublicUrl};
pub use domain::Role;
pub use error::Error;

/// The gateway's tables.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// Passwords hashed at once: each takes 19 MiB and a whole core.
const HASHING: usize = 2;

/// What is passed to everything the gateway does.
#[derive(Debug, Clone)]
pub struct Ctx(Arc<Parts>);

/// The parts of a [`Ctx`].
#[derive(Debug)]
pub struct Parts {
    /// What every service has.
    pub core: Core,
    /// The gateway's settings.
    pub config: Config,
    pub(crate) meters: Arc<meters::Meters>,
    pub(crate) admission: admission::Admission,
    pub(crate) placing: placing::Placing,
    pub(crate) rooms: feeds::Rooms,
    pub(crate) identities: identities::Identities,
    pub(crate) limits: limits::Limits,
    pub(crate) codes: codes::CodeSender,
    pub(crate) pepper: domain::code::Pepper,
    pub(crate) video_keys: domain::video_key::VideoKeys,
    pub(crate) hashing: Arc<Semaphore>,
    pub(crate) photos: photos::Photos,
}

impl Deref for Ctx {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Deref for Parts {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

/// A gateway that runs.
#[derive(Debug)]
pub struct Running {
    /// Its context.
    pub ctx: Ctx,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Brings the gateway up: it answers when this returns.
///
/// # Errors
/// When the database or the bus is not there, the address is taken, or the settings contradict each other.
pub async fn start(
    settings: &Settings,
    config: Config,
    clock: Clock,
    lifecycle: Lifecycle,
) -> Result<Running, StartError> {
    let refuse = |why: String| StartError::Listen {
        address: config.listen.to_string(),
        source: std::io::Error::other(why),
    };
    if !config.public_url.secure && !config.public_url.loopback && !config.allow_plain_http {
        return Err(refuse(format!(
            "{} is plain http and not this machine: put TLS in front, or allow it with --allow-plain-http",
            config.public_url.origin
        )));
    }
    let codes = codes::CodeSender::of(&config).map_err(|error| refuse(error.to_string()))?;
    let core = Core::start(
        settings,
        "gateway",
        &config.database_url,
        &MIGRATOR,
        clock,
        lifecycle,
    )
    .await?;
    let listen = |source| StartError::Listen {
        address: config.listen.to_string(),
        source,
    };
    let listener = http::listen(config.listen).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let pepper = config
        .code_pepper
        .as_ref()
        .unwrap_or(&settings.identity_secret);
    let meters = Arc::new(meters::Meters::new(&core.metrics));
    let admission = admission::Admission::new(config.max_in_flight);
    let rooms = feeds::Rooms::start(&core, &meters);
    let (watched, lanes) = (rooms.clone(), admission.clone());
    meters::Meters::show(
        &core.metrics,
        move || watched.viewers() as u64,
        move || lanes.in_flight() as u64,
    );
    let ctx = Ctx(Arc::new(Parts {
        meters,
        admission,
        placing: placing::Placing::start(&core.bus, &core.lifecycle),
        rooms,
        identities: identities::Identities::start(&core),
        limits: limits::Limits::new(&config.limits),
        codes,
        pepper: domain::code::Pepper::derive(pepper.expose_secret().as_bytes()),
        video_keys: domain::video_key::VideoKeys::derive(
            settings.identity_secret.expose_secret().as_bytes(),
        ),
        hashing: Arc::new(Semaphore::new(HASHING)),
        photos: photos::Photos::new(),
        core,
        config,
    }));
    ctx.lifecycle.spawn(sweep(ctx.clone()));
    // It says feeds and hears nothing: what every service stands on is all there is to check.
    chassis::audit::start(&ctx.core, settings, |_, _| {
        Box::pin(std::future::ready(Ok(Vec::new())))
    });
    ctx.lifecycle.spawn(http::serve(
        listener,
        api::router(ctx.clone()),
        ctx.config.max_connections,
        ctx.lifecycle.clone(),
    ));
    tracing::info!(%address, "gateway listens on {address}");
    Ok(Running { ctx, address })
}

/// Every minute drops what has had its time: counters, memory, tokens, codes and with them phones.
async fn sweep(ctx: Ctx) {
    while ctx.lifecycle.sleep(Duration::from_mins(1)).await {
        ctx.limits.sweep();
        ctx.identities.sweep();
        let now = ctx.clock.now();
        let swept = async {
            let mut conn = ctx.db.acquire().await?;
            store::tokens::delete_expired(&mut conn, now).await?;
            store::codes::delete_before(&mut conn, now - TimeDelta::days(1)).await
        };
        if let Err(error) = swept.await {
            tracing::warn!("not swept: {}", chassis::telemetry::chain(&error));
        }
    }
}
