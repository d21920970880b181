//! Says the figures of sessions that changed to their desks, at most twice a second.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chassis::{id::SessionId, telemetry::chain};
use proto::{contract::Audience, feed::v1::feed::Of};

use crate::{Ctx, app::show_figures::figures};

const EVERY: Duration = Duration::from_millis(500);

/// Sessions whose figures changed since they were last said.
#[derive(Debug, Clone, Default)]
pub struct Changed(Arc<Mutex<BTreeSet<SessionId>>>);

impl Changed {
    /// Notes a session.
    pub fn note(&self, session: SessionId) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(session);
    }

    pub(super) fn take(&self) -> BTreeSet<SessionId> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs until the role stops.
pub fn start(ctx: &Ctx) {
    let ctx = ctx.clone();
    ctx.lifecycle.clone().spawn(async move {
        while ctx.lifecycle.sleep(EVERY).await {
            for session in ctx.figures.take() {
                match figures(&ctx, session).await {
                    Ok(figures) => ctx
                        .feeds
                        .say(&Audience::Desk(session.to_string()), Of::Figures(figures)),
                    Err(error) => {
                        tracing::warn!("figures not said: {}", chain(&error));
                        ctx.figures.note(session);
                    }
                }
            }
        }
    });
}
