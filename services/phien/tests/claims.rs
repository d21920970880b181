//! Claims by comment while every process of orders, and NATS, is killed again and again.

use std::net::TcpListener;

use phien_chaos::{claims, stack::Options};

/// Enough free ports in a row, below those that are lent to outgoing connections.
fn ports() -> u16 {
    let first = 12_000 + u16::try_from(std::process::id() % 7_000).expect("below 7,000");
    let free =
        |port: &u16| (*port..*port + 20).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    (first..19_900).find(free).expect("free ports")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_claim_is_lost_or_doubled_while_orders_and_nats_are_killed() {
    let program = std::path::PathBuf::from(env!("CARGO_BIN_EXE_phien"));
    let data = std::env::temp_dir().join(format!("phien-test-claims-{}", std::process::id()));
    let options = Options {
        data: data.clone(),
        port: ports(),
        first: program.clone(),
        program,
        nats_disk: None,
        keys: true,
    };
    let outcome = claims::run(options, 150, 40).await.unwrap();
    println!("{outcome:?}");
    assert_eq!(outcome.accepted, 450);
    std::fs::remove_dir_all(&data).unwrap();
}
