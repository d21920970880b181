//! `kill -9` of the database of orders in the middle of a rush: nothing is lost, nothing doubled, and whoever repeats
//! a key gets their own order, never *sold out*.

use std::{
    collections::{HashMap, HashSet},
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
};

use chassis::local::{LocalPostgres, PostgresOptions};
use phien_tests::{
    api::number,
    shopper::{self, Settled},
    world::{Person, Stage, World},
};
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

const BUYERS: u32 = 800;
const UNITS: u16 = 500;
/// Orders under way at a time: few enough for many batches.
const AT_ONCE: usize = 40;
/// It is killed when so many have their answer: while the units go, and when they have gone.
const KILLS: [usize; 4] = [100, 250, 400, 600];

/// A cluster that only this test uses, and may kill.
pub(crate) struct Cluster {
    options: PostgresOptions,
    pub(crate) folder: PathBuf,
}

impl Cluster {
    pub(crate) fn new() -> Self {
        let process = std::process::id();
        let folder = std::env::temp_dir().join(format!("phien-test-postgres-{process}"));
        // Below the ports that are lent to outgoing connections.
        let first = 20_000 + u16::try_from(process % 10_000).unwrap();
        let port = (first..32_000)
            .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .unwrap();
        // What was answered must be there after a kill: without this, Postgres may answer before it has written.
        let durable = true;
        let options = PostgresOptions {
            data_dir: folder.join("data"),
            port,
            durable,
        };
        Self { options, folder }
    }

    pub(crate) async fn start(&self) -> LocalPostgres {
        LocalPostgres::start(self.options.clone()).await.unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

async fn buy(sale: &Stage, number: usize, person: &Person) -> Settled {
    let method = if number.is_multiple_of(3) {
        "cod"
    } else {
        "vietqr"
    };
    let (key, body) = (format!("once-{number}"), sale.cart(1, method));
    shopper::order(&person.api, &key, &body).await.unwrap().0
}

/// Everybody buys, so many at a time, and asks again until there is an answer that settles it.
async fn everybody_buys(
    sale: &Arc<Stage>,
    people: &Arc<Vec<Person>>,
    settled: &watch::Sender<usize>,
) -> HashMap<usize, Settled> {
    let mut rush = JoinSet::new();
    for first in 0..AT_ONCE {
        let (sale, people, settled) = (Arc::clone(sale), Arc::clone(people), settled.clone());
        rush.spawn(async move {
            let mut answers = Vec::new();
            for number in (first..people.len()).step_by(AT_ONCE) {
                answers.push((number, buy(&sale, number, &people[number]).await));
                settled.send_modify(|count| *count += 1);
            }
            answers
        });
    }
    rush.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_their_own_order_or_sold_out_and_the_books_hold() {
    let cluster = Cluster::new();
    let mut postgres = cluster.start().await;
    let world = World::start_with_orders_at(&postgres.admin_url()).await;
    let sale = Arc::new(world.stage(UNITS.into(), 0).await);
    let people = Arc::new(world.people(BUYERS).await);

    let (settled, mut progress) = watch::channel(0);
    let kill = async {
        for count in KILLS {
            progress
                .wait_for(|settled| *settled >= count)
                .await
                .unwrap();
            postgres.kill().await.unwrap();
            postgres = cluster.start().await;
        }
        postgres
    };
    let (answers, postgres) = tokio::join!(everybody_buys(&sale, &people, &settled), kill);

    assert_eq!(answers.len(), BUYERS as usize);
    let told: HashSet<String> = answers
        .values()
        .filter_map(|answer| answer.order_id().map(str::to_owned))
        .collect();
    assert_eq!(told.len(), usize::from(UNITS), "each unit, to one buyer");
    let sold_out = Settled::Refused {
        status: 409,
        code: "sold_out".into(),
    };
    for answer in answers.values() {
        assert!(answer.order_id().is_some() || *answer == sold_out);
    }

    // Whoever asks again hears the same.
    let (again, _) = watch::channel(0);
    for (number, repeat) in everybody_buys(&sale, &people, &again).await {
        let first = &answers[&number];
        assert_eq!(repeat.order_id(), first.order_id());
        assert!(
            !matches!(
                repeat,
                Settled::Placed {
                    replayed: false,
                    ..
                }
            ),
            "{number} was placed twice"
        );
    }

    let units = sale.units().await;
    assert_eq!(
        (number(&units, "allotted"), number(&units, "left")),
        (i64::from(UNITS), 0)
    );
    assert_eq!(
        number(&units, "awaiting") + number(&units, "sold"),
        i64::from(UNITS)
    );
    let mut orders = world.database("orders").await;
    let stored: Vec<(Uuid, Uuid, String)> =
        sqlx::query_as("select id, account_id, key from orders")
            .fetch_all(&mut orders)
            .await
            .unwrap();
    let ids: HashSet<String> = stored
        .iter()
        .map(|(id, _, _)| format!("ord_{}", id.simple()))
        .collect();
    assert_eq!(ids, told, "what was acknowledged is what is stored");
    let keys: HashSet<_> = stored
        .iter()
        .map(|(_, account, key)| (account, key))
        .collect();
    assert_eq!(keys.len(), stored.len(), "one key, one order");
    drop(orders);
    world.finish().await;
    postgres.stop().await.unwrap();
}
