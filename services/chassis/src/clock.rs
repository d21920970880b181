//! Time and ids, passed in so that tests can move them.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::id::Id;

/// The only source of time and new ids. A test may shift it; production never does.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
    skew_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The time of this machine: for logs, feeds and ids, never for deadlines that money depends on.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.offset() + TimeDelta::milliseconds(self.skew_ms.load(Ordering::Relaxed))
    }

    /// The database's time at the start of the transaction: what deadlines are decided by.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn db_now(&self, conn: &mut PgConnection) -> Result<DateTime<Utc>, sqlx::Error> {
        let now: DateTime<Utc> = sqlx::query_scalar("select now()").fetch_one(conn).await?;
        Ok(now + self.offset())
    }

    /// A new id, sortable by time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn id<I: Id>(&self) -> I {
        I::from_uuid(uuid::Uuid::now_v7())
    }

    /// Moves this clock, and every clone of it, forward.
    pub fn advance(&self, by: TimeDelta) {
        self.offset_ms
            .fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Puts this machine's clock, and every clone of it, wrong; the database's stays right.
    pub fn skew(&self, by: TimeDelta) {
        self.skew_ms.store(by.num_milliseconds(), Ordering::Relaxed);
    }

    fn offset(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.offset_ms.load(Ordering::Relaxed))
    }
}

/// Asia/Ho_Chi_Minh: seven hours ahead all year since 1975.
///
/// # Panics
/// Never: seven hours are a valid offset.
#[must_use]
pub fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).expect("seven hours are a valid offset")
}

/// Milliseconds since 1970 as they travel on the wire.
#[must_use]
pub fn to_ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// A time from the wire; `None` for 0, which means "not set", and for what no calendar holds.
#[must_use]
pub fn from_ms(ms: i64) -> Option<DateTime<Utc>> {
    if ms == 0 {
        None
    } else {
        DateTime::from_timestamp_millis(ms)
    }
}
