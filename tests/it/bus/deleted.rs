//! A stream that goes away, or loses its end, under a relay that stays connected.

use std::{path::Path, time::Duration};

use async_nats::jetstream;
use chassis::{
    Core,
    clock::Clock,
    counters::Counters,
    lifecycle::Lifecycle,
    local::LocalNats,
    outbox,
    testing::{self, eventually},
};
use proto::orders::v1::PaymentReceived;
use secrecy::ExposeSecret as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

const EVENTS: u64 = 1_200;

struct Relay {
    nats: LocalNats,
    core: Core,
    jetstream: jetstream::Context,
}

impl Relay {
    /// A relay that has published [`EVENTS`] events.
    async fn start() -> Self {
        let nats = testing::nats().await;
        let url = testing::database("orders", &orders::MIGRATOR).await;
        let settings = testing::settings(&nats);
        let core = Core::start(
            &settings,
            "orders",
            &url,
            &orders::MIGRATOR,
            Clock::default(),
            Lifecycle::default(),
        );
        let core = core.await.unwrap();
        let jetstream = jetstream::new(async_nats::connect(nats.url()).await.unwrap());
        let relay = Self {
            nats,
            core,
            jetstream,
        };
        relay.say(EVENTS).await;
        relay.has(EVENTS).await;
        relay
    }

    async fn say(&self, count: u64) {
        let mut tx = self.core.begin().await.unwrap();
        for number in 0..count {
            let aggregate = format!("payment:{}", number % 7);
            outbox::say(
                &mut tx,
                &self.core.clock,
                &aggregate,
                &PaymentReceived::default(),
            )
            .await
            .unwrap();
        }
        self.core.commit(tx).await.unwrap();
    }

    /// The stream holds so many messages, and of each is noted where it stands.
    async fn has(&self, count: u64) {
        eventually(
            &format!("{count} events are in the stream"),
            Duration::from_secs(20),
            || async {
                let stream = self.jetstream.get_stream("ORDERS").await.ok()?;
                let mine: i64 = sqlx::query_scalar(
                    "select count(*) from chassis.standing where first_seq > 0 and last_seq <= $1",
                )
                .bind(i64::try_from(stream.cached_info().state.last_sequence).unwrap())
                .fetch_one(&self.core.db)
                .await
                .unwrap();
                (stream.cached_info().state.messages == count && u64::try_from(mine) == Ok(count))
                    .then_some(())
            },
        )
        .await;
    }

    async fn messages(&self) -> Option<u64> {
        let stream = self.jetstream.get_stream("ORDERS").await.ok()?;
        Some(stream.cached_info().state.messages)
    }

    async fn change(&self, set: &str, which: &str) {
        let sql = format!("update chassis.outbox set {set} where {which}");
        sqlx::query(AssertSqlSafe(sql))
            .execute(&self.core.db)
            .await
            .unwrap();
    }

    /// Somebody wants what was refused said after all.
    async fn replay_all(&self) {
        sqlx::query("update chassis.dead_letter set replay_at = now()")
            .execute(&self.core.db)
            .await
            .unwrap();
    }

    /// The stream is lost. Numbers noted before that, which count no more, are told by their size.
    async fn say_all_again(&self) {
        self.change("stream_seq = stream_seq + 1000000", "true")
            .await;
        self.jetstream.delete_stream("ORDERS").await.unwrap();
        self.say(1).await;
    }

    async fn keep_a_copy(&mut self) {
        self.nats.kill9().await;
        let streams = self.nats.streams();
        put(&streams, &streams.with_extension("copy")).await;
        self.nats.restart().await.unwrap();
    }

    async fn go_back_to_the_copy(&mut self) {
        self.nats.kill9().await;
        let streams = self.nats.streams();
        put(&streams.with_extension("copy"), &streams).await;
        self.nats.restart().await.unwrap();
    }

    async fn make_anew(&self) {
        let stream = self.jetstream.get_stream("ORDERS").await.unwrap();
        let config = stream.cached_info().config.clone();
        self.jetstream.delete_stream("ORDERS").await.unwrap();
        self.jetstream.create_stream(config).await.unwrap();
    }

    fn said_again(&self) -> u64 {
        Counters::get(&self.core.counters.republished)
    }

    async fn stop(self) {
        assert_eq!(
            Counters::get(&self.core.counters.reconnects),
            0,
            "it stayed connected"
        );
        self.end().await;
    }

    async fn end(self) {
        assert!(self.core.lifecycle.stop(Duration::from_secs(10)).await);
        self.nats.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deleted_the_next_event_finds_none_and_all_come_back() {
    let relay = Relay::start().await;
    relay.jetstream.delete_stream("ORDERS").await.unwrap();
    relay.say(1).await;
    relay.has(EVENTS + 1).await;
    assert_eq!(relay.said_again(), EVENTS);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_with_an_older_copy_of_its_store_is_told_what_that_lacks() {
    let mut relay = Relay::start().await;
    relay.say_all_again().await;
    relay.has(EVENTS + 1).await;
    relay.keep_a_copy().await;
    relay.say(EVENTS).await;
    relay.has(2 * EVENTS + 1).await;
    relay.go_back_to_the_copy().await;
    relay.has(2 * EVENTS + 1).await;
    assert_eq!(relay.said_again(), EVENTS + EVENTS);
    relay.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_that_begins_within_what_was_said_again_leaves_the_rows_before_it() {
    let mut relay = Relay::start().await;
    // One row of the second page is said after its page.
    relay
        .change(
            "published_at = null, stream_seq = null, parked_at = now()",
            "id = 1101",
        )
        .await;
    relay.say_all_again().await;
    relay.has(EVENTS).await;
    relay.keep_a_copy().await;
    relay.change("parked_at = null", "id = 1101").await;
    relay.has(EVENTS + 1).await;
    relay.go_back_to_the_copy().await;
    relay.has(EVENTS + 1).await;
    assert_eq!(relay.said_again(), EVENTS - 1 + 1);
    relay.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_refused_the_second_time_waits_with_what_came_after_it() {
    let relay = Relay::start().await;
    let payload = "decode(repeat('00', 5000000), 'hex')";
    relay
        .change(&format!("payload = {payload}"), "id = 1101")
        .await;
    relay.say_all_again().await;
    // Numbers 1100, 1107 … 1198 of its aggregate are in its page.
    let waiting = 15;
    relay.has(EVENTS + 1 - waiting).await;
    relay.change("payload = ''", "id = 1101").await;
    relay.replay_all().await;
    relay.has(EVENTS + 1).await;
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_stream_refuses_keeps_back_what_its_aggregate_says_after_it() {
    let relay = Relay::start().await;
    let stream = relay.jetstream.get_stream("ORDERS").await.unwrap();
    let config = jetstream::stream::Config {
        max_message_size: 1_000,
        ..stream.cached_info().config.clone()
    };
    relay.jetstream.update_stream(config).await.unwrap();
    let mut tx = relay.core.begin().await.unwrap();
    for (aggregate, weight) in [
        ("shop:a", 1),
        ("shop:a", 2_000),
        ("shop:a", 3),
        ("shop:b", 4),
    ] {
        let event = PaymentReceived {
            payment_id: "x".repeat(weight),
            ..PaymentReceived::default()
        };
        outbox::say(&mut tx, &relay.core.clock, aggregate, &event)
            .await
            .unwrap();
    }
    relay.core.commit(tx).await.unwrap();
    relay.has(EVENTS + 2).await;
    relay.change("payload = ''", "parked_at is not null").await;
    relay.replay_all().await;
    relay.has(EVENTS + 4).await;
    let said: Vec<i64> = sqlx::query_scalar(
        "select aggregate_seq from chassis.outbox where aggregate = 'shop:a' order by stream_seq",
    )
    .fetch_all(&relay.core.db)
    .await
    .unwrap();
    assert_eq!(said, [1, 2, 3]);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_before_all_is_said_again_it_says_nothing_new() {
    let relay = Relay::start().await;
    relay.say(1_000).await;
    relay.has(EVENTS + 1_000).await;
    let mut first_page = relay.core.begin().await.unwrap();
    let held =
        "insert into chassis.said_again (after, up_to, first_seq, last_seq) values (0, 1000, 1, 1)";
    sqlx::query(held).execute(&mut *first_page).await.unwrap();
    relay.jetstream.delete_stream("ORDERS").await.unwrap();
    relay.say(1).await;
    // The third page waits until the first is noted.
    eventually("two pages are said", Duration::from_secs(20), || async {
        (relay.messages().await? == 2_000).then_some(())
    })
    .await;
    let stop = relay.core.lifecycle.stop(Duration::from_secs(10));
    let (stopped, let_go) = tokio::join!(stop, first_page.rollback());
    let_go.unwrap();
    assert!(stopped);
    assert_eq!(relay.messages().await, Some(2_000));
    relay.nats.stop().await.unwrap();
}

/// Puts a copy of one folder in the place of another.
async fn put(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    let mut copy = tokio::process::Command::new("cp");
    let copied = copy.arg("-a").arg(from).arg(to).status().await;
    assert!(copied.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn made_anew_by_somebody_else_the_numbers_fall_and_all_come_back() {
    let relay = Relay::start().await;
    relay.make_anew().await;
    relay.say(1).await;
    eventually("all come back", Duration::from_secs(20), || async {
        (relay.said_again() == EVENTS).then_some(())
    })
    .await;
    // The one that showed the loss came first; what is said again meets it as a duplicate or not at all.
    assert_eq!(relay.messages().await, Some(EVENTS + 1));
    relay.stop().await;
}

#[tokio::test]
async fn pages_end_where_a_loss_begins_also_when_a_version_notes_it_that_knows_no_pages() {
    let url = testing::database("orders", &orders::MIGRATOR).await;
    let mut conn = PgConnection::connect(url.expose_secret()).await.unwrap();
    for sql in [
        "insert into chassis.stream_seen (stream, created_us) values ('ORDERS', 1)",
        "insert into chassis.said_again (after, up_to, first_seq, last_seq)
         values (0, 10, 1, 10), (10, 20, 11, 20), (20, 30, 21, 30)",
        // What that version writes: where it begins, how far it is, that it is done.
        "update chassis.stream_seen set said_again_up_to = least(said_again_up_to, 15)",
        "update chassis.stream_seen set said_again_up_to = 25",
        "update chassis.stream_seen set said_again_up_to = null",
    ] {
        sqlx::query(sql).execute(&mut conn).await.unwrap();
    }
    let pages: Vec<(i64, i64)> =
        sqlx::query_as("select after, up_to from chassis.said_again order by up_to")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    assert_eq!(pages, [(0, 10), (10, 15)]);
}
