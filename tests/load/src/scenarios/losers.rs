//! A hundred units, everybody wants one.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use anyhow::Context as _;
use chassis::id::{Id as _, OfferId, OrderId};

use crate::{
    bench::Bench,
    checks::Shop,
    http,
    work::{self, Orders},
};

const UNITS: i64 = 100;

/// Nearly everybody comes too late; exactly so many are sold, and each winner who asks again hears of their own order.
///
/// # Errors
/// When something is refused that must not be, or breaks.
pub(crate) async fn run(bench: &mut Bench, repetition: u32) -> anyhow::Result<()> {
    let stage = bench
        .market
        .stage(&format!("Trăm hộp {repetition}"), 1, UNITS)
        .await?;
    let mut shop = Shop::new(stage);
    let work = Orders::new("/v1/orders", &bench.market, &shop.stage)?.for_losers();
    // What the orders before left to tidy is no work of those who come too late.
    bench.stack.settle().await?;
    let (work, outcome) = bench.measure("losers", bench.args.conns, work).await?;
    shop.told(&work, &outcome);
    bench.report.rate_over("losers_over_echo", "losers", "echo");
    let offer: OfferId = shop.stage.offers[0].1.parse()?;
    let mut orders = bench.stack.database("orders").await?;
    let sold: i64 = sqlx::query_scalar("select sold + awaiting from offers where id = $1")
        .bind(offer.uuid())
        .fetch_one(&mut orders)
        .await?;
    let (won, what) = (
        outcome.count(201),
        format!("losers {repetition}: exactly {UNITS} sold"),
    );
    let right = sold == UNITS && won == u64::try_from(UNITS)?;
    bench.report.check(
        what,
        (!right).then(|| format!("{sold} by the database, {won} by what clients were told")),
    );
    let address = bench.stack.address();
    let wrong =
        tokio::task::spawn_blocking(move || repeat_all(address, work.winners.unwrap_or_default()))
            .await??;
    bench.report.check(
        format!("losers {repetition}: each winner's repeat is answered by the winner's order"),
        wrong,
    );
    shop.check(
        &format!("losers {repetition}"),
        &bench.stack,
        &mut bench.report,
    )
    .await
}

/// Sends every winner's request again; what is wrong with the answers.
fn repeat_all(
    address: SocketAddr,
    winners: Vec<(Vec<u8>, OrderId)>,
) -> anyhow::Result<Option<String>> {
    for (request, won) in winners {
        let (status, body) = ask(address, &request)?;
        let again = work::order_id(&body);
        if status != 200 || again != Some(won) {
            return Ok(Some(format!("{status} for the key of {won}")));
        }
    }
    Ok(None)
}

/// One request on a connection of its own.
fn ask(address: SocketAddr, request: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request)?;
    let (mut bytes, mut some) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut some)?;
        bytes.extend_from_slice(
            some.get(..count)
                .filter(|some| !some.is_empty())
                .context("closed before an answer")?,
        );
        if let Some(answer) = http::answer(&bytes)? {
            return Ok((answer.status, bytes[answer.body].to_vec()));
        }
    }
}
