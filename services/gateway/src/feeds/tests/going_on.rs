//! Cuts, losses and slowness: a client goes on where it was, or is told that it cannot.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use prost::Message as _;
use proto::{
    contract::feed_subject,
    feed::v1::{Feed, feed::Of},
    livestream::v1::Comment,
};

use super::{
    client::Client,
    world::{World, nobody, room, session},
};

#[tokio::test]
async fn a_client_that_is_cut_again_and_again_sees_each_event_once_on_any_gateway() {
    let world = World::start().await;
    let gateways = [world.gateway().await, world.gateway().await];
    for _ in 0..3 {
        world.comment().await;
    }
    world.sell().await;
    let mut client = Client::come(&gateways[0]).await;
    let first = client.next().await;
    assert_eq!(first.kind, "snapshot");
    assert_eq!(first.data["room"]["session"]["title"], "Chợ phiên");
    assert_eq!((client.last_comment, client.units_version), (Some(3), 1));
    for cut in 0..12_usize {
        // One is committed but not said yet when the client comes back: a snapshot would hold it.
        world.commit();
        client.come_back(&gateways[cut % 2]).await;
        world.relay().await;
        for _ in 0..3 {
            world.comment().await;
            world.sell().await;
        }
        let (comments, sold) = (4 * (cut as u64 + 1) + 3, 3 * (cut as u64 + 1) + 1);
        // Cut in the middle, sometimes.
        let seen = comments - u64::from(cut % 3 == 0);
        client
            .until("all that was said", |client| {
                client.last_comment >= Some(seen) && client.units_version >= sold - 1
            })
            .await;
        assert!(client.last_comment <= Some(comments));
    }
    client
        .until("everything", |client| {
            client.last_comment == Some(51) && client.units_version == 37
        })
        .await;
    assert_eq!(
        (client.snapshots, client.resets),
        (1, 0),
        "it never had to start anew"
    );
}

#[tokio::test]
async fn a_snapshot_that_is_ahead_of_the_stream_is_gone_on_from() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    world.comment().await;
    world.commit();
    world.commit();
    let mut client = Client::come(&rooms).await;
    client.next().await;
    assert_eq!(
        client.last_comment,
        Some(3),
        "the owner has committed two more than the stream has"
    );
    client.come_back(&rooms).await;
    world.relay().await;
    world.comment().await;
    client
        .until("the next", |client| client.last_comment == Some(4))
        .await;
    assert_eq!(client.snapshots, 1);
}

#[tokio::test]
async fn a_lost_stream_resets_everybody() {
    let mut world = World::start().await;
    let rooms = world.gateway().await;
    world.comment().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    world.comment().await;
    client
        .until("the second", |client| client.last_comment == Some(2))
        .await;
    let before = client.last_id.clone().unwrap();
    // Streams in memory do not survive; what was committed but not said meanwhile is said later.
    world.commit();
    world.nats.restart().await.unwrap();
    client
        .until("a new start", |client| client.snapshots == 2)
        .await;
    assert_eq!((client.resets, client.last_comment), (1, Some(3)));
    world.relay().await;
    world.comment().await;
    client
        .until("what comes after", |client| client.last_comment == Some(4))
        .await;
    // An id of the lost stream.
    let mut late = Client::of(
        rooms
            .watch_session(session(), false, nobody(Some(before)))
            .await
            .unwrap(),
    );
    assert_eq!(late.next().await.kind, "reset");
    assert_eq!(late.next().await.kind, "snapshot");
    late.until("the fourth, by the snapshot or after it", |late| {
        late.last_comment == Some(4)
    })
    .await;
}

#[tokio::test]
async fn an_event_that_the_stream_lost_resets_the_room() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    world.comment().await;
    let mut client = Client::come(&rooms).await;
    client.next().await;
    world.comment().await;
    client
        .until("the second", |client| client.last_comment == Some(2))
        .await;
    world.commit();
    world.said.fetch_add(1, Ordering::Relaxed);
    world.comment().await;
    client
        .until("a new start", |client| {
            client.resets == 1 && client.last_comment == Some(4)
        })
        .await;
    world.comment().await;
    client
        .until("the fifth", |client| client.last_comment == Some(5))
        .await;
}

#[tokio::test]
async fn a_slow_viewer_gets_every_event_and_the_newest_state_or_starts_anew() {
    let world = World::start().await;
    let rooms = world.gateway().await;
    let mut slow = Client::come(&rooms).await;
    slow.next().await;
    let mut quick = Client::come(&rooms).await;
    // Slow: it is not written to while all this happens.
    for _ in 0..50 {
        world.comment().await;
        world.sell().await;
    }
    quick
        .until("all", |client| {
            client.last_comment == Some(50) && client.units_version == 50
        })
        .await;
    let mut states = 0;
    while slow.last_comment != Some(50) || slow.units_version != 50 {
        states += u32::from(slow.next().await.kind == "units");
    }
    assert_eq!((states, slow.resets), (1, 0), "only the newest");
    // Too slow: it falls out of the log.
    let mut acks = Vec::new();
    for seq in 51..=2_200 {
        let of = Of::Comment(Comment {
            session_id: session().to_string(),
            seq,
            ..Comment::default()
        });
        let subject = feed_subject(&room(), &of);
        acks.push(
            world
                .owner
                .jetstream()
                .publish(subject, Feed { of: Some(of) }.encode_to_vec().into())
                .await
                .unwrap(),
        );
    }
    join_all(acks.into_iter().map(IntoFuture::into_future)).await;
    world.owners.comments.store(2_200, Ordering::Relaxed);
    world.said.store(2_200, Ordering::Relaxed);
    quick
        .until("all, if need be anew", |client| {
            client.last_comment == Some(2_200)
        })
        .await;
    slow.until("a new start", |client| client.last_comment == Some(2_200))
        .await;
    assert_eq!(slow.resets, 1);
    world.comment().await;
    slow.until("the next", |client| client.last_comment == Some(2_201))
        .await;
    assert_eq!(slow.resets, 1);
}
