//! Every user of the bus, at every subject.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_nats::{Client, Event, ServerError};
use chassis::{
    bus::{keys, permissions::USERS},
    local::LocalNats,
    testing::{eventually, guarded_nats},
};
use futures_util::StreamExt as _;

use super::subjects::{NETS, all};

const SOON: Duration = Duration::from_secs(10);
/// So many are tried before the server's word is waited for; the client library keeps 128 at most.
const TOGETHER: usize = 50;

/// A user, with what the server forbade it.
struct Tried {
    client: Client,
    forbidden: Arc<Mutex<BTreeSet<String>>>,
    ends: usize,
}

/// One attempt: to say or to hear, where, and whether it should be let.
struct Attempt {
    publish: bool,
    subject: String,
    group: Option<String>,
    allowed: bool,
}

impl Attempt {
    /// The server's words when it refuses.
    fn refusal(&self) -> String {
        let verb = if self.publish {
            "Publish"
        } else {
            "Subscription"
        };
        let group = self
            .group
            .as_ref()
            .map(|group| format!(" using queue \"{group}\""));
        format!(
            "Permissions Violation for {verb} to \"{}\"{}",
            self.subject,
            group.unwrap_or_default()
        )
    }
}

impl Tried {
    async fn connect(nats: &LocalNats, user: &str) -> Self {
        let forbidden = Arc::new(Mutex::new(BTreeSet::new()));
        let heard = Arc::clone(&forbidden);
        let options = keys::options(nats.keys(), user).unwrap();
        let client = options
            .event_callback(move |event| {
                if let Event::ServerError(ServerError::Other(said)) = event {
                    heard.lock().unwrap().insert(said);
                }
                async {}
            })
            .connect(nats.url())
            .await
            .unwrap();
        Self {
            client,
            forbidden,
            ends: 0,
        }
    }

    /// Tries; returns what the server forbade meanwhile.
    async fn attempt(&mut self, attempts: &[Attempt]) -> BTreeSet<String> {
        let mut open = Vec::new();
        for attempt in attempts {
            let subject = attempt.subject.clone();
            match (&attempt.group, attempt.publish) {
                (_, true) => self.client.publish(subject, "?".into()).await.unwrap(),
                (None, false) => open.push(self.client.subscribe(subject).await.unwrap()),
                (Some(group), false) => {
                    let group = group.clone();
                    open.push(self.client.queue_subscribe(subject, group).await.unwrap());
                }
            }
        }
        // Nobody may do this: when the server has said so, it has looked at all before it.
        self.ends += 1;
        let end = format!("the.end.{}", self.ends);
        self.client.publish(end.clone(), "?".into()).await.unwrap();
        let end = format!("Permissions Violation for Publish to \"{end}\"");
        eventually("the server's word", SOON, || async {
            self.forbidden.lock().unwrap().contains(&end).then_some(())
        })
        .await;
        let mut said = std::mem::take(&mut *self.forbidden.lock().unwrap());
        said.remove(&end);
        said
    }
}

fn attempts_of(user: &str) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for subject in all() {
        let mut hear = |group: Option<&str>, allowed| {
            attempts.push(Attempt {
                publish: false,
                subject: subject.name.clone(),
                group: group.map(str::to_owned),
                allowed,
            });
        };
        let mine: Vec<_> = subject
            .hears
            .iter()
            .filter(|(who, _)| *who == user)
            .collect();
        // Alone: whoever answers only as one of its group may not listen in beside it.
        hear(None, mine.iter().any(|(_, group)| group.is_none()));
        for (_, group) in &subject.hears {
            if group.is_some() {
                hear(*group, mine.iter().any(|(_, own)| own == group));
                hear(Some("another"), false);
            }
        }
        attempts.push(Attempt {
            publish: true,
            allowed: subject.says.contains(&user),
            subject: subject.name,
            group: None,
        });
    }
    let inboxes = USERS.map(|other| (format!("_INBOX_{other}.>"), other == user));
    let nets = NETS.map(|net| (net.to_owned(), false));
    for (subject, allowed) in inboxes.into_iter().chain(nets) {
        attempts.push(Attempt {
            publish: false,
            subject,
            group: None,
            allowed,
        });
    }
    attempts
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_says_or_hears_what_is_not_theirs() {
    let nats = guarded_nats().await;
    let (mut refused, mut let_through) = (0, 0);
    let mut wrong = Vec::new();
    for user in USERS {
        let mut tried = Tried::connect(&nats, user).await;
        for attempts in attempts_of(user).chunks(TOGETHER) {
            let said = tried.attempt(attempts).await;
            for attempt in attempts {
                let was_refused = said.contains(&attempt.refusal());
                if was_refused == attempt.allowed {
                    wrong.push(format!(
                        "{user} let: {} {}",
                        !was_refused,
                        attempt.refusal()
                    ));
                }
                if was_refused {
                    refused += 1;
                } else {
                    let_through += 1;
                }
            }
        }
    }
    println!(
        "the bus: {} users, {refused} attempts refused, {let_through} let through as the contract says",
        USERS.len()
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        refused > 2_500 && let_through > 200,
        "{refused}, {let_through}"
    );
    nats.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_given_once_and_only_to_who_asked() {
    let nats = guarded_nats().await;
    let mut orders = Tried::connect(&nats, "orders").await;
    let gateway = Tried::connect(&nats, "gateway").await;
    let subject = "phien.orders.v1.order.show";
    let mut questions = orders
        .client
        .queue_subscribe(subject, "orders".into())
        .await
        .unwrap();
    orders.client.flush().await.unwrap();
    // A subscription is there when the server has looked at what came after it.
    assert_eq!(orders.attempt(&[]).await, BTreeSet::new());

    let asked = gateway.client.request(subject, "?".into());
    let answered = async {
        let question = questions.next().await.unwrap();
        let to = question.reply.unwrap();
        assert!(to.starts_with("_INBOX_gateway."), "{to}");
        let answer = |subject: &str| Attempt {
            publish: true,
            subject: subject.to_owned(),
            group: None,
            allowed: true,
        };
        let once = orders.attempt(&[answer(&to)]).await;
        let twice = orders.attempt(&[answer(&to)]).await;
        (once, twice, answer(&to).refusal())
    };
    let (asked, (once, twice, refusal)) = tokio::join!(asked, answered);
    assert_eq!(asked.unwrap().payload, "?");
    assert_eq!(once, BTreeSet::new());
    assert_eq!(twice, BTreeSet::from([refusal]));
    nats.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_a_key_the_server_knows() {
    let nats = guarded_nats().await;
    let without = async_nats::connect(nats.url()).await;
    assert!(without.is_err(), "no key");
    let strangers = nats.keys().unwrap().join("of-somebody-else");
    keys::public_key(&strangers, "orders").unwrap();
    let options = keys::options(Some(&strangers), "orders").unwrap();
    assert!(options.connect(nats.url()).await.is_err(), "another key");
    let missing = keys::options(Some(&strangers), "catalogue").unwrap_err();
    assert!(missing.to_string().ends_with("catalogue.nk"), "{missing}");
    nats.stop().await.unwrap();
}
