//! Compiles the protobuf files without protoc, and keeps their descriptors for readers that decode by name.

use std::path::PathBuf;

use anyhow::Context as _;
use prost::Message as _;

const FILES: [&str; 5] = [
    "phien/common/v1/common.proto",
    "phien/catalogue/v1/catalogue.proto",
    "phien/livestream/v1/livestream.proto",
    "phien/orders/v1/orders.proto",
    "phien/feed/v1/feed.proto",
];

fn main() -> anyhow::Result<()> {
    println!("cargo::rerun-if-changed=phien");
    let descriptors = protox::compile(FILES, ["."]).context("compiling the contract")?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").context("cargo sets OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    prost_build::Config::new()
        .enable_type_names()
        .bytes(["."])
        .btree_map(["."])
        // Answers of one message stand in a row: whoever is refused would take the room of an order.
        .boxed(".phien.orders.v1.PlacedOrder.result.order")
        .compile_fds(descriptors)
        .context("generating the message types")?;
    Ok(())
}
