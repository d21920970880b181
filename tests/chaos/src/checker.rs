//! What clients were told against what the books and the streams hold. Pure: it reads nothing, so that it can be shown
//! broken histories and must object to each (see its tests).

mod books;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

pub use books::{BankEntry, Books, Entry, JournalLine, Order, Said, Units};

use crate::history::{Record, Told};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Acknowledged orders that are not there, or are not what was told.
    pub lost: u64,
    /// Orders beyond the one of their key.
    pub doubled: u64,
    /// Units sold beyond those that were offered.
    pub oversold: i64,
    /// Effects of an event beyond the first.
    pub effects_doubled: u64,
    /// How many things each rule was applied to.
    pub checked: BTreeMap<&'static str, usize>,
    /// Everything that is wrong: the rule and the case.
    pub violations: Vec<(&'static str, String)>,
}

impl Findings {
    fn object(&mut self, rule: &'static str, case: String) {
        self.violations.push((rule, case));
    }

    fn count(&mut self, rule: &'static str, things: usize) {
        *self.checked.entry(rule).or_default() += things;
    }
}

/// Applies every rule.
#[must_use]
pub fn check(record: &Record, books: &Books) -> Findings {
    let mut findings = Findings::default();
    orders(&mut findings, record, books);
    cancels(&mut findings, record, books);
    units(&mut findings, books);
    money(&mut findings, record, books);
    events(&mut findings, books);
    figures(&mut findings, books);
    watchers(&mut findings, record);
    findings
}

/// Acknowledged: exactly once, as told. Not known: at most once. Refused: not at all. One key, one order, one answer.
fn orders(findings: &mut Findings, record: &Record, books: &Books) {
    let mut told: HashMap<&str, Vec<&Told>> = HashMap::new();
    for intent in &record.intents {
        told.entry(&intent.key).or_default().extend(&intent.told);
    }
    let mut stored: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for (id, order) in &books.orders {
        stored.entry(&order.key).or_default().push(*id);
    }
    for (key, ids) in &stored {
        if ids.len() > 1 {
            findings.doubled += ids.len() as u64 - 1;
            findings.object("one key, one order", format!("{key} has {ids:?}"));
        }
        if !told.contains_key(key) {
            findings.object(
                "nothing is made up",
                format!("{key} was never asked: {ids:?}"),
            );
        }
    }
    findings.count("one key, one order", told.len());
    for (key, answers) in &told {
        let there = stored.get(key).map_or(0, Vec::len);
        let mut placed: Option<(Uuid, &str)> = None;
        let mut fresh = 0;
        for answer in answers {
            match answer {
                Told::Placed {
                    order,
                    content,
                    replayed,
                } => {
                    fresh += u32::from(!replayed);
                    if placed.is_some_and(|before| before != (*order, content.as_str())) {
                        findings.doubled += u64::from(placed.is_some_and(|(id, _)| id != *order));
                        findings.object("same key, same answer", format!("{key}: {answers:?}"));
                    }
                    placed = Some((*order, content));
                }
                Told::Refused { .. } if placed.is_some() => {
                    findings.object("same key, same answer", format!("{key}: {answers:?}"));
                }
                Told::Refused { .. } | Told::Unknown => {}
            }
        }
        if fresh > 1 {
            findings.object(
                "placed once",
                format!("{key} was placed {fresh} times: {answers:?}"),
            );
        }
        match placed {
            Some((id, content)) => {
                findings.count("acknowledged is kept", 1);
                match books.orders.get(&id) {
                    None => {
                        findings.lost += 1;
                        findings
                            .object("acknowledged is kept", format!("{key}: {id} is not there"));
                    }
                    Some(order) if order.content != content || order.key != *key => {
                        findings.lost += 1;
                        let kept = &order.content;
                        findings.object(
                            "acknowledged is kept",
                            format!(
                                "{key}: {id} was told as {content}, is {kept} of {}",
                                order.key
                            ),
                        );
                    }
                    Some(_) => {}
                }
            }
            None if there > 0 && !answers.iter().any(|answer| **answer == Told::Unknown) => {
                findings.object("refused is not kept", format!("{key}: {answers:?}"));
            }
            None => {}
        }
    }
}

fn cancels(findings: &mut Findings, record: &Record, books: &Books) {
    findings.count("cancelled stays cancelled", record.cancels.len());
    for cancel in record
        .cancels
        .iter()
        .filter(|cancel| cancel.done == Some(true))
    {
        let state = books
            .orders
            .get(&cancel.order)
            .map(|order| order.state.as_str());
        if state != Some("cancelled") {
            findings.object(
                "cancelled stays cancelled",
                format!("{} is {state:?}", cancel.order),
            );
        }
    }
}

/// After each entry of the ledger every unit is in one place, none is sold that was not offered; its end is the counters.
fn units(findings: &mut Findings, books: &Books) {
    let mut sums: HashMap<Uuid, Units> = HashMap::new();
    findings.count("units at each step of the ledger", books.ledger.len());
    for Entry { offer, moved } in &books.ledger {
        let sum = sums.entry(*offer).or_default();
        *sum = sum.plus(moved);
        if !sum.is_whole() {
            findings.object(
                "units at each step of the ledger",
                format!("{offer}: {sum:?}"),
            );
        }
        findings.oversold += sum.oversold();
    }
    for (offer, units) in &books.offers {
        let sum = sums.remove(offer).unwrap_or_default();
        if sum != *units {
            findings.object(
                "the ledger ends at the counters",
                format!("{offer}: ledger {sum:?}, counters {units:?}"),
            );
        }
    }
    for offer in sums.keys() {
        findings.object(
            "the ledger ends at the counters",
            format!("{offer} is no offer"),
        );
    }
    // The orders themselves, without the counters.
    let mut sold: HashMap<Uuid, i64> = HashMap::new();
    for order in books.orders.values().filter(|order| order.keeps_units()) {
        for (offer, units) in &order.lines {
            *sold.entry(*offer).or_default() += units;
        }
    }
    findings.count("sold is at most offered", books.offers.len());
    for (offer, sold) in sold {
        let allotted = books.offers.get(&offer).map_or(0, |units| units.allotted);
        if sold > allotted {
            findings.oversold += sold - allotted;
            findings.object(
                "sold is at most offered",
                format!("{offer}: {sold} of {allotted}"),
            );
        }
    }
}

/// Every transfer that a bank was told is stored is there once; received is what was matched and what was booked.
fn money(findings: &mut Findings, record: &Record, books: &Books) {
    let mut stored: HashMap<&str, Vec<&BankEntry>> = HashMap::new();
    for entry in &books.bank {
        stored.entry(&entry.txn).or_default().push(entry);
    }
    findings.count("money told of is stored once", record.transfers.len());
    for transfer in &record.transfers {
        let there = stored
            .get(transfer.id.as_str())
            .map_or(&[][..], Vec::as_slice);
        let right = match there {
            [] => !transfer.stored,
            [one] => one.amount == transfer.amount,
            _ => false,
        };
        if !right {
            findings.object(
                "money told of is stored once",
                format!("{transfer:?}: {there:?}"),
            );
        }
    }
    let mut matched: HashMap<Uuid, i64> = HashMap::new();
    for entry in &books.bank {
        if entry.outcome == "pending" {
            findings.object("money is judged", format!("{entry:?}"));
        }
        if let Some(payment) = entry.payment {
            *matched.entry(payment).or_default() += entry.amount;
        }
    }
    let mut entries: HashMap<Uuid, i64> = HashMap::new();
    let mut booked: HashMap<Uuid, i64> = HashMap::new();
    for line in &books.journal {
        *entries.entry(line.entry).or_default() += line.amount;
        if let Some(payment) = line.payment
            && line.account.starts_with("bank:")
        {
            *booked.entry(payment).or_default() += line.amount;
        }
    }
    findings.count("the journal balances", entries.len());
    for (entry, sum) in entries.into_iter().filter(|(_, sum)| *sum != 0) {
        findings.object("the journal balances", format!("{entry} is out by {sum}"));
    }
    findings.count("received is matched and booked", books.payments.len());
    for (payment, received) in &books.payments {
        let matched = matched.remove(payment).unwrap_or_default();
        let booked = booked.remove(payment).unwrap_or_default();
        if *received != matched || *received != booked {
            findings.object(
                "received is matched and booked",
                format!("{payment}: received {received}, matched {matched}, booked {booked}"),
            );
        }
    }
    for payment in matched.keys().chain(booked.keys()) {
        findings.object(
            "received is matched and booked",
            format!("{payment} is no payment"),
        );
    }
}

/// Numbers of an aggregate have no gap; what was said is published and in its stream; whoever should hear it has, once.
fn events(findings: &mut Findings, books: &Books) {
    let mut seqs: HashMap<&str, Vec<i64>> = HashMap::new();
    findings.count("said is in its stream", books.said.len());
    for said in &books.said {
        seqs.entry(&said.aggregate).or_default().push(said.seq);
        let in_stream = books
            .streams
            .get(said.service)
            .is_some_and(|stream| stream.contains(&said.id));
        if !said.published || !in_stream {
            findings.object(
                "said is in its stream",
                format!("{said:?}, in the stream: {in_stream}"),
            );
        }
    }
    findings.count("no gap in an aggregate's events", seqs.len());
    for (aggregate, mut seqs) in seqs {
        seqs.sort_unstable();
        if !(1..).zip(&seqs).all(|(should, seq)| should == *seq) {
            let most = seqs.last().copied().unwrap_or_default();
            findings.object(
                "no gap in an aggregate's events",
                format!("{aggregate}: {} events up to {most}", seqs.len()),
            );
        }
    }
    let empty = Vec::new();
    for (kind, hearers) in &books.contract {
        let said: HashSet<Uuid> = books
            .said
            .iter()
            .filter(|said| said.kind == *kind)
            .map(|said| said.id)
            .collect();
        for hearer in hearers {
            let heard = books.heard.get(&(*hearer, kind.clone())).unwrap_or(&empty);
            let once: HashSet<Uuid> = heard.iter().copied().collect();
            findings.count("heard once by whom it concerns", said.len());
            let (missing, made_up) = (
                said.difference(&once).count(),
                once.difference(&said).count(),
            );
            let twice = heard.len() - once.len();
            findings.effects_doubled += twice as u64;
            if missing + made_up + twice > 0 {
                findings.object(
                    "heard once by whom it concerns",
                    format!("{kind} by {hearer}: {missing} not heard, {made_up} that nobody said, {twice} twice"),
                );
            }
        }
    }
}

/// A projection that counts more than there is applied something twice; less, not at all.
fn figures(findings: &mut Findings, books: &Books) {
    let mut orders: HashMap<Uuid, i64> = HashMap::new();
    for order in books.orders.values() {
        *orders.entry(order.session).or_default() += 1;
    }
    findings.count("figures count each order once", books.figures.len());
    for (session, counted) in &books.figures {
        let there = orders.remove(session).unwrap_or_default();
        if *counted != there {
            findings.effects_doubled += u64::try_from(counted - there).unwrap_or(0);
            findings.object(
                "figures count each order once",
                format!("{session}: figures {counted}, orders {there}"),
            );
        }
    }
    for (session, there) in orders {
        findings.object(
            "figures count each order once",
            format!("{session}: no figures, orders {there}"),
        );
    }
}

/// No gap and no repeat that was not announced, and all who watched a session saw it to the same end.
fn watchers(findings: &mut Findings, record: &Record) {
    findings.count("feeds have no gap", record.watched.len());
    let mut ends: HashMap<&str, &crate::history::Watched> = HashMap::new();
    for watched in &record.watched {
        for fault in watched.faults.iter().take(5) {
            findings.object("feeds have no gap", format!("{}: {fault}", watched.name));
        }
        let session = watched.name.split(' ').next().unwrap_or_default();
        let first = ends.entry(session).or_insert(watched);
        if first.last != watched.last {
            findings.object(
                "watchers agree at the end",
                format!(
                    "{}: {:?}, {}: {:?}",
                    first.name, first.last, watched.name, watched.last
                ),
            );
        }
    }
}
