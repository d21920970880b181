//! The trail of moderation, written in the transaction of the act.

use chassis::{
    id::{AccountId, OrganiserId},
    service::Tx,
};
use chrono::{DateTime, Utc};

use crate::{
    Ctx,
    domain::session::Session,
    store::{self, moderation::ActRow},
};

/// What was done.
pub(super) struct Act {
    /// Its name, as the table knows it.
    pub(super) name: &'static str,
    /// To whom or what, or the new setting.
    pub(super) target: String,
    /// Why.
    pub(super) reason: String,
}

/// Notes an act in a session.
pub(super) async fn note(
    ctx: &Ctx,
    tx: &mut Tx,
    session: &Session,
    act: Act,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let row = row(ctx, act, by, at);
    let row = ActRow {
        session_id: Some(session.id),
        ..row
    };
    store::moderation::note(tx, session.organiser_id, &row).await
}

/// Notes an act that is of no session.
pub(super) async fn note_of_organiser(
    ctx: &Ctx,
    tx: &mut Tx,
    organiser: OrganiserId,
    act: Act,
    by: AccountId,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    store::moderation::note(tx, organiser, &row(ctx, act, by, at)).await
}

fn row(ctx: &Ctx, act: Act, by: AccountId, at: DateTime<Utc>) -> ActRow {
    ActRow {
        id: ctx.clock.id(),
        session_id: None,
        act: act.name.to_owned(),
        target: act.target,
        reason: act.reason,
        by,
        at,
    }
}
