//! What the catalogue does by the clock, on one instance at a time.

use std::{future::Future, time::Duration};

use chassis::{leader::lead, telemetry::chain};
use chrono::TimeDelta;

use crate::{
    Ctx,
    app::{say_stock_again::say_stock_again, say_turned_certificates::say_turned_certificates},
    error::Error,
};

/// Certificates turn at midnight; who keeps a copy hears of it within the hour.
const CERTIFICATES_EVERY: Duration = Duration::from_hours(1);
/// States on a feed are said again, in case a word was lost.
const STOCK_EVERY: Duration = Duration::from_secs(30);
/// What is said again: a little more than since the last time.
const STOCK_OF_LATE: TimeDelta = TimeDelta::seconds(90);

/// Runs until the role stops.
pub(crate) fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        // Held until the end. Should its connection break, two may run: both verbs bear that.
        let Some(_lead) = lead(&ctx, "timers").await else {
            return;
        };
        let certificates = every(
            &ctx,
            "certificates",
            CERTIFICATES_EVERY,
            say_turned_certificates,
        );
        let stock = every(&ctx, "stock", STOCK_EVERY, |ctx| {
            say_stock_again(ctx, STOCK_OF_LATE)
        });
        tokio::join!(certificates, stock);
    });
}

async fn every<V, F>(ctx: &Ctx, name: &'static str, period: Duration, verb: V)
where
    V: Fn(Ctx) -> F,
    F: Future<Output = Result<(), Error>>,
{
    loop {
        if let Err(error) = verb(ctx.clone()).await {
            tracing::warn!("timer {name}: {}", chain(&error));
        }
        if !ctx.lifecycle.sleep(period).await {
            return;
        }
    }
}
