//! Livestream: organisers' sessions, their line-up, the room.
//!
//! **Owns** sessions, offers and the proposals by which they get units, the pin, comments and their moderation,
//! notices, the viewer gauge, comments from other platforms and their authors, viewers' complaints; and its own copy of catalogue's goods.
//! **Answers** plan, reschedule, rename, go live, show or hide the video, end, stop, show and list sessions; propose, restock, open, close and
//! pin offers; post, hide and list comments; take comments from elsewhere, tie sessions to posts there and report on
//! them, link their authors; mute, slow down, ban words, list who moderated what; take complaints, answer, close them;
//! notices and the warning's end; the whole room; gateways' viewer reports.
//! **Says** `SessionPlanned`, `SessionRescheduled`, `SessionWentLive`, `SessionEnded`, `OfferProposed`, `OfferOpened`,
//! `OfferClosed`, `CommentHidden`, all of one session in one order; and the room's feed.
//! **Hears** of catalogue: goods listed, changed and withdrawn, stock allotted, refused and returned; of orders: orders
//! placed (the room's ticker), offers sold out and settled.
//!
//! Comments of a room that come at once are written together, by the [`talk`].
//!
//! Read in this order: [`domain`], [`store`], [`wire`], [`app`], [`talk`], [`api`], [`events`], [`timers`].

pub mod api;
pub mod app;
pub mod audit;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod store;
pub mod talk;
#[cfg(test)]
mod tests;
pub mod timers;
pub mod wire;

use std::{ops::Deref, sync::Arc};

use chassis::{
    clock::Clock,
    config::Settings,
    lifecycle::Lifecycle,
    service::{Core, StartError},
};
use sqlx::migrate::Migrator;

pub use config::Config;

/// The tables of this service.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// What every verb of this service stands on.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// What every service has.
    pub core: Core,
    /// The service's own settings.
    pub config: Arc<Config>,
    /// Where comments wait for their rooms.
    pub talk: talk::Talk,
}

impl Deref for Ctx {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

/// Brings the service up: it answers and hears when this returns.
///
/// # Errors
/// When the database or the bus is not there.
pub async fn start(
    settings: &Settings,
    config: Config,
    clock: Clock,
    lifecycle: Lifecycle,
) -> Result<Ctx, StartError> {
    let core = Core::start(
        settings,
        "livestream",
        &config.database_url,
        &MIGRATOR,
        clock,
        lifecycle,
    )
    .await?;
    let ctx = Ctx {
        core,
        config: Arc::new(config),
        talk: talk::Talk::default(),
    };
    Box::pin(api::serve(&ctx)).await?;
    events::hear(&ctx);
    chassis::audit::start(&ctx.core, settings, |conn, since| {
        Box::pin(audit::recent(conn, since))
    });
    timers::start(&ctx);
    Ok(ctx)
}
