//! What each role may say and hear on the bus: allow-lists computed from the contract, and nothing else is allowed.
//!
//! A role answers by the reply permission that the server gives for one answer to each question it was handed.

use std::collections::BTreeSet;

use proto::contract::{
    FEED_KINDS, FEEDS, FORGET, SHARDS, SPEAKERS, events, place_subject, requests, stream_of,
};
use proto::{contract::Request as _, orders::v1::PlaceOrders};

/// Those who operate an installation: `phien audit`, `phien tail`, `phien streams`.
pub const OPS: &str = "ops";

/// The users of the bus: the roles, and those who operate them.
pub const USERS: [&str; 5] = ["catalogue", "livestream", "orders", "gateway", OPS];

/// What one user may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Subjects it may publish on.
    pub publish: BTreeSet<String>,
    /// Subjects it may subscribe to; `<subject> <group>`: only as a member of the group.
    pub subscribe: BTreeSet<String>,
    /// May it answer what it is asked?
    pub answers: bool,
}

/// Where a user's own replies arrive; nobody else may listen there.
#[must_use]
pub fn inbox_of(user: &str) -> String {
    format!("_INBOX_{user}")
}

/// The permissions of a user; somebody unknown may do nothing.
#[must_use]
pub fn of(user: &str) -> Permissions {
    let mut may = Permissions::default();
    if !USERS.contains(&user) {
        return may;
    }
    may.hear(format!("{}.>", inbox_of(user)));
    match user {
        OPS => may.operate(),
        "gateway" => may.stand_at_the_edge(),
        service => may.serve(service),
    }
    may
}

/// The subjects of all requests of a service, as they are asked.
#[must_use]
pub fn asked_at(service: &str) -> Vec<String> {
    let all = requests().into_iter().map(|(subject, _, _)| subject);
    all.filter(|subject| subject.split('.').nth(1) == Some(service))
        .flat_map(|subject| match subject {
            // Every shard has a subject of its own.
            PlaceOrders::SUBJECT => (0..SHARDS).map(place_subject).collect(),
            subject => vec![subject.to_owned()],
        })
        .collect()
}

/// The subjects of the events of a service that `hearer` hears.
#[must_use]
pub fn heard_by(hearer: &str, speaker: &str) -> Vec<&'static str> {
    let all = events().into_iter();
    all.filter(|(subject, _, hearers)| {
        subject.split('.').nth(1) == Some(speaker) && hearers.contains(&hearer)
    })
    .map(|(subject, _, _)| subject)
    .collect()
}

impl Permissions {
    fn say(&mut self, subject: impl Into<String>) {
        self.publish.insert(subject.into());
    }

    fn hear(&mut self, subject: impl Into<String>) {
        self.subscribe.insert(subject.into());
    }

    fn api(&mut self, subject: impl AsRef<str>) {
        self.say(format!("$JS.API.{}", subject.as_ref()));
    }

    /// A service answers its requests, says its events and feeds, and follows the streams that concern it.
    fn serve(&mut self, service: &str) {
        self.answers = true;
        for subject in asked_at(service) {
            self.hear(format!("{subject} {service}"));
        }
        for verb in ["PING", "INFO", "STATS"] {
            self.hear(format!("$SRV.{verb}"));
            self.hear(format!("$SRV.{verb}.phien-{service}"));
            self.hear(format!("$SRV.{verb}.phien-{service}.*"));
        }
        for (subject, _, _) in events() {
            if subject.split('.').nth(1) == Some(service) {
                self.say(subject);
            }
        }
        for (_, audience, kinds) in FEED_KINDS.iter().filter(|(says, _, _)| *says == service) {
            for kind in *kinds {
                self.say(format!("feed.{audience}.*.{kind}.*"));
            }
        }
        self.keep_stream(&stream_of(service));
        self.keep_stream(FEEDS);
        for speaker in SPEAKERS {
            if !heard_by(service, speaker).is_empty() {
                self.follow(&stream_of(speaker), service);
            }
        }
    }

    /// Makes a stream that the broker lost; may not change or empty one.
    fn keep_stream(&mut self, stream: &str) {
        self.api(format!("STREAM.INFO.{stream}"));
        self.api(format!("STREAM.CREATE.{stream}"));
    }

    /// Follows a stream with the one durable consumer that bears its name.
    fn follow(&mut self, stream: &str, durable: &str) {
        for verb in ["CREATE", "INFO", "MSG.NEXT"] {
            self.api(format!("CONSUMER.{verb}.{stream}.{durable}"));
        }
        self.say(format!("$JS.ACK.{stream}.{durable}.>"));
        // The shape with domain and account in it, which a newer server may use.
        self.say(format!("$JS.ACK.*.*.{stream}.{durable}.>"));
    }

    /// The gateway asks everybody, and reads the feeds.
    fn stand_at_the_edge(&mut self) {
        for service in SPEAKERS {
            self.publish.extend(asked_at(service));
        }
        self.say(format!("{FORGET}.*"));
        self.hear(format!("{FORGET}.*"));
        self.keep_stream(FEEDS);
        // Its consumer lives as long as it does, and the server names it.
        self.api(format!("CONSUMER.CREATE.{FEEDS}"));
        self.api(format!("CONSUMER.MSG.NEXT.{FEEDS}.*"));
        // After a lost connection the client library asks whether the consumer is still there.
        self.api(format!("CONSUMER.INFO.{FEEDS}.*"));
    }

    /// Operators read every stream, and bring the streams to this version's settings; they say nothing themselves.
    fn operate(&mut self) {
        for stream in SPEAKERS
            .into_iter()
            .map(stream_of)
            .chain([FEEDS.to_owned()])
        {
            self.keep_stream(&stream);
            self.api(format!("STREAM.UPDATE.{stream}"));
            self.api(format!("STREAM.MSG.GET.{stream}"));
            self.api(format!("CONSUMER.LIST.{stream}"));
            self.api(format!("CONSUMER.NAMES.{stream}"));
            self.api(format!("CONSUMER.INFO.{stream}.*"));
            // Consumers without a durable name, made for reading.
            self.api(format!("CONSUMER.CREATE.{stream}"));
            self.api(format!("CONSUMER.MSG.NEXT.{stream}.*"));
        }
        self.api("INFO");
        self.api("STREAM.NAMES");
        self.api("STREAM.LIST");
        self.say("$SRV.>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_may_what_only_somebody_else_should() {
        assert_eq!(of("stranger"), Permissions::default());
        let all: Vec<(&str, Permissions)> = USERS.map(|user| (user, of(user))).into();
        for (user, may) in &all {
            for subject in may.publish.iter().chain(&may.subscribe) {
                assert!(subject != ">" && subject != "*", "{user}: {subject}");
                for never in [".DELETE", ".PURGE", "STREAM.RESTORE", "$SYS"] {
                    assert!(!subject.contains(never), "{user}: {subject}");
                }
            }
        }
        for (subject, _, _) in events() {
            let says = all.iter().filter(|(_, may)| may.publish.contains(subject));
            let says: Vec<&str> = says.map(|(user, _)| *user).collect();
            assert_eq!(says, [subject.split('.').nth(1).unwrap()], "{subject}");
        }
    }

    #[test]
    fn orders_is_asked_at_its_shards_and_its_nouns() {
        let orders = asked_at("orders");
        assert!(orders.contains(&"phien.orders.v1.place.3".to_owned()));
        assert!(!orders.contains(&PlaceOrders::SUBJECT.to_owned()));
        assert!(orders.contains(&"phien.orders.v1.order.show".to_owned()));
    }
}
