//! The intake when it is crowded, when the database loses an answer, and when all is sold.

use std::sync::atomic::{AtomicBool, Ordering};

use chassis::id::{Id as _, OrderId};
use futures_util::StreamExt as _;
use tokio::time::Instant;

use super::{proxy::Proxy, *};
use crate::{
    domain::intake::{Answer, Ask},
    intake::{CALM, Decided},
};

const COD: wire::PaymentMethod = wire::PaymentMethod::Cod;

impl World {
    /// Places one order.
    async fn place_one(&self, shopper: AccountId, key: &str, offer: OfferId) -> wire::PlacedOrder {
        let order = self.order(shopper, key, offer, 1, COD);
        self.place(vec![order]).await.remove(0)
    }

    /// Sells until keys are taken as new.
    pub(super) async fn calm(&self) {
        let other = self.offer(i64::from(CALM), 0).await;
        for _ in 0..CALM {
            placed(&self.place_one(self.clock.id(), "calm", other).await);
        }
    }

    /// Transactions of the intake that decided together whatever waited.
    fn batches(&self) -> u64 {
        let text = chassis::metrics::text(std::slice::from_ref(&self.ctx.metrics));
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("phien_intake_batch_requests_count"));
        let count = line.and_then(|line| line.rsplit(' ').next());
        count.unwrap().parse().unwrap()
    }

    /// Places an order for each, while keys are taken as new; the answer to the commit is lost.
    async fn lose_the_answer(
        &self,
        proxy: &Proxy,
        shoppers: &[AccountId],
        offer: OfferId,
    ) -> Vec<wire::PlacedOrder> {
        self.calm().await;
        let before = self.batches();
        let order = |shopper: &AccountId| self.order(*shopper, "the-lost-answer", offer, 1, COD);
        let orders = shoppers.iter().map(order).collect();
        proxy.lose_commit_of("the-lost-answer");
        let results = self.place(orders).await;
        assert!(proxy.lost_it());
        assert_eq!(self.batches(), before + 1, "decided together again");
        results
    }

    /// Asks the intake itself.
    async fn ask(&self, order: wire::PlaceOrder, deadline: Instant) -> Result<Decided, Refusal> {
        let place = crate::wire::read_place(self.clock.id(), order).unwrap();
        let ask = Ask::Place(Box::new(place));
        self.ctx.intake.ask(self.session, ask, deadline).await
    }

    /// Asks with new keys, as somebody without an order, until the gate answers without the database.
    async fn until_the_gate_answers(&self, proxy: &Proxy, offer: OfferId) {
        eventually("the gate answers", PATIENCE, || async {
            let shopper: AccountId = self.clock.id();
            let key = format!("key-of-{shopper}");
            proxy.watch(&key);
            assert_eq!(
                code(&self.place_one(shopper, &key, offer).await),
                "sold_out"
            );
            (!proxy.saw_it()).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_answer_was_lost_is_answered_right() {
    let (world, proxy) = World::start_behind_a_proxy().await;
    let offer = world.offer(1, 0).await;
    let shoppers: Vec<AccountId> = (0..5).map(|_| world.clock.id()).collect();
    let results = world.lose_the_answer(&proxy, &shoppers, offer).await;
    let first = placed(&results[0]);
    assert_eq!(first.account_id, shoppers[0].to_string());
    assert!(results[0].replayed, "tried again, it found its key");
    for result in &results[1..] {
        assert_eq!(code(result), "sold_out");
    }
    let again = world.place_one(shoppers[0], "the-lost-answer", offer).await;
    assert_eq!(placed(&again), first);
    assert_eq!(world.units(offer).await.unwrap().sold, 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_answer_was_lost_takes_nothing_twice_where_much_is_left() {
    let (world, proxy) = World::start_behind_a_proxy().await;
    let offer = world.offer(50, 0).await;
    let shoppers: Vec<AccountId> = (0..5).map(|_| world.clock.id()).collect();
    let results = world.lose_the_answer(&proxy, &shoppers, offer).await;
    for (result, shopper) in std::iter::zip(&results, &shoppers) {
        assert!(result.replayed);
        assert_eq!(placed(result).account_id, shopper.to_string());
    }
    assert_eq!(world.units(offer).await.unwrap().sold, 5);
    world.finish().await;
}

/// One unit on top of what there is.
fn one_more(world: &World, offer: OfferId, shopper_name: &str) -> wire::ClaimUnits {
    wire::ClaimUnits {
        session_id: world.session.to_string(),
        lines: vec![wire::ClaimLine {
            offer_id: offer.to_string(),
            units: 1,
            more: true,
        }],
        shopper_name: shopper_name.into(),
        ..wire::ClaimUnits::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_whose_answer_was_lost_takes_its_unit_once() {
    let (world, proxy) = World::start_behind_a_proxy().await;
    let offer = world.offer(9, 0).await;
    let shopper = Actor {
        account_id: world.clock.id::<AccountId>().to_string(),
        ..Actor::default()
    };
    let tap = one_more(&world, offer, "the-lost-answer");
    proxy.lose_commit_of("the-lost-answer");
    let told = world.bus.ask(&shopper, &tap).await.unwrap();
    assert!(proxy.lost_it());
    assert_eq!(told.kept[0].hold.as_ref().unwrap().units, 1);
    assert_eq!(world.units(offer).await.unwrap().held, 1);
    world.finish().await;
}

fn a_shopper(world: &World) -> Actor {
    Actor {
        account_id: world.clock.id::<AccountId>().to_string(),
        ..Actor::default()
    }
}

/// A tap for one more, as it is answered.
async fn tap(world: &World, shopper: &Actor, offer: OfferId) -> wire::Kept {
    let wish = one_more(world, offer, "Lan");
    world.bus.ask(shopper, &wish).await.unwrap().kept.remove(0)
}

/// The same while the offer is locked, until it was asked twice.
async fn tap_that_is_asked_again(world: &World, shopper: &Actor, offer: OfferId) -> wire::Kept {
    let before = world.bus.asked_again();
    let mut locks_it = world.ctx.db.begin().await.unwrap();
    sqlx::query("select from offers where id = $1 for update")
        .bind(offer.uuid())
        .execute(&mut *locks_it)
        .await
        .unwrap();
    let release = async {
        eventually("it is asked again", PATIENCE, || async {
            (world.bus.asked_again() > before).then_some(())
        })
        .await;
        // Both are with the intake.
        tokio::time::sleep(Duration::from_millis(300)).await;
        locks_it.rollback().await.unwrap();
    };
    let (kept, ()) = tokio::join!(tap(world, shopper, offer), release);
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_that_is_lost_on_its_way_is_asked_again() {
    let world = World::start().await;
    let offer = world.offer(999, 0).await;
    let leaves = async_nats::connect(world.nats.url()).await.unwrap();
    let mut heard = leaves
        .queue_subscribe(wire::ClaimUnits::SUBJECT, "orders".into())
        .await
        .unwrap();
    leaves.flush().await.unwrap();
    let lost = AtomicBool::new(false);
    let lose_one = async {
        heard.next().await.unwrap();
        lost.store(true, Ordering::Relaxed);
        heard.unsubscribe().await.unwrap();
    };
    let tap_until_then = async {
        let mut taps = 0;
        while !lost.load(Ordering::Relaxed) {
            let kept = tap(&world, &a_shopper(&world), offer).await;
            assert_eq!(kept.hold.unwrap().units, 1);
            taps += 1;
        }
        taps
    };
    let ((), taps) = tokio::join!(lose_one, tap_until_then);
    assert!(world.bus.asked_again() > 0);
    assert_eq!(world.units(offer).await.unwrap().held, taps);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_that_is_asked_again_while_it_is_decided_has_one_effect_and_one_answer() {
    let world = World::start().await;
    let offer = world.offer(9, 1).await;
    let shopper = a_shopper(&world);
    let kept = tap_that_is_asked_again(&world, &shopper, offer).await;
    assert_eq!(kept.hold.unwrap().units, 1);
    assert_eq!(world.units(offer).await.unwrap().held, 1);
    // One more than the limit: whichever of the two answers comes first says so.
    let kept = tap_that_is_asked_again(&world, &shopper, offer).await;
    assert_eq!(kept.refusal.unwrap().code, "over_limit");
    assert_eq!(world.units(offer).await.unwrap().held, 1);
    let questions: i64 =
        sqlx::query_scalar("select count(*) from chassis.inbox where event_type = 'tap'")
            .fetch_one(&world.ctx.db)
            .await
            .unwrap();
    assert_eq!(questions, 1, "what had no effect stands in no inbox");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_whose_answer_was_lost_gives_its_unit_once() {
    let (world, proxy) = World::start_behind_a_proxy().await;
    let offer = world.offer(9, 0).await;
    let (from, into): (AccountId, AccountId) = (world.clock.id(), world.clock.id());
    let shopper = Actor {
        account_id: from.to_string(),
        ..Actor::default()
    };
    for _ in 0..3 {
        let tap = one_more(&world, offer, "Lan");
        world.bus.ask(&shopper, &tap).await.unwrap();
    }
    let split = wire::MergeHolds {
        session_id: world.session.to_string(),
        from_account_id: from.to_string(),
        into_account_id: into.to_string(),
        shopper_name: "the-lost-answer".into(),
        lines: vec![wire::MergeLine {
            offer_id: offer.to_string(),
            units: 1,
        }],
    };
    proxy.lose_commit_of("the-lost-answer");
    let told = world.bus.ask(&world.staff(), &split).await.unwrap();
    assert!(proxy.lost_it());
    assert_eq!(told.kept[0].hold.as_ref().unwrap().units, 1);
    let left: i64 = sqlx::query_scalar("select units from holds where account_id = $1")
        .bind(from.uuid())
        .fetch_one(&world.ctx.db)
        .await
        .unwrap();
    assert_eq!(left, 2);
    assert_eq!(world.units(offer).await.unwrap().held, 3);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_database_refuses_fails_alone() {
    let world = World::start().await;
    let offer = world.offer(9, 0).await;
    let shoppers: [AccountId; 3] = std::array::from_fn(|_| world.clock.id());
    let asks = shoppers.map(|shopper| {
        let order = world.order(shopper, "a", offer, 1, COD);
        crate::wire::read_place(world.clock.id(), order).unwrap()
    });
    let [first, mut odd, last] = asks;
    // Postgres takes no NUL in a text.
    odd.key.push('\0');
    let asks = [first, odd, last].map(|place| (world.session, Ask::Place(Box::new(place))));
    let deadline = Instant::now() + PATIENCE;
    let told = world.ctx.intake.ask_all(asks.into(), deadline).await;
    let became = |at: usize| told[at].as_ref().map(|decided| decided.answer.clone());
    assert!(matches!(became(0), Ok(Answer::Placed(_))));
    assert_eq!(became(1).unwrap_err().code, "internal");
    assert!(matches!(became(2), Ok(Answer::Placed(_))));
    assert_eq!(world.units(offer).await.unwrap().sold, 2);
    placed(&world.place_one(shoppers[1], "a", offer).await);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gave_up_on_a_lost_answer_finds_their_order_although_all_is_sold() {
    let (world, proxy) = World::start_behind_a_proxy().await;
    let (gone, left) = (world.offer(1, 0).await, world.offer(1, 0).await);
    let (first, unsure): (AccountId, AccountId) = (world.clock.id(), world.clock.id());
    placed(&world.place_one(first, "a", gone).await);
    world.until_the_gate_answers(&proxy, gone).await;

    let wanted = || world.order(unsure, "the-lost-answer", left, 1, COD);
    proxy.lose_commit_of("the-lost-answer");
    eventually("the answer is lost", PATIENCE, || async {
        // Time for one try, and never for a second one.
        let soon = Instant::now() + Duration::from_millis(90);
        let told = world.ask(wanted(), soon).await;
        assert_eq!(told.unwrap_err().code, "busy");
        proxy.lost_it().then_some(())
    })
    .await;
    // The other offer is gone too. The gate must not say so to the one who has its unit.
    world.until_the_gate_answers(&proxy, left).await;
    let repeat = world.place(vec![wanted()]).await.remove(0);
    assert!(repeat.replayed);
    assert_eq!(placed(&repeat).account_id, unsure.to_string());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sold_out_is_answered_without_the_database_and_a_returned_unit_reopens() {
    let (world, proxy) = World::start_behind_a_proxy().await;
    let offer = world.offer(1, 0).await;
    let winner: AccountId = world.clock.id();
    let order = placed(&world.place_one(winner, "a", offer).await).clone();
    world.until_the_gate_answers(&proxy, offer).await;
    let again = world.place_one(winner, "a", offer).await;
    assert_eq!(placed(&again), &order);
    assert_eq!(code(&world.place_one(winner, "b", offer).await), "sold_out");

    let shopper = Actor {
        account_id: winner.to_string(),
        ..Actor::default()
    };
    let cancel = wire::CancelOrder {
        order_id: order.order_id.clone(),
        reason: String::new(),
    };
    world.bus.ask(&shopper, &cancel).await.unwrap();
    let next: AccountId = world.clock.id();
    placed(&world.place_one(next, "a", offer).await);
    world.until_the_gate_answers(&proxy, offer).await;
    let again = world.place_one(winner, "a", offer).await;
    assert!(again.replayed, "cancelled, and still the key's order");

    // All connections break: the database is not needed to say this.
    proxy.shut().await;
    let loser = world.order(world.clock.id(), "a", offer, 1, COD);
    let told = world.ask(loser, Instant::now() + PATIENCE).await;
    let Ok(Answer::PlaceRefused(refused)) = told.map(|decided| decided.answer) else {
        panic!("sold out")
    };
    assert_eq!(
        refused.to_string(),
        format!("sold out: 0 left of offer {offer}")
    );
    world.lifecycle.stop(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_of_the_shard_knows_who_ordered_before() {
    let world = World::start().await;
    let offer = world.offer(2, 0).await;
    let shoppers: Vec<AccountId> = (0..3).map(|_| world.clock.id()).collect();
    let first = placed(&world.place_one(shoppers[0], "a", offer).await).clone();
    let (settings, config) = (testing::settings(&world.nats), world.config());
    let lifecycle = Lifecycle::default();
    let next = crate::start(&settings, config, world.clock.clone(), lifecycle.clone())
        .await
        .unwrap();
    assert!(world.lifecycle.stop(PATIENCE).await, "the first one goes");

    let second = placed(&world.place_one(shoppers[1], "a", offer).await).clone();
    for _ in 0..20 {
        assert_eq!(
            code(&world.place_one(shoppers[2], "a", offer).await),
            "sold_out"
        );
        for (shopper, order) in [(shoppers[0], &first), (shoppers[1], &second)] {
            let again = world.place_one(shopper, "a", offer).await;
            assert_eq!(placed(&again), order);
        }
    }
    World {
        ctx: next,
        lifecycle,
        ..world
    }
    .finish()
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_has_not_noticed_yet_places_no_order_that_the_next_one_refuses() {
    let world = World::start().await;
    let offer = world.offer(1, 0).await;
    let lifecycle = Lifecycle::default();
    let next = crate::start(
        &testing::settings(&world.nats),
        world.config(),
        world.clock.clone(),
        lifecycle.clone(),
    )
    .await
    .unwrap();
    // Somebody has the offer; meanwhile the same order comes to both.
    let url = world.database.expose_secret();
    let mut conn = PgConnection::connect(url).await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    sqlx::query("select 1 from offers where id = $1 for update")
        .bind(offer.uuid())
        .execute(&mut *tx)
        .await
        .unwrap();
    let order = world.order(world.clock.id(), "key", offer, 1, COD);
    let until = Instant::now() + PATIENCE;
    let ask = |ctx: &Ctx| {
        let place = crate::wire::read_place(world.clock.id(), order.clone()).unwrap();
        let (intake, session) = (ctx.intake.clone(), world.session);
        let ask = Ask::Place(Box::new(place));
        world
            .lifecycle
            .spawn(async move { intake.ask(session, ask, until).await })
    };
    let both = [ask(&world.ctx), ask(&next)];
    eventually("both wait for the offer", PATIENCE, || async {
        let mut watch = PgConnection::connect(url).await.unwrap();
        let sql = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
        let waiting: i64 = sqlx::query_scalar(sql).fetch_one(&mut watch).await.unwrap();
        (waiting == 2).then_some(())
    })
    .await;
    tx.rollback().await.unwrap();
    let mut answers = Vec::new();
    for asked in both {
        let told = asked.await.unwrap().unwrap();
        answers.push((
            told.order().map(|order| order.id),
            matches!(told.answer, Answer::Replayed(_)),
        ));
    }
    answers.sort_by_key(|(_, replayed)| *replayed);
    assert_eq!((answers[0].1, answers[1].1), (false, true), "{answers:?}");
    assert!(
        answers[0].0.is_some() && answers[0].0 == answers[1].0,
        "{answers:?}"
    );
    assert!(lifecycle.stop(PATIENCE).await);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_or_is_too_late_is_told_busy_at_once() {
    let world = World::start().await;
    let nothing = || {
        let order: OrderId = world.clock.id();
        (world.session, Ask::Expire { order })
    };
    let many: Vec<_> = (0..20_000).map(|_| nothing()).collect();
    let told = world
        .ctx
        .intake
        .ask_all(many, Instant::now() + PATIENCE)
        .await;
    let (mut unknown, mut busy) = (0, 0);
    for told in told {
        match told {
            Ok(decided) => {
                assert_eq!(decided.answer, Answer::Unknown);
                unknown += 1;
            }
            Err(refusal) => {
                assert_eq!(
                    (refusal.code.as_str(), refusal.retry_after_seconds),
                    ("busy", 1)
                );
                busy += 1;
            }
        }
    }
    assert!(
        unknown >= 4_096 && busy > 0,
        "{unknown} decided, {busy} busy"
    );

    let (session, ask) = nothing();
    let told = world.ctx.intake.ask(session, ask, Instant::now()).await;
    assert_eq!(told.unwrap_err().code, "busy");
    world.finish().await;
}
