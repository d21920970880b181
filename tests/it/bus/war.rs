//! A war of bank words: repeated, out of order, too late, too little, too much, forged. The money is what the bank moved.

use std::time::Instant;

use chassis::testing::eventually;
use chrono::TimeDelta;
use futures_util::{StreamExt as _, stream};
use phien_tests::{
    api::{number, text},
    market::{SOON, transfer},
    world::{Person, SEPAY_KEY, Stage, World},
};
use rand::{RngExt as _, rngs::StdRng, seq::SliceRandom as _};
use serde_json::Value;

use super::random;

/// Of one unit, đồng.
const DUE: i64 = 36_000;

/// One order, and what the bank and others say of it.
struct Case {
    number: usize,
    person: Person,
    order: Value,
    /// In time: amounts of different transfers.
    in_time: Vec<i64>,
    late: Vec<i64>,
    /// A word with a wrong key, of the whole sum.
    forged: bool,
    /// A transfer without any code.
    unmatched: bool,
}

/// One word: whether it is before or after the time is up, its key, its body.
struct Word {
    late: bool,
    key: &'static str,
    body: Value,
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_cases_of_bank_words() {
    war(200).await;
}

#[ignore = "two thousand orders take minutes"]
#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_cases_of_bank_words() {
    war(2_000).await;
}

async fn war(cases: usize) {
    let mut random = random();
    let world = World::start().await;
    let stage = world.stage(i64::try_from(cases).unwrap(), 0).await;
    let people = world.people(u32::try_from(cases).unwrap()).await;
    let began = Instant::now();
    let orders: Vec<(usize, Person, Value)> = stream::iter(people.into_iter().enumerate())
        .map(|(number, person)| {
            let stage = &stage;
            async move {
                let order = stage.order(&person, "o", 1, "vietqr").await;
                (number, person, order)
            }
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let cases: Vec<Case> = orders
        .into_iter()
        .map(|(number, person, order)| case(&mut random, number, person, order))
        .collect();
    let mut words: Vec<Word> = cases
        .iter()
        .flat_map(|case| words(&mut random, &stage, case))
        .collect();
    words.shuffle(&mut random);

    let (late, in_time): (Vec<Word>, Vec<Word>) = words.into_iter().partition(|word| word.late);
    let spoken = say(&world, in_time).await;
    judged(&world).await;
    world.clock.advance(TimeDelta::seconds(601));
    eventually("nobody is waited for", SOON, || async {
        (number(&stage.units().await, "awaiting") == 0).then_some(())
    })
    .await;
    let spoken = spoken + say(&world, late).await;
    judged(&world).await;

    let (mut paid, mut expired) = (0, 0);
    for case in &cases {
        if ends_as_it_should(case).await {
            paid += 1;
        } else {
            expired += 1;
        }
    }
    conserved(&world, &cases).await;
    let units = stage.units().await;
    assert_eq!(
        (number(&units, "sold"), number(&units, "left")),
        (paid, expired)
    );
    println!(
        "{} cases, {spoken} words in {:?}: {paid} paid, {expired} expired; money conserved",
        cases.len(),
        began.elapsed()
    );
    world.finish().await;
}

fn case(random: &mut StdRng, number: usize, person: Person, order: Value) -> Case {
    let (in_time, late) = match random.random_range(0..9) {
        0 => (vec![DUE], vec![]),
        1 => (vec![DUE / 3, DUE - DUE / 3], vec![]),
        2 => (vec![random.random_range(1..DUE)], vec![]),
        3 => (vec![DUE + random.random_range(1..DUE)], vec![]),
        4 => (vec![DUE, DUE], vec![]),
        5 => (vec![], vec![DUE]),
        6 => (vec![random.random_range(1..DUE)], vec![DUE]),
        7 => (vec![DUE], vec![random.random_range(1..DUE)]),
        _ => (vec![], vec![]),
    };
    let (forged, unmatched) = (random.random_bool(0.3), random.random_bool(0.1));
    Case {
        number,
        person,
        order,
        in_time,
        late,
        forged,
        unmatched,
    }
}

/// Each transfer is told one to four times; a late one perhaps in time too, by somebody without the key.
fn words(random: &mut StdRng, stage: &Stage, case: &Case) -> Vec<Word> {
    let account = &stage.producer.account_no;
    let code = text(&case.order["payments"][0], "payment_code");
    let mut words = Vec::new();
    for (late, amounts) in [(false, &case.in_time), (true, &case.late)] {
        for (index, amount) in amounts.iter().enumerate() {
            let body = transfer(
                &format!("FT{}-{late}-{index}", case.number),
                account,
                *amount,
                &code,
            );
            for _ in 0..random.random_range(1..=4) {
                words.push(Word {
                    late,
                    key: SEPAY_KEY,
                    body: body.clone(),
                });
            }
            if !late && random.random_bool(0.3) {
                // The bank repeats itself after the time is up.
                words.push(Word {
                    late: true,
                    key: SEPAY_KEY,
                    body,
                });
            }
        }
    }
    if case.forged {
        let body = transfer(&format!("forged-{}", case.number), account, DUE, &code);
        words.push(Word {
            late: random.random(),
            key: "somebody's key",
            body,
        });
    }
    if case.unmatched {
        let body = transfer(
            &format!("lost-{}", case.number),
            account,
            DUE,
            "chuyen tien",
        );
        words.push(Word {
            late: random.random(),
            key: SEPAY_KEY,
            body,
        });
    }
    words
}

async fn say(world: &World, words: Vec<Word>) -> usize {
    let count = words.len();
    stream::iter(words)
        .for_each_concurrent(16, |word| async move {
            let reply = world.api.webhook(word.key, &word.body).await.unwrap();
            assert_eq!(reply.is_ok(), word.key == SEPAY_KEY, "{}", reply.text);
        })
        .await;
    count
}

async fn judged(world: &World) {
    eventually("every word is judged", SOON, || async {
        let mut conn = world.database("orders").await;
        let pending: i64 =
            sqlx::query_scalar("select count(*) from bank_entries where outcome = 'pending'")
                .fetch_one(&mut conn)
                .await
                .unwrap();
        (pending == 0).then_some(())
    })
    .await;
}

/// Paid or expired, never both, and what came in stands there; true when it is paid.
async fn ends_as_it_should(case: &Case) -> bool {
    let path = format!("/v1/orders/{}", text(&case.order, "order_id"));
    let order = case.person.api.get(&path).await.unwrap().ok().unwrap();
    let payment = &order["payments"][0];
    let in_time: i64 = case.in_time.iter().sum();
    let received = in_time + case.late.iter().sum::<i64>();
    let seen = format!(
        "case {}: {:?} in time, {:?} late: {order}",
        case.number, case.in_time, case.late
    );
    assert_eq!(number(payment, "amount_received"), received, "{seen}");
    let paid = in_time >= DUE;
    assert_eq!(
        order["state"],
        if paid { "confirmed" } else { "expired" },
        "{seen}"
    );
    let allowed: &[&str] = match (paid, received) {
        (true, DUE) => &["exact"],
        (true, _) => &["over"],
        (false, 0) => &["none"],
        (false, _) => &["late", "refund_due"],
    };
    assert!(
        allowed.contains(&payment["state"].as_str().unwrap_or_default()),
        "{seen}"
    );
    paid
}

/// What the bank moved is what was matched and what waits for a person; of what was matched, a part is owed back.
async fn conserved(world: &World, cases: &[Case]) {
    let moved: i64 = cases
        .iter()
        .map(|case| case.in_time.iter().chain(&case.late).sum::<i64>())
        .sum();
    let lost = DUE * i64::try_from(cases.iter().filter(|case| case.unmatched).count()).unwrap();
    let mut conn = world.database("orders").await;
    let (all, matched, unmatched): (i64, i64, i64) = sqlx::query_as(
        "select coalesce(sum(amount), 0)::bigint, coalesce(sum(amount) filter (where payment_id is not null), 0)::bigint,
                coalesce(sum(amount) filter (where outcome = 'unmatched'), 0)::bigint from bank_entries",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!((all, matched, unmatched), (moved + lost, moved, lost));
    let (received, sold, owed): (i64, i64, i64) = sqlx::query_as(
        "select sum(p.amount_received)::bigint,
                coalesce(sum(p.amount_due) filter (where o.state = 'confirmed'), 0)::bigint,
                coalesce(sum(p.amount_received - case when o.state = 'confirmed' then p.amount_due else 0 end), 0)::bigint
         from payments p join orders o on o.id = p.order_id",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(received, sold + owed);
    assert_eq!(received, matched);
    println!(
        "{all} ₫ moved = {sold} ₫ for goods + {owed} ₫ to give back + {unmatched} ₫ unmatched"
    );
}
