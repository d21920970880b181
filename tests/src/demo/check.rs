//! What the clients were told against what the services hold: orders, units, money, figures, feeds.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde_json::Value;

use super::{
    Watched,
    prepare::Fair,
    tally::{Order, Tally},
};
use crate::{
    api::{number, text},
    feed_client::View,
    market,
    wait::until,
};

/// Longer than any order of the session may wait for its transfer.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// How the services have it, once nothing is awaited any more.
pub struct Settled {
    /// The session with its offers.
    pub session: Value,
    /// Where the units of each offer are.
    pub units: Vec<Value>,
    /// The organiser's figures.
    pub figures: Value,
    /// Every order.
    pub orders: Vec<Value>,
    /// Every line of the bank's statement.
    pub bank_entries: Vec<Value>,
    /// Comments that were said.
    pub comments: u64,
}

/// Waits until every offer is settled, the figures are level and the money is judged; then asks for everything.
///
/// # Errors
/// When it is not settled within two minutes.
pub async fn settled(fair: &Fair, tally: &Tally) -> anyhow::Result<Settled> {
    let path = format!("/v1/sessions/{}", fair.session_id);
    let session = until("every offer is settled", SETTLED_WITHIN, || async {
        let session = fair.organiser.get(&path).await?.ok()?;
        let offers = session["offers"].as_array().cloned().unwrap_or_default();
        let done = offers
            .iter()
            .all(|offer| offer["state"] == "settled" || offer["state"] == "refused");
        Ok(done.then_some(session))
    })
    .await?;
    let transfers = tally.told().transfers;
    let bank_entries = until(
        "every transfer is judged",
        Duration::from_secs(30),
        || async {
            let entries = fair
                .organiser
                .list(&format!("{path}/bank-entries"), "entries")
                .await?;
            let judged = entries
                .iter()
                .filter(|entry| entry["outcome"] != "pending")
                .count();
            Ok((judged as u64 >= transfers).then_some(entries))
        },
    )
    .await?;
    // Level is not enough: payments and expiries are figures too. Still means that nothing came for a second.
    let mut before = Value::Null;
    let figures = until(
        "the figures are level and still",
        Duration::from_secs(30),
        || async {
            Ok(fair.organiser.get(&format!("{path}/figures")).await?.ok()?).map(|figures| {
                (figures["lag_ms"] == 0 && figures["orders_unpaid"] == 0).then_some(figures)
            })
        },
    )
    .await?;
    let mut figures = figures;
    while before != figures {
        before = figures;
        tokio::time::sleep(Duration::from_secs(1)).await;
        figures = fair.organiser.get(&format!("{path}/figures")).await?.ok()?;
    }
    let newest = fair
        .nobody
        .get(&format!("{path}/comments?limit=1"))
        .await?
        .ok()?;
    Ok(Settled {
        session,
        units: market::units(&fair.organiser, &fair.session_id).await?,
        figures,
        orders: fair
            .organiser
            .list(&format!("{path}/orders"), "orders")
            .await?,
        bank_entries,
        comments: newest["comments"][0]["seq"].as_u64().unwrap_or_default(),
    })
}

impl Settled {
    /// Does somebody who watched know all of it?
    #[must_use]
    pub fn agrees(&self, fair: &Fair, view: &View) -> bool {
        let knows = |kind, object: &str, version: &Value| {
            view.state(kind, object)
                .is_some_and(|known| &known["version"] == version)
        };
        let offers = self.session["offers"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let sales: usize = self
            .orders
            .iter()
            .map(|order| order["lines"].as_array().map_or(0, Vec::len))
            .sum();
        knows("session", &fair.session_id, &self.session["version"])
            && offers
                .iter()
                .all(|offer| knows("offer", &text(offer, "offer_id"), &offer["version"]))
            && self
                .units
                .iter()
                .all(|units| view.state("units", &text(units, "offer_id")) == Some(units))
            && view.seq("comment") == self.comments
            && view.seq("sale") == sales as u64
    }
}

/// Everything that differs, one line each.
pub fn compare(fair: &Fair, tally: &Tally, settled: &Settled, watched: &Watched) -> Vec<String> {
    let told = tally.told();
    let mut findings = told.broken.clone();
    findings.extend(watched.faults.iter().cloned());
    findings.extend(orders(&told.orders, &settled.orders));
    findings.extend(units(&settled.orders, &settled.units));
    findings.extend(figures(&told.orders, &settled.figures));
    let mut same = |what: &str, told: i64, held: i64| {
        if told != held {
            findings.push(format!(
                "{what}: clients were told {told}, the services hold {held}"
            ));
        }
    };
    let came: i64 = settled
        .bank_entries
        .iter()
        .map(|entry| number(entry, "amount"))
        .sum();
    same(
        "transfers",
        i64::try_from(told.transfers).unwrap_or(i64::MAX),
        i64::try_from(settled.bank_entries.len()).unwrap_or(i64::MAX),
    );
    same("transferred", told.transferred, came);
    same(
        "comments",
        i64::try_from(told.comments).unwrap_or(i64::MAX),
        i64::try_from(settled.comments).unwrap_or(i64::MAX),
    );
    if watched.cuts > 0 && watched.resets > 0 {
        findings.push(format!(
            "the watcher that was cut had to begin anew {} times",
            watched.resets
        ));
    }
    if fair.offers.len() + 1 != settled.session["offers"].as_array().map_or(0, Vec::len) {
        findings.push("the line-up is not what was proposed".to_owned());
    }
    findings
}

/// Each order that a client was told of is there, as it was told; and no other.
fn orders(told: &HashMap<String, Order>, held: &[Value]) -> Vec<String> {
    let mut findings = Vec::new();
    let held: HashMap<String, &Value> = held
        .iter()
        .map(|order| (text(order, "order_id"), order))
        .collect();
    for (id, order) in told {
        let Some(held) = held.get(id) else {
            findings.push(format!(
                "order {id}: its shopper was told, the services do not know it"
            ));
            continue;
        };
        let lines: Vec<(String, i64)> = held["lines"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| (text(line, "offer_id"), number(line, "units")))
            .collect();
        let same = lines == order.lines
            && number(held, "total") == order.total
            && number(held, "goods_total") == order.goods_total;
        if !same {
            findings.push(format!("order {id}: told {order:?}, held {held}"));
        }
        if held["state"] != order.must_be() {
            findings.push(format!(
                "order {id}: {} by what its shopper did, held as {}",
                order.must_be(),
                held["state"]
            ));
        }
    }
    for id in held.keys().filter(|id| !told.contains_key(*id)) {
        findings.push(format!("order {id}: nobody was told of it"));
    }
    findings
}

/// Units sold are those of the orders that stand.
fn units(orders: &[Value], units: &[Value]) -> Vec<String> {
    let mut sold: BTreeMap<String, i64> = BTreeMap::new();
    for order in orders.iter().filter(|order| order["state"] == "confirmed") {
        for line in order["lines"].as_array().into_iter().flatten() {
            *sold.entry(text(line, "offer_id")).or_default() += number(line, "units");
        }
    }
    let mut findings = Vec::new();
    for offer in units {
        let id = text(offer, "offer_id");
        let [allotted, left, held, awaiting, is_sold, given_back] =
            ["allotted", "left", "held", "awaiting", "sold", "given_back"]
                .map(|field| number(offer, field));
        if allotted != left + held + awaiting + is_sold + given_back || left + held + awaiting != 0
        {
            findings.push(format!("offer {id} is not settled: {offer}"));
        }
        let by_orders = sold.remove(&id).unwrap_or_default();
        if by_orders != is_sold {
            findings.push(format!(
                "offer {id}: orders say {by_orders} sold, its units say {is_sold}"
            ));
        }
    }
    findings.extend(
        sold.into_iter()
            .map(|(id, units)| format!("offer {id}: {units} sold of an offer without units")),
    );
    findings
}

/// The organiser's figures are the sums of what the clients were told.
fn figures(told: &HashMap<String, Order>, figures: &Value) -> Vec<String> {
    let all = || told.values();
    let of = |state: &'static str| told.values().filter(move |order| order.must_be() == state);
    let count = |orders: usize| i64::try_from(orders).unwrap_or(i64::MAX);
    let paid = of("confirmed").filter(|order| order.method == "vietqr");
    let expected = [
        ("orders", count(told.len())),
        (
            "units",
            all()
                .flat_map(|order| &order.lines)
                .map(|(_, units)| units)
                .sum(),
        ),
        ("gross", all().map(|order| order.goods_total).sum()),
        ("net", of("confirmed").map(|order| order.goods_total).sum()),
        ("paid", paid.map(|order| order.total).sum()),
        ("unpaid", 0),
        ("orders_unpaid", 0),
        ("orders_cancelled", count(of("cancelled").count())),
        ("orders_expired", count(of("expired").count())),
    ];
    let mut findings: Vec<String> = expected
        .iter()
        .filter(|(field, sum)| number(figures, field) != *sum)
        .map(|(field, sum)| {
            format!(
                "figures: {field} is {}, what clients were told comes to {sum}",
                figures[field]
            )
        })
        .collect();
    let offers = figures["offers"].as_array().cloned().unwrap_or_default();
    for field in ["units", "gross", "net"] {
        let sum: i64 = offers.iter().map(|offer| number(offer, field)).sum();
        let producers = figures["producers"].as_array().cloned().unwrap_or_default();
        let by_producer: i64 = producers
            .iter()
            .map(|producer| number(producer, field))
            .sum();
        if sum != number(figures, field) || by_producer != sum {
            findings.push(format!(
                "figures: {field} is {}, by offer {sum}, by producer {by_producer}",
                figures[field]
            ));
        }
    }
    findings
}
