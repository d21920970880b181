//! Every subject there is, with who should say it and who should hear it: the contract's words, in the concrete.
//!
//! Written from the contract and not from the permissions, which are what is tried.

use chassis::bus::permissions::USERS;
use proto::contract::{
    FEED_KINDS, FEEDS, FORGET, SHARDS, SPEAKERS, events, place_subject, requests, stream_of,
};

/// A subject, and who is meant to use it.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) says: Vec<&'static str>,
    /// With the queue group in which they hear it, if any.
    pub(super) hears: Vec<(&'static str, Option<&'static str>)>,
}

fn user(name: &str) -> &'static str {
    USERS
        .into_iter()
        .find(|user| *user == name)
        .expect("a user")
}

fn speaker(subject: &str) -> &'static str {
    user(subject.split('.').nth(1).expect("a service"))
}

/// All of them.
pub(super) fn all() -> Vec<Subject> {
    let mut all = Vec::new();
    let mut add = |name: String, says: &[&'static str]| {
        all.push(Subject {
            name,
            says: says.to_vec(),
            hears: Vec::new(),
        });
    };
    for (subject, _, _) in events() {
        add(subject.to_owned(), &[speaker(subject)]);
    }
    for audience in ["room", "desk", "shopper", "producer"] {
        let kinds: Vec<&str> = FEED_KINDS
            .iter()
            .flat_map(|(_, _, kinds)| *kinds)
            .copied()
            .collect();
        for kind in kinds {
            let says: Vec<&str> = FEED_KINDS
                .iter()
                .filter(|(_, to, kinds)| *to == audience && kinds.contains(&kind))
                .map(|(says, _, _)| *says)
                .collect();
            add(format!("feed.{audience}.x1.{kind}.y1"), &says);
        }
    }
    streams(&mut add);
    for name in [
        "_INBOX.x",
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.ACCOUNT.PHIEN.CONNZ",
        "$SYS.REQ.USER.INFO",
        "$SYS.ACCOUNT.PHIEN.SERVER.CONNS",
        "$JS.API.ACCOUNT.PURGE.PHIEN",
        "$JS.API.META.LEADER.STEPDOWN",
        "$JS.API.SERVER.REMOVE",
        "$JS.API.STREAM.TEMPLATE.CREATE.T",
        "$JS.EVENT.ADVISORY.API",
        "$JS.FC.FEEDS.gateway.x",
        "$KV.bucket.key",
        "phien",
        "phien.orders.v1.place",
        "phien.stranger.v1.thing.do",
        "evt.orders.v1.something_else",
        "evt.gateway.v1.thing",
        "feed",
        "somewhere.else",
    ] {
        add(name.to_owned(), &[]);
    }
    for name in ["INFO", "STREAM.NAMES", "STREAM.LIST"] {
        add(format!("$JS.API.{name}"), &["ops"]);
    }
    heard(&mut all);
    all
}

/// Every verb of the server's API about every stream and every consumer.
fn streams(add: &mut impl FnMut(String, &[&'static str])) {
    let streams = SPEAKERS
        .iter()
        .map(|service| (stream_of(service), Some(user(service))));
    let streams = streams.chain([(FEEDS.to_owned(), None), ("OTHER".to_owned(), None)]);
    for (stream, owner) in streams {
        let keepers: Vec<&str> = match owner {
            _ if stream == FEEDS => USERS.to_vec(),
            Some(owner) => vec![owner, "ops"],
            None => Vec::new(),
        };
        let ops: &[&str] = if keepers.is_empty() { &[] } else { &["ops"] };
        let readers: &[&str] = match stream.as_str() {
            FEEDS => &["gateway", "ops"],
            _ => ops,
        };
        for verb in ["INFO", "CREATE"] {
            add(format!("$JS.API.STREAM.{verb}.{stream}"), &keepers);
        }
        for verb in ["UPDATE", "MSG.GET"] {
            add(format!("$JS.API.STREAM.{verb}.{stream}"), ops);
        }
        for verb in [
            "DELETE",
            "PURGE",
            "SNAPSHOT",
            "RESTORE",
            "MSG.DELETE",
            "PEER.REMOVE",
            "LEADER.STEPDOWN",
        ] {
            add(format!("$JS.API.STREAM.{verb}.{stream}"), &[]);
        }
        add(format!("$JS.API.DIRECT.GET.{stream}"), &[]);
        add(format!("$JS.API.CONSUMER.CREATE.{stream}"), readers);
        for verb in ["LIST", "NAMES"] {
            add(format!("$JS.API.CONSUMER.{verb}.{stream}"), ops);
        }
        for name in USERS {
            // A service follows, under its own name, the streams of those it hears.
            let follows = events().iter().any(|(subject, _, hearers)| {
                owner == Some(speaker(subject)) && hearers.contains(&name)
            });
            let own: &[&str] = if follows { &[name] } else { &[] };
            add(format!("$JS.API.CONSUMER.CREATE.{stream}.{name}"), own);
            add(
                format!("$JS.API.CONSUMER.INFO.{stream}.{name}"),
                &[own, readers].concat(),
            );
            add(
                format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}"),
                &[own, readers].concat(),
            );
            for verb in [
                "DURABLE.CREATE",
                "DELETE",
                "PAUSE",
                "RESET",
                "UNPIN",
                "LEADER.STEPDOWN",
            ] {
                add(format!("$JS.API.CONSUMER.{verb}.{stream}.{name}"), &[]);
            }
            add(
                format!("$JS.API.CONSUMER.CREATE.{stream}.{name}.evt.x"),
                &[],
            );
            add(format!("$JS.ACK.{stream}.{name}.1.1.1.1.0"), own);
            add(format!("$JS.ACK._.hash.{stream}.{name}.1.1.1.1.0.x"), own);
        }
    }
}

/// What is heard: requests by those who answer them, each one's inbox by itself.
fn heard(all: &mut Vec<Subject>) {
    let mut add =
        |name: String, says: &[&'static str], hears: &[(&'static str, Option<&'static str>)]| {
            all.push(Subject {
                name,
                says: says.to_vec(),
                hears: hears.to_vec(),
            });
        };
    for (subject, _, _) in requests() {
        if subject != "phien.orders.v1.place" {
            let service = speaker(subject);
            add(
                subject.to_owned(),
                &["gateway"],
                &[(service, Some(service))],
            );
        }
    }
    for shard in 0..SHARDS {
        add(
            place_subject(shard),
            &["gateway"],
            &[("orders", Some("orders"))],
        );
    }
    add(
        format!("{FORGET}.acc_1"),
        &["gateway"],
        &[("gateway", None)],
    );
    for name in USERS {
        add(format!("_INBOX_{name}.x"), &[], &[(name, None)]);
    }
    let services: Vec<_> = SPEAKERS
        .iter()
        .map(|service| (user(service), None))
        .collect();
    for verb in ["PING", "INFO", "STATS"] {
        add(format!("$SRV.{verb}"), &["ops"], &services);
        for service in SPEAKERS {
            for name in [format!("phien-{service}"), format!("phien-{service}.id")] {
                add(
                    format!("$SRV.{verb}.{name}"),
                    &["ops"],
                    &[(user(service), None)],
                );
            }
        }
    }
}

/// Wildcards under which somebody might listen to what is not theirs.
pub(super) const NETS: [&str; 16] = [
    ">",
    "*",
    "*.*",
    "*.>",
    "phien.>",
    "phien.*.v1.>",
    "phien.orders.v1.place.*",
    "evt.>",
    "evt.orders.v1.*",
    "feed.>",
    "feed.shopper.*.>",
    "$JS.>",
    "$JS.API.>",
    "$JS.EVENT.ADVISORY.>",
    "$SYS.>",
    "_INBOX.>",
];
