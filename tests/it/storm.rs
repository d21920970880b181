//! Thousands claim what few can have, over and over: the room's order decides, to the last place in line.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use chassis::{id::Id as _, testing::eventually};
use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use phien_tests::{
    api::{Api, number},
    claim_model::{Model, Said},
    feed_client::Parser,
    world::{Person, Stage, World},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use reqwest::Method;
use serde_json::json;
use tokio::{sync::oneshot, task::JoinSet};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_mins(1);
/// Shoppers of whom it is measured when they hear of their claim.
const WATCHERS: usize = 36;

/// What one shopper says, in this order: repeats, more, fewer, nothing.
fn wishes(rng: &mut StdRng) -> Vec<Said> {
    let first = Said::All(rng.random_range(1..=2));
    match rng.random_range(0..10) {
        0..4 => vec![first],
        4..6 => vec![first, first],
        6 => vec![first, Said::All(3)],
        7 => vec![first, Said::More(1)],
        8 => vec![first, Said::All(0)],
        _ => vec![first, Said::All(0), Said::All(1)],
    }
}

/// The wishes of everybody, always the same; who says them first is the storm's business.
fn everybodys(shoppers: u32) -> Vec<Vec<Said>> {
    let mut rng = StdRng::seed_from_u64(20_261_124);
    (0..shoppers).map(|_| wishes(&mut rng)).collect()
}

/// The moment at which a shopper's own feed first tells what is kept for them; `ready` is told when it is open.
async fn hear_kept(api: Api, session: String, ready: oneshot::Sender<()>) -> Instant {
    let path = format!("/v1/sessions/{session}/feed");
    let feed = api.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(feed.status(), 200);
    let (mut parser, mut chunks, mut ready) = (Parser::default(), feed.bytes_stream(), Some(ready));
    loop {
        let chunk = chunks.next().await.expect("the feed goes on").unwrap();
        for message in parser.push(&chunk) {
            match message.event.as_str() {
                "snapshot" => ready.take().map_or((), |ready| ready.send(()).unwrap()),
                "kept" => return Instant::now(),
                _ => {}
            }
        }
    }
}

/// Everybody begins at a moment of their own within `over`. The wait between each watcher's first 201 and their own
/// answer, sorted.
async fn everybody_comments(
    sale: &Stage,
    people: Vec<Person>,
    wishes: Vec<Vec<Said>>,
    over: Duration,
) -> Vec<Duration> {
    let mut watching = JoinSet::new();
    for (number, person) in people.iter().take(WATCHERS).enumerate() {
        let (ready, open) = oneshot::channel();
        let (api, session) = (person.api.clone(), sale.session_id.clone());
        watching.spawn(async move { (number, hear_kept(api, session, ready).await) });
        open.await.unwrap();
    }
    let path = format!("/v1/sessions/{}/comments", sale.session_id);
    let mut storm = JoinSet::new();
    for (number, (person, wishes)) in people.into_iter().zip(wishes).enumerate() {
        let path = path.clone();
        storm.spawn(async move {
            let mut accepted = None;
            tokio::time::sleep(over.mul_f64(rand::random_range(0.0..=1.0))).await;
            for (nth, said) in wishes.into_iter().enumerate() {
                let body = json!({ "text": said.typed() });
                let key = format!("{number}-{nth}");
                let reply = person.api.post_patiently(&path, &key, &body).await;
                reply.unwrap().ok().unwrap();
                accepted = accepted.or(Some(Instant::now()));
            }
            (number, accepted.unwrap())
        });
    }
    let accepted: BTreeMap<usize, Instant> = storm.join_all().await.into_iter().collect();
    let heard = tokio::time::timeout(PATIENCE, watching.join_all()).await;
    let mut waits: Vec<Duration> = heard
        .expect("every watcher hears of their claim")
        .into_iter()
        .map(|(number, heard)| heard.saturating_duration_since(accepted[&number]))
        .collect();
    waits.sort();
    waits
}

/// What the room's order leads to.
async fn expected(world: &World, units: i64) -> (Model, usize) {
    let mut conn = world.database("livestream").await;
    let room: Vec<(Uuid, String)> =
        sqlx::query_as("select account_id, text from comment order by seq")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let mut model = Model {
        left: units,
        ..Model::default()
    };
    for (who, text) in &room {
        model.hear(*who, Said::read(text));
    }
    (model, room.len())
}

/// What orders holds, and its line in order.
async fn stored(world: &World) -> (BTreeMap<Uuid, i64>, Vec<(Uuid, i64)>) {
    let mut conn = world.database("orders").await;
    let held: Vec<(Uuid, i64)> =
        sqlx::query_as("select account_id, units from holds where state = 'active'")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let sql = "select account_id, units from waits where state = 'waiting' order by place";
    let line = sqlx::query_as(sql).fetch_all(&mut conn).await.unwrap();
    (held.into_iter().collect(), line)
}

async fn comments(shoppers: u32, units: i64, over: Duration) {
    let world = World::start().await;
    let sale = world.stage(units, 0).await;
    let people = world.people(shoppers).await;
    let began = Instant::now();
    let waits = everybody_comments(&sale, people, everybodys(shoppers), over).await;
    let took = began.elapsed();
    let (model, said) = expected(&world, units).await;
    // Nothing is under way any more, and every book agrees.
    assert_eq!(world.audit().await, Vec::<String>::new());
    let (held, line) = stored(&world).await;
    assert_eq!(held.values().sum::<i64>(), units, "every unit is held");
    assert_eq!(held, model.held, "by whom the room's order says");
    assert_eq!(line, model.line, "and the line is the room's order");
    let left = number(&sale.units().await, "left");
    assert_eq!((left, model.left), (0, 0));
    let at = |part: usize| waits[(waits.len() * part / 100).min(waits.len() - 1)];
    println!(
        "{said} comments of {shoppers} shoppers for {units} units in {took:.1?}; {} hold, {} wait; \
         from 201 to the own answer p50 {:.0?}, p99 {:.0?}",
        held.len(),
        line.len(),
        at(50),
        at(99)
    );
    world.finish().await;
}

/// Taps: each answer tells what is kept; the line has no gap and is in order of its places.
async fn taps(shoppers: u32, units: i64) {
    let world = World::start().await;
    let sale = world.stage(units, 0).await;
    let path = format!("/v1/sessions/{}/claims", sale.session_id);
    let mut storm = JoinSet::new();
    for person in world.people(shoppers).await {
        let (path, offer) = (path.clone(), sale.offer_id.clone());
        storm.spawn(async move {
            let body = json!({ "lines": [{ "offer_id": offer, "units": 1 }] });
            let twice = async || loop {
                let reply = person.api.post(&path, &body).await.unwrap();
                // *Busy* says that nothing was decided yet.
                if !matches!(reply.status, 429 | 503) {
                    return reply.ok().unwrap()["kept"][0].clone();
                }
                reply.rest().await;
            };
            let (first, second) = tokio::join!(twice(), twice());
            for told in [&first, &second] {
                let one = told["hold"]["units"] == 1 || told["waiting"]["units"] == 1;
                assert!(one, "{told}");
            }
            (person.account_id.uuid(), first["hold"]["units"] == 1)
        });
    }
    let told = storm.join_all().await;
    assert_eq!(world.audit().await, Vec::<String>::new());
    let (held, line) = stored(&world).await;
    let winners: BTreeMap<Uuid, i64> = told
        .iter()
        .filter(|(_, holds)| *holds)
        .map(|(who, _)| (*who, 1))
        .collect();
    assert_eq!(held, winners, "who was told so holds one, nobody else");
    assert_eq!(held.values().sum::<i64>(), units);
    assert_eq!(line.len(), told.len() - held.len(), "everybody else waits");
    let mut conn = world.database("orders").await;
    let sql = "select place, made_at from waits where state = 'waiting' order by place";
    let places: Vec<(i64, DateTime<Utc>)> = sqlx::query_as(sql).fetch_all(&mut conn).await.unwrap();
    let numbers = places.iter().map(|(place, _)| *place);
    assert!(numbers.eq((1..).take(line.len())), "a gap: {places:?}");
    assert!(
        places.is_sorted_by_key(|(_, made_at)| *made_at),
        "first come, first in line"
    );
    eventually("the room has heard of every claim", PATIENCE, || async {
        let mut conn = world.database("livestream").await;
        let last: i64 = sqlx::query_scalar("select max(last_claim_seq) from room")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        (last == i64::from(shoppers)).then_some(())
    })
    .await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_comment_for_forty_units() {
    comments(600, 40, Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes without optimisation; the smaller one tells the same"]
async fn three_thousand_comment_for_two_hundred_units() {
    comments(3_000, 200, Duration::ZERO).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes without optimisation; the smaller one tells the same"]
async fn three_thousand_comment_within_ten_seconds() {
    comments(3_000, 200, Duration::from_secs(9)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_hundred_tap_for_forty_units() {
    taps(600, 40).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes without optimisation; the smaller one tells the same"]
async fn three_thousand_tap_for_two_hundred_units() {
    taps(3_000, 200).await;
}
