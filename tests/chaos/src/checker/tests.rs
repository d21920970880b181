//! Broken histories: the checker must object to each, by the right rule, and to nothing in a whole one.

use std::collections::BTreeMap;

use super::*;
use crate::history::{Cancel, Intent, Transfer, Watched};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn placed(order: u128, replayed: bool) -> Told {
    Told::Placed {
        order: id(order),
        content: format!("content {order}"),
        replayed,
    }
}

fn refused() -> Told {
    Told::Refused {
        status: 409,
        code: "sold_out".into(),
    }
}

fn intent(key: &str, told: Vec<Told>) -> Intent {
    Intent {
        key: key.into(),
        told,
    }
}

/// Two orders of an offer of three units, one paid, one cancelled; one not known, one refused.
fn whole() -> (Record, Books) {
    let record = Record {
        intents: vec![
            intent("a", vec![Told::Unknown, placed(1, true)]),
            intent("b", vec![placed(2, false), placed(2, true)]),
            intent("c", vec![Told::Unknown]),
            intent("d", vec![refused()]),
        ],
        cancels: vec![Cancel {
            order: id(2),
            done: Some(true),
        }],
        transfers: vec![Transfer {
            id: "FT1".into(),
            amount: 5,
            stored: true,
        }],
        watched: ["s at gateway 0", "s at gateway 1"]
            .map(|name| Watched {
                name: name.into(),
                last: BTreeMap::from([("sale".into(), 3)]),
                ..Watched::default()
            })
            .to_vec(),
    };
    let order = |number: u128, key: &str, state: &str| {
        let order = Order {
            session: id(9),
            key: key.into(),
            content: format!("content {number}"),
            state: state.into(),
            lines: vec![(id(7), 2)],
        };
        (id(number), order)
    };
    let units = |allotted, left, awaiting, sold| Units {
        allotted,
        left,
        awaiting,
        sold,
        ..Units::default()
    };
    let moved = [units(3, 3, 0, 0), units(0, -2, 2, 0), units(0, 0, -2, 2)];
    let said = |number: u128, seq| Said {
        service: "orders",
        id: id(number),
        kind: "OrdersPlaced".into(),
        aggregate: "session:s".into(),
        seq,
        published: true,
    };
    let books = Books {
        orders: HashMap::from([order(1, "a", "confirmed"), order(2, "b", "cancelled")]),
        ledger: moved
            .map(|moved| Entry {
                offer: id(7),
                moved,
            })
            .to_vec(),
        offers: HashMap::from([(id(7), units(3, 1, 0, 2))]),
        bank: vec![BankEntry {
            txn: "FT1".into(),
            amount: 5,
            outcome: "exact".into(),
            payment: Some(id(5)),
        }],
        payments: HashMap::from([(id(5), 5)]),
        journal: [("bank:p", 5), ("due:p", -5)]
            .map(|(account, amount)| JournalLine {
                entry: id(6),
                account: account.into(),
                amount,
                payment: Some(id(5)),
            })
            .to_vec(),
        said: vec![said(11, 1), said(12, 2)],
        streams: HashMap::from([("orders", HashSet::from([id(11), id(12)]))]),
        heard: HashMap::from([(("livestream", "OrdersPlaced".into()), vec![id(11), id(12)])]),
        contract: vec![("OrdersPlaced".into(), vec!["livestream"])],
        figures: HashMap::from([(id(9), 2)]),
    };
    (record, books)
}

#[test]
fn a_whole_history_is_not_objected_to() {
    let (record, books) = whole();
    let findings = check(&record, &books);
    assert_eq!(findings.violations, []);
    assert_eq!(
        (
            findings.lost,
            findings.doubled,
            findings.oversold,
            findings.effects_doubled
        ),
        (0, 0, 0, 0)
    );
    assert!(
        findings.checked.values().all(|things| *things > 0),
        "{:?}",
        findings.checked
    );
}

/// The rules that object once something was broken.
fn objects(break_it: impl FnOnce(&mut Record, &mut Books)) -> (Vec<&'static str>, Findings) {
    let (mut record, mut books) = whole();
    break_it(&mut record, &mut books);
    let findings = check(&record, &books);
    let rules = findings.violations.iter().map(|(rule, _)| *rule).collect();
    (rules, findings)
}

#[test]
fn an_acknowledged_order_that_is_not_there_is_lost() {
    let (rules, findings) = objects(|_, books| {
        books.orders.remove(&id(1));
        books.figures.insert(id(9), 1);
    });
    assert_eq!((rules, findings.lost), (vec!["acknowledged is kept"], 1));
}

#[test]
fn an_order_that_is_not_as_told_is_lost() {
    let change = |_: &mut Record, books: &mut Books| {
        books.orders.get_mut(&id(1)).unwrap().content = "another".into();
    };
    let (rules, findings) = objects(change);
    assert_eq!((rules, findings.lost), (vec!["acknowledged is kept"], 1));
}

#[test]
fn two_orders_of_a_key_are_doubled() {
    let (rules, findings) = objects(|_, books| {
        let twin = Order {
            lines: vec![],
            ..books.orders[&id(1)].clone()
        };
        books.orders.insert(id(3), twin);
        books.figures.insert(id(9), 3);
    });
    assert_eq!((rules, findings.doubled), (vec!["one key, one order"], 1));
}

#[test]
fn two_answers_to_a_key_are_objected_to() {
    let (rules, findings) = objects(|record, _| {
        record.intents[1].told = vec![placed(2, false), placed(1, true)];
    });
    assert!(rules.contains(&"same key, same answer"), "{rules:?}");
    assert_eq!(findings.doubled, 1);
    let (rules, _) = objects(|record, _| record.intents[1].told.push(refused()));
    assert_eq!(rules, ["same key, same answer"]);
    let (rules, _) = objects(|record, _| record.intents[1].told.push(placed(2, false)));
    assert_eq!(rules, ["placed once"]);
    // Also when it is asked under the same key much later.
    let (rules, _) = objects(|record, _| record.intents.push(intent("a", vec![refused()])));
    assert_eq!(rules, ["same key, same answer"]);
}

#[test]
fn a_refused_order_that_is_there_is_objected_to() {
    let (rules, _) = objects(|_, books| {
        let order = Order {
            key: "d".into(),
            session: id(9),
            ..Order::default()
        };
        books.orders.insert(id(4), order);
        books.figures.insert(id(9), 3);
    });
    assert_eq!(rules, ["refused is not kept"]);
    let (rules, _) = objects(|_, books| {
        let order = Order {
            key: "c".into(),
            session: id(9),
            ..Order::default()
        };
        books.orders.insert(id(4), order);
        books.figures.insert(id(9), 3);
    });
    assert_eq!(rules, Vec::<&str>::new(), "not known: it may be there");
}

#[test]
fn an_order_that_nobody_asked_for_is_objected_to() {
    let (rules, _) = objects(|record, _| drop(record.intents.remove(1)));
    assert_eq!(rules, ["nothing is made up"]);
}

#[test]
fn a_cancelled_order_that_is_not_is_objected_to() {
    let (rules, _) = objects(|record, _| record.cancels[0].order = id(1));
    assert_eq!(rules, ["cancelled stays cancelled"]);
}

#[test]
fn units_are_counted_at_each_step() {
    // Right in the end, oversold for a moment.
    let (rules, findings) = objects(|_, books| books.ledger.swap(0, 1));
    assert_eq!(rules, ["units at each step of the ledger"]);
    assert_eq!(findings.oversold, 2);
    let (rules, _) = objects(|_, books| books.ledger.truncate(2));
    assert_eq!(rules, ["the ledger ends at the counters"]);
}

#[test]
fn more_sold_than_offered_is_oversold_whatever_the_counters_say() {
    let (rules, findings) = objects(|_, books| {
        books.orders.get_mut(&id(1)).unwrap().lines = vec![(id(7), 4)];
    });
    assert_eq!(
        (rules, findings.oversold),
        (vec!["sold is at most offered"], 1)
    );
}

#[test]
fn money_is_stored_once_and_booked_to_the_dong() {
    let (rules, _) = objects(|_, books| books.bank.clear());
    assert_eq!(
        rules,
        [
            "money told of is stored once",
            "received is matched and booked"
        ]
    );
    let (rules, _) = objects(|_, books| {
        let again = BankEntry {
            payment: None,
            ..books.bank[0].clone()
        };
        books.bank.push(again);
    });
    assert_eq!(rules, ["money told of is stored once"]);
    let (rules, _) = objects(|_, books| books.journal[1].amount = -4);
    assert_eq!(rules, ["the journal balances"]);
    let (rules, _) = objects(|_, books| {
        books.payments.insert(id(5), 6);
    });
    assert_eq!(rules, ["received is matched and booked"]);
    let (rules, _) = objects(|_, books| books.bank[0].outcome = "pending".into());
    assert_eq!(rules, ["money is judged"]);
}

#[test]
fn events_have_no_gap_and_are_in_their_stream() {
    let (rules, _) = objects(|_, books| books.said[1].seq = 3);
    assert_eq!(rules, ["no gap in an aggregate's events"]);
    let (rules, _) = objects(|_, books| books.said[1].published = false);
    assert_eq!(rules, ["said is in its stream"]);
    let (rules, _) = objects(|_, books| books.streams.clear());
    assert_eq!(rules, ["said is in its stream"; 2]);
}

#[test]
fn an_event_is_heard_once_by_whom_it_concerns() {
    let heard = |ids: &[u128]| {
        let ids = ids.iter().map(|number| id(*number)).collect();
        objects(|_, books| {
            books
                .heard
                .insert(("livestream", "OrdersPlaced".into()), ids);
        })
    };
    for ids in [&[11_u128][..], &[11, 12, 13], &[11, 12, 12]] {
        assert_eq!(heard(ids).0, ["heard once by whom it concerns"], "{ids:?}");
    }
    assert_eq!(heard(&[11, 12, 12]).1.effects_doubled, 1);
}

#[test]
fn a_projection_that_counted_twice_is_seen() {
    let (rules, findings) = objects(|_, books| {
        books.figures.insert(id(9), 3);
    });
    assert_eq!(
        (rules, findings.effects_doubled),
        (vec!["figures count each order once"], 1)
    );
}

#[test]
fn gaps_of_watchers_are_objected_to_and_so_is_an_end_that_one_did_not_see() {
    let (rules, _) = objects(|record, _| record.watched[0].faults.push("sale 3 after 1".into()));
    assert_eq!(rules, ["feeds have no gap"]);
    let (rules, _) = objects(|record, _| {
        record.watched[1].last.insert("sale".into(), 2);
    });
    assert_eq!(rules, ["watchers agree at the end"]);
}
