//! What the organiser reads afterwards, and what the demo was for: figures, counts, what agreed.

use std::collections::BTreeMap;

use chassis::money::Vnd;
use serde_json::Value;

use super::{Watched, check::Settled, prepare::Fair, tally::Tally};
use crate::api::{number, text};

/// Differences that are printed; more are counted.
const SHOWN: usize = 30;

/// Prints everything.
pub fn print(
    fair: &Fair,
    tally: &Tally,
    settled: &Settled,
    watched: &Watched,
    findings: &[String],
) {
    offers(fair, settled);
    totals(&settled.figures);
    counts(tally, settled);
    feeds(watched);
    println!();
    if findings.is_empty() {
        println!(
            "What {} clients were told is what the services hold.",
            fair.shoppers.len()
        );
        return;
    }
    println!("DIFFERENCES: {}", findings.len());
    for finding in findings.iter().take(SHOWN) {
        println!("  {finding}");
    }
}

/// A column's text, as wide as it is read: letters with marks are one wide.
fn wide(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length > width {
        return text.chars().take(width - 1).chain(['…']).collect();
    }
    format!("{text}{}", " ".repeat(width - length))
}

fn offers(fair: &Fair, settled: &Settled) {
    let figures: BTreeMap<String, &Value> = settled.figures["offers"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|offer| (text(offer, "offer_id"), offer))
        .collect();
    let units: BTreeMap<String, &Value> = settled
        .units
        .iter()
        .map(|units| (text(units, "offer_id"), units))
        .collect();
    println!("\nSố liệu của ban tổ chức / the organiser's figures");
    println!(
        "{} {} {:>9} {:>7} {:>5} {:>6} {:>14} {:>14}",
        wide("mã", 4),
        wide("mặt hàng / goods", 38),
        "mở bán",
        "đã bán",
        "trả",
        "đơn",
        "doanh thu",
        "thực thu"
    );
    println!(
        "{} {} {:>9} {:>7} {:>5} {:>6} {:>14} {:>14}",
        wide("code", 4),
        wide("", 38),
        "allotted",
        "sold",
        "back",
        "orders",
        "gross",
        "net"
    );
    for offer in &fair.offers {
        let of = |from: &BTreeMap<String, &Value>, field| {
            from.get(&offer.id).map_or(0, |value| number(value, field))
        };
        println!(
            "{} {} {:>9} {:>7} {:>5} {:>6} {:>14} {:>14}",
            wide(&offer.claim_code, 4),
            wide(&offer.title, 38),
            of(&units, "allotted"),
            of(&units, "sold"),
            of(&units, "given_back"),
            of(&figures, "orders"),
            Vnd::new(of(&figures, "gross")),
            Vnd::new(of(&figures, "net")),
        );
    }
}

fn totals(figures: &Value) {
    let count = |field: &str| number(figures, field).to_string();
    let money = |field: &str| Vnd::new(number(figures, field)).to_string();
    println!();
    for (vi, en, value) in [
        ("đơn đã đặt", "orders placed", count("orders")),
        ("sản phẩm", "units ordered", count("units")),
        ("doanh thu", "gross", money("gross")),
        (
            "doanh thu thực",
            "net of cancelled and expired",
            money("net"),
        ),
        (
            "đã chuyển khoản",
            "paid by transfer, shipping included",
            money("paid"),
        ),
        ("đơn đã huỷ", "cancelled", count("orders_cancelled")),
        ("đơn hết hạn", "expired unpaid", count("orders_expired")),
        ("còn chờ thanh toán", "still unpaid", money("unpaid")),
        (
            "độ trễ số liệu",
            "lag of these figures",
            format!("{} ms", number(figures, "lag_ms")),
        ),
    ] {
        println!("  {} {} {value:>16}", wide(vi, 20), wide(en, 36));
    }
}

fn counts(tally: &Tally, settled: &Settled) {
    let told = tally.told();
    println!("\nKhách được trả lời / what the shoppers were told");
    let line = |what: &str, count: u64| println!("  {} {count:>8}", wide(what, 56));
    line("đơn đã nhận / orders placed", told.orders.len() as u64);
    line(
        "trả lại đơn cũ / replayed: the same key, the same order",
        told.replayed,
    );
    line("gửi lặp / sent again", told.repeats);
    line("bị từ chối / refused", told.refused.values().sum());
    for (code, count) in &told.refused {
        line(&format!("  {code}"), *count);
    }
    let paid =
        |order: &&Value| order["state"] == "confirmed" && order["payment_method"] == "vietqr";
    line(
        "đơn đã trả tiền / orders paid by transfer",
        settled.orders.iter().filter(paid).count() as u64,
    );
    line("chuyển khoản / transfers told by the bank", told.transfers);
    line("  báo lặp / of them told again", told.told_again);
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in &settled.bank_entries {
        *outcomes
            .entry(entry["outcome"].as_str().unwrap_or_default())
            .or_default() += 1;
    }
    for (outcome, count) in outcomes {
        line(&format!("  {outcome}"), count);
    }
    line("mã QR / QR codes looked at", told.scanned);
    line("bình luận / comments", told.comments);
    println!(
        "  {} {:>16}",
        wide("tiền đã chuyển / transferred", 48),
        Vnd::new(told.transferred).to_string()
    );
    let mut states: BTreeMap<&str, u64> = BTreeMap::new();
    for order in &settled.orders {
        *states
            .entry(order["state"].as_str().unwrap_or_default())
            .or_default() += 1;
    }
    println!("\nĐơn sau phiên / orders afterwards");
    for (state, count) in states {
        line(state, count);
    }
}

fn feeds(watched: &Watched) {
    println!("\nNgười xem / those who watched");
    println!("  {} feeds, {} messages", watched.feeds, watched.messages);
    let events: Vec<String> = watched
        .events
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    println!(
        "  one was cut {} times: {}; {} gaps or repeats, {} resets",
        watched.cuts,
        events.join(", "),
        watched.faults.len(),
        watched.resets
    );
}
