//! What a market hears and says: events in and out, the room's feed, the audit.

use chassis::{
    envelope::EventHead,
    id::{EventId, Id as _},
    testing::eventually,
};
use prost::Message as _;
use proto::{
    contract::{Audience, Event, FEEDS, feed_subject},
    feed::v1::{Feed, feed::Of},
    livestream::v1::Session,
};
use sqlx::Row as _;

use super::{Market, SOON};

impl Market {
    /// Lets the service hear an event of another, and waits until it has taken it in.
    pub(in crate::tests) async fn hear<E: Event>(&self, event: &E) -> EventHead {
        let id = self.clock.id();
        self.hear_as(event, id).await
    }

    /// The same under an id of one's own choosing, for events that come twice.
    pub(in crate::tests) async fn hear_as<E: Event>(&self, event: &E, id: EventId) -> EventHead {
        let head = EventHead {
            trace: None,
            source: E::SERVICE.into(),
            id,
            event_type: E::full_name(),
            aggregate: None,
            at: self.clock.now(),
        };
        let mut headers = head.headers();
        // The broker must not drop the repeat; the inbox must.
        headers.insert("Nats-Msg-Id", self.clock.id::<EventId>().to_string());
        let said = self
            .gateway
            .jetstream()
            .publish_with_headers(E::SUBJECT, headers, event.encode_to_vec().into())
            .await;
        said.expect("sent").await.expect("stored");
        eventually("the event is taken in", SOON, || async {
            let row =
                sqlx::query("select 1 from chassis.inbox where event_id = $1").bind(id.uuid());
            row.fetch_optional(&self.ctx.db).await.expect("inbox")
        })
        .await;
        head
    }

    /// What was said of one kind, in order.
    pub(in crate::tests) async fn said<E: Event>(&self) -> Vec<E> {
        let rows =
            sqlx::query("select payload from chassis.outbox where event_type = $1 order by id")
                .bind(E::full_name());
        let rows = rows.fetch_all(&self.ctx.db).await.expect("outbox");
        rows.into_iter()
            .map(|row| E::decode(row.get::<&[u8], _>("payload")).expect("an event"))
            .collect()
    }

    /// The kinds of events that were said of a session, in its order.
    pub(in crate::tests) async fn said_of(&self, session: &Session) -> Vec<String> {
        let aggregate = format!("session:{}", session.session_id);
        let rows = sqlx::query(
            "select event_type from chassis.outbox where aggregate = $1 order by aggregate_seq",
        )
        .bind(aggregate);
        let rows = rows.fetch_all(&self.ctx.db).await.expect("outbox");
        rows.into_iter()
            .map(|row| {
                row.get::<String, _>("event_type")
                    .rsplit('.')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }

    /// What the room's feed says under the subject of `like`, once `check` likes it.
    pub(in crate::tests) async fn feed<T>(
        &self,
        session: &Session,
        like: Of,
        check: impl Fn(Of) -> Option<T>,
    ) -> T {
        let subject = feed_subject(&Audience::Room(session.session_id.clone()), &like);
        let stream = self
            .gateway
            .jetstream()
            .get_stream(FEEDS)
            .await
            .expect("the feeds");
        eventually(&subject, SOON, || async {
            let message = stream
                .get_last_raw_message_by_subject(&subject)
                .await
                .ok()?;
            Feed::decode(message.payload).ok()?.of.and_then(&check)
        })
        .await
    }

    /// Everything that anybody in a room could have been told, as bytes.
    pub(in crate::tests) async fn everything_said(&self) -> Vec<u8> {
        let rows = sqlx::query("select payload from chassis.outbox")
            .fetch_all(&self.ctx.db)
            .await
            .expect("outbox");
        rows.into_iter()
            .flat_map(|row| row.get::<Vec<u8>, _>("payload"))
            .collect()
    }

    /// Nothing is wrong with the books, and nothing that was heard was thrown away.
    pub(in crate::tests) async fn audit(&self) {
        let mut conn = self.ctx.db.acquire().await.expect("a connection");
        for check in crate::audit::audit(&mut conn).await.expect("the audit") {
            assert!(check.mismatches.is_empty(), "{check:?}");
        }
        let dead: i64 = sqlx::query_scalar("select count(*) from chassis.dead_letter")
            .fetch_one(&mut *conn)
            .await
            .expect("letters");
        assert_eq!(dead, 0);
    }
}
