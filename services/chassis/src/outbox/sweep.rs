//! What is kept long enough goes, a bounded piece at a time between two rounds of the relay.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::Instant;

/// How long published rows are kept: as long as the stream keeps its messages.
const KEPT_DAYS: i32 = 7;
/// How long it is known what was heard: longer than anybody could say it again.
const HEARD_DAYS: i32 = 2 * KEPT_DAYS;
const EVERY: Duration = Duration::from_mins(10);
/// Rows of one piece.
const PIECE: i64 = 5000;

/// Each deletes one piece: the oldest, found by its index.
const PIECES: [(&str, i32); 4] = [
    (
        "delete from chassis.outbox where id in (select id from chassis.outbox
         where published_at < now() - make_interval(days => $1) order by published_at limit $2)",
        KEPT_DAYS,
    ),
    (
        "delete from chassis.said_again where up_to in (select up_to from chassis.said_again
         where said_at < now() - make_interval(days => $1) limit $2)",
        KEPT_DAYS,
    ),
    (
        "delete from chassis.inbox where event_id in (select event_id from chassis.inbox
         where heard_at < now() - make_interval(days => $1) order by heard_at limit $2)",
        HEARD_DAYS,
    ),
    // Whether it was heard after all can no longer be told then.
    (
        "delete from chassis.gap where event_id in (select event_id from chassis.gap
         where noticed_at < now() - make_interval(days => $1) limit $2)",
        HEARD_DAYS,
    ),
];

/// Where the sweeping is.
pub(super) struct Sweep {
    due: Instant,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            due: Instant::now() + EVERY,
        }
    }
}

impl Sweep {
    /// Deletes a piece of each table when it is time; goes on at the next round while there is more.
    pub(super) async fn go_on(&mut self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        if Instant::now() < self.due {
            return Ok(());
        }
        let mut more = false;
        for (sql, days) in PIECES {
            let gone = sqlx::query(sql)
                .bind(days)
                .bind(PIECE)
                .execute(&mut *conn)
                .await?
                .rows_affected();
            more |= i64::try_from(gone).is_ok_and(|gone| gone == PIECE);
        }
        if !more {
            self.due = Instant::now() + EVERY;
        }
        Ok(())
    }
}
