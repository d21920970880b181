//! `make chaos` in short: every part of a Phiên of real processes is killed, stopped, cut off or made to forget, under
//! load; then what clients were told is compared with the books.

use std::{net::TcpListener, time::Duration};

use phien_chaos::{
    chaos::{self, Plan},
    load::Amount,
    stack::Options,
};

/// Always the same faults; `make chaos` draws others.
const SEED: u64 = 20_261_124;

/// Enough free ports in a row, below those that are lent to outgoing connections.
fn ports() -> u16 {
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).expect("below 10,000");
    let free =
        |port: &u16| (*port..*port + 20).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    (first..32_000).find(free).expect("free ports")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_whatever_breaks() {
    let program = std::path::PathBuf::from(env!("CARGO_BIN_EXE_phien"));
    let data = std::env::temp_dir().join(format!("phien-test-chaos-{}", std::process::id()));
    let plan = Plan {
        seed: SEED,
        long: Duration::from_secs(30),
        longest_fault: Duration::from_secs(3),
        // Without optimisation, on a machine that runs other tests too.
        recovery: Duration::from_mins(1),
        amount: Amount {
            shoppers: 40,
            rate: 60.0,
            sessions: 2,
            show: Duration::from_secs(12),
            viewers: 1,
            patient: false,
        },
        options: Options {
            data: data.clone(),
            port: ports(),
            first: program.clone(),
            program,
            nats_disk: Some(128),
        },
    };
    let summary = chaos::run(plan).await.unwrap();
    print!("{}", summary.words());
    println!("{}", summary.line);
    assert!(summary.holds(), "the run's logs are in {}", data.display());
    assert!(summary.figures.acknowledged > 100, "hardly any order");
    std::fs::remove_dir_all(&data).unwrap();
}
