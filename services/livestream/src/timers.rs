//! What happens by itself: offers open and close by the clock, states are said again, the viewer gauge is shown.
//!
//! One instance does each; the others stand by.

use std::{collections::HashMap, time::Duration};

use chassis::{clock::to_ms, id::SessionId, leader::lead, telemetry::chain};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::{
    Ctx,
    app::{enter_room::enter_room, keep_time::keep_time, shown},
    store,
};

/// A lost saying of a state is made good within this time.
const SAY_AGAIN: TimeDelta = TimeDelta::seconds(30);
/// A database that is away is not asked in a hurry.
const AFTER_A_FAULT: Duration = Duration::from_millis(500);
/// A session that has ended is still watched so long.
const LINGERS: TimeDelta = TimeDelta::minutes(15);

/// Starts all timers.
pub fn start(ctx: &Ctx) {
    for timer in [
        Timer::OfferTimes,
        Timer::Outside,
        Timer::States,
        Timer::Viewers(HashMap::new()),
    ] {
        let ctx = ctx.clone();
        ctx.lifecycle.clone().spawn(timer.run(ctx));
    }
}

enum Timer {
    /// Opens and closes offers.
    OfferTimes,
    /// Lets comments from elsewhere into their rooms that could not go in when they came.
    Outside,
    /// Says states again.
    States,
    /// Shows how many watch; keeps what it said last of each session, and when.
    Viewers(HashMap<SessionId, (i64, DateTime<Utc>)>),
}

impl Timer {
    fn name(&self) -> &'static str {
        match self {
            Self::OfferTimes => "offer times",
            Self::Outside => "comments from elsewhere",
            Self::States => "states",
            Self::Viewers(_) => "viewers",
        }
    }

    fn every(&self) -> Duration {
        match self {
            Self::OfferTimes | Self::Outside => Duration::from_secs(1),
            Self::States => SAY_AGAIN.to_std().unwrap_or_default(),
            Self::Viewers(_) => Duration::from_secs(5),
        }
    }

    async fn run(mut self, ctx: Ctx) {
        while let Some(mut lead) = lead(&ctx, self.name()).await {
            // The lead is lost with its connection; each tick uses it, so the loss is seen.
            loop {
                if let Err(error) = self.tick(&ctx, &mut lead.conn).await {
                    let timer = self.name();
                    tracing::warn!(timer, "takes the lead again: {}", chain(&error));
                    ctx.lifecycle.sleep(AFTER_A_FAULT).await;
                    break;
                }
                if !ctx.lifecycle.sleep(self.every()).await {
                    return;
                }
            }
        }
    }

    async fn tick(&mut self, ctx: &Ctx, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let now = ctx.clock.db_now(conn).await?;
        match self {
            Self::OfferTimes => {
                for offer in store::offer::due(conn, now).await? {
                    if let Err(error) = keep_time(ctx, offer).await {
                        tracing::warn!(offer.id = %offer, "offer {offer} not moved by its times yet: {}", chain(&error));
                    }
                }
            }
            Self::Outside => {
                for session in store::outside::rooms_waited_for(conn).await? {
                    if let Err(error) = enter_room(ctx, session).await {
                        tracing::warn!(session.id = %session, "comments from elsewhere still wait for session {session}: {}", chain(&error));
                    }
                }
            }
            Self::States => {
                for session in store::session::watched(conn, now - LINGERS).await? {
                    shown::session(ctx, &session);
                    if let Some(notice) = store::room::last_warning(conn, session.id).await? {
                        shown::warning(ctx, session.id, &notice);
                    }
                    store::offer::of_session(conn, session.id)
                        .await?
                        .iter()
                        .for_each(|offer| shown::offer(ctx, offer));
                }
            }
            Self::Viewers(said) => {
                let gauges = store::viewers::all(conn, now).await?;
                said.retain(|session, _| gauges.iter().any(|gauge| gauge.session_id == *session));
                for gauge in gauges {
                    let news = said.get(&gauge.session_id).is_none_or(|(viewers, at)| {
                        *viewers != gauge.viewers || *at + SAY_AGAIN <= now
                    });
                    if news {
                        shown::viewers(ctx, gauge.session_id, gauge.viewers, to_ms(now));
                        said.insert(gauge.session_id, (gauge.viewers, now));
                    }
                }
                store::viewers::sweep(conn, now).await?;
            }
        }
        Ok(())
    }
}
