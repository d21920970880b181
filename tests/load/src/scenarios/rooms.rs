//! Viewers of a session, alone and while orders come in; and the same crowd on socket.io.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;

use crate::{
    bench::{Bench, load},
    checks,
    client::Pace,
    report::Figure,
    socketio,
    viewers::{Room, Server, Watched},
    work::Orders,
};

/// People who comment in turn.
const SPEAKERS: usize = 2_000;
/// About as long as a crowd comes in and warms up.
const ORDERS_WARM: Duration = Duration::from_secs(6);
/// Longer than that may differ from a crowd to the next.
const ORDERS_GO_ON: Duration = Duration::from_secs(5);
const CROWD_OF_SOCKETIO: usize = 5_000;
/// The same crowd on the gateway.
const OURS: &str = "viewers 5000";

/// Each crowd in turn, the largest also while orders come at half the rate that was measured last.
///
/// # Errors
/// When a crowd cannot come in.
pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    // They are alone: what the orders before left to tidy is done with.
    bench.stack.settle().await?;
    for viewers in [1_000, 5_000, 10_000] {
        let watched = alone(bench, viewers).await?;
        add(bench, &format!("viewers {viewers}"), &watched);
        match viewers {
            1_000 => bench
                .report
                .ratio("viewers_1k_p99_ms", watched.outcome.stored.p99_ms),
            10_000 => {
                bench
                    .report
                    .ratio("viewers_10k_p99_ms", watched.outcome.stored.p99_ms);
                bench
                    .report
                    .ratio("bytes_per_viewer", watched.bytes_per_viewer);
                let lost =
                    u32::try_from(watched.outcome.lost + u64::try_from(watched.outcome.cut)?)
                        .unwrap_or(u32::MAX);
                bench.report.ratio("viewers_10k_lost", lost.into());
            }
            _ => {}
        }
    }
    if let Some(peak) = bench.report.latest("orders@4").map(|figure| figure.rate) {
        with_orders(bench, peak / 2.0).await?;
    }
    Ok(())
}

/// The same crowd on the gateway and on socket.io.
///
/// # Errors
/// When a crowd cannot come in.
pub(crate) async fn against_socketio(bench: &mut Bench) -> anyhow::Result<()> {
    let server = match &bench.socketio {
        Some(Ok(server)) => server.clone(),
        Some(Err(why)) => {
            println!("  not compared with socket.io: {why}");
            return Ok(());
        }
        None => return Ok(()),
    };
    let mut ours = bench.report.latest(OURS).cloned();
    if ours.is_none() {
        let watched = alone(bench, CROWD_OF_SOCKETIO).await?;
        add(bench, OURS, &watched);
        ours = bench.report.latest(OURS).cloned();
    }
    let ours = ours.context("nobody watched")?;
    let address: SocketAddr = ([127, 0, 0, 1], bench.stack.free_port() + 1).into();
    let theirs = socketio::fan_out(
        &server,
        address,
        CROWD_OF_SOCKETIO,
        bench.seconds(),
        &bench.stack.meter(),
    )
    .await?;
    add(bench, "socket.io 5000", &theirs);
    bench.report.ratio(
        "socketio_per_cpu",
        ours.rate / ours.cores["gateway"] / theirs.per_cpu_second,
    );
    Ok(())
}

/// A crowd on a gateway that has just begun, so that its memory is the crowd's.
async fn alone(bench: &mut Bench, viewers: usize) -> anyhow::Result<Watched> {
    bench.stack.restart("gateway").await?;
    let (room, server) = room(bench)?;
    let watched = room
        .watched(viewers, bench.seconds(), server, &bench.stack.meter())
        .await
        .with_context(|| format!("{viewers} viewers"))?;
    checks::quiet(&bench.stack).await?;
    Ok(watched)
}

async fn with_orders(bench: &mut Bench, rate: f64) -> anyhow::Result<()> {
    const VIEWERS: usize = 10_000;
    bench.stack.restart("gateway").await?;
    let (room, server) = room(bench)?;
    let meter = bench.stack.meter();
    let pace = Pace {
        connections: 256,
        warm: ORDERS_WARM,
        measure: bench.seconds() + ORDERS_GO_ON,
        limit: Some(rate),
        manners: None,
        together: None,
    };
    let work = Orders::new("/v1/orders", &bench.market, &bench.shops["four"].stage)?;
    let orders = load(meter.clone(), bench.stack.address(), pace, work);
    let ((work, outcome), watched) = tokio::try_join!(
        orders,
        room.watched(VIEWERS, bench.seconds(), server, &meter)
    )?;
    bench.tell("four", &work, &outcome);
    add(bench, "viewers 10000 with orders", &watched);
    bench
        .report
        .add("orders@4 half with viewers", (&outcome).into());
    checks::quiet(&bench.stack).await?;
    Ok(())
}

fn room(bench: &Bench) -> anyhow::Result<(Room, Server)> {
    let session_id = bench.shops["four"]
        .stage
        .sessions
        .first()
        .context("no session")?
        .clone();
    let speakers = bench
        .market
        .shoppers
        .iter()
        .take(SPEAKERS)
        .map(|token| bench.market.organiser.holding(token))
        .collect();
    let server = Server {
        pid: bench.stack.pid("gateway"),
        name: "gateway",
    };
    Ok((
        Room {
            address: bench.stack.address(),
            session_id,
            speakers,
        },
        server,
    ))
}

fn add(bench: &mut Bench, name: &str, watched: &Watched) {
    let outcome = &watched.outcome;
    println!(
        "  {name}: {} lost, {} doubled, {} cut, {:.0} bytes a viewer",
        outcome.lost, outcome.doubled, outcome.cut, watched.bytes_per_viewer
    );
    bench.report.add(
        name,
        Figure {
            rate: watched.deliveries_per_second,
            p50_ms: outcome.stored.p50_ms,
            p99_ms: outcome.stored.p99_ms,
            cores: watched.cores.clone(),
            answers: std::collections::BTreeMap::new(),
        },
    );
}
