//! What a watcher knows, and every promise of the feed that was not kept to it.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::parse::Message;

/// The field that holds a state's object, by kind.
const STATES: [(&str, &str); 11] = [
    ("session", "session_id"),
    ("offer", "offer_id"),
    ("units", "offer_id"),
    ("pin", "session_id"),
    ("viewers", "session_id"),
    ("figures", "session_id"),
    ("money", "payment_id"),
    ("stock", "variant"),
    ("warning", "session_id"),
    ("complaint", "complaint_id"),
    ("unclear", "session_id"),
];
const EVENTS: [&str; 4] = ["comment", "hidden", "sale", "notice"];

/// What is known.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The newest state of each object, by kind and object.
    pub states: HashMap<(&'static str, String), Value>,
    /// The newest number of each kind of event.
    pub last_seq: BTreeMap<&'static str, u64>,
    /// How many of each kind came; of sales, how many lines they told of.
    pub events: BTreeMap<&'static str, u64>,
    /// Messages of every kind.
    pub messages: u64,
    /// How often the connection was made.
    pub connections: u64,
    /// How often it was cut on purpose.
    pub cuts: u64,
    /// How often the client was told to begin anew.
    pub resets: u64,
    /// Snapshots.
    pub snapshots: u64,
    /// What a client comes back with.
    pub last_id: Option<String>,
    /// Why connections were lost that nobody cut.
    pub lost: Vec<String>,
    /// Gaps, repeats, and whatever else must never happen.
    pub faults: Vec<String>,
    /// A snapshot is due: at the first connection, and after a reset.
    anew: bool,
}

impl View {
    /// A state, if it is known.
    #[must_use]
    pub fn state(&self, kind: &'static str, object: &str) -> Option<&Value> {
        self.states.get(&(kind, object.to_owned()))
    }

    /// The newest number of a kind of event; 0: none.
    #[must_use]
    pub fn seq(&self, kind: &str) -> u64 {
        self.last_seq.get(kind).copied().unwrap_or_default()
    }

    pub(super) fn connected(&mut self, resumes: bool) {
        self.connections += 1;
        self.anew |= !resumes;
    }

    pub(super) fn hear(&mut self, message: Message) {
        self.messages += 1;
        let Ok(data) = serde_json::from_str::<Value>(&message.data) else {
            let start: String = message.data.chars().take(100).collect();
            self.faults
                .push(format!("{} is not JSON: {start}", message.event));
            return;
        };
        match message.event.as_str() {
            "reset" => {
                self.resets += 1;
                self.anew = true;
            }
            "snapshot" => self.begin_anew(&data),
            "orders" if !self.anew => self.hear_orders(&data),
            kind => {
                if self.anew {
                    self.faults.push(format!("{kind} before the snapshot"));
                }
                if let Some((kind, object)) = STATES.iter().find(|(state, _)| *state == kind) {
                    self.hear_state(kind, object, data);
                } else if let Some(kind) = EVENTS.iter().find(|event| **event == kind) {
                    self.hear_event(kind, &data);
                } else {
                    self.faults
                        .push(format!("a message of unknown kind {kind}"));
                }
            }
        }
        if message.id.is_some() {
            self.last_id = message.id;
        }
    }

    fn hear_event(&mut self, kind: &'static str, data: &Value) {
        let seq = data["seq"].as_u64().unwrap_or_default();
        let more = data["more_lines"].as_u64().unwrap_or_default();
        let last = self.last_seq.entry(kind).or_default();
        if seq != *last + 1 + more {
            self.faults.push(format!("{kind} {seq} after {last}"));
        }
        *last = seq.max(*last);
        *self.events.entry(kind).or_default() += 1 + more;
    }

    /// The highest version stays, whatever comes late.
    fn hear_state(&mut self, kind: &'static str, object: &str, data: Value) {
        let version = |value: &Value| value["version"].as_u64().unwrap_or_default();
        let id = match &data[object] {
            Value::String(id) => id.clone(),
            variant => variant["variant_id"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        };
        let known = self.states.get(&(kind, id.clone()));
        if known.is_none_or(|known| version(known) <= version(&data)) {
            self.states.insert((kind, id), data);
        }
    }

    fn hear_orders(&mut self, data: &Value) {
        for order in data["orders"].as_array().into_iter().flatten() {
            self.hear_state("order", "order_id", order.clone());
        }
    }

    /// What was known counts no more; the numbers go on.
    fn begin_anew(&mut self, data: &Value) {
        if !std::mem::take(&mut self.anew) {
            self.faults
                .push("a snapshot that nobody was told of".to_owned());
        }
        self.snapshots += 1;
        self.states.clear();
        let room = &data["room"];
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let session = &room["session"];
        if session.is_object() {
            let (id, version) = (&session["session_id"], &session["version"]);
            let pin = json!({ "session_id": id, "offer_id": room["pin"], "version": version });
            let viewers = json!({ "session_id": id, "viewers": room["viewers"], "version": 0 });
            self.hear_state("pin", "session_id", pin);
            self.hear_state("viewers", "session_id", viewers);
            for offer in items(&session["offers"]) {
                self.hear_state("offer", "offer_id", offer);
            }
            self.hear_state("session", "session_id", session.clone());
        }
        for units in items(&room["units"]) {
            self.hear_state("units", "offer_id", units);
        }
        for orders in [&data["shopper"], &data["desk"], &data["producer"]] {
            self.hear_orders(orders);
        }
        if data["desk"]["figures"].is_object() {
            self.hear_state("figures", "session_id", data["desk"]["figures"].clone());
        }
        if let Some(numbers) = room["last_seqs"].as_object() {
            for kind in EVENTS {
                let number = numbers
                    .get(kind)
                    .and_then(Value::as_u64)
                    .unwrap_or_default();
                let last = self.last_seq.entry(kind).or_default();
                if number < *last {
                    self.faults
                        .push(format!("a snapshot at {kind} {number} after {last}"));
                }
                *last = number.max(*last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(view: &mut View, event: &str, data: &Value) {
        view.hear(Message {
            event: event.to_owned(),
            id: Some("a-1".into()),
            data: data.to_string(),
        });
    }

    fn begun() -> View {
        let mut view = View::default();
        view.connected(false);
        let room = json!({
            "session": { "session_id": "s", "version": 3, "offers": [{ "offer_id": "o", "version": 2 }] },
            "units": [{ "offer_id": "o", "left": 9, "version": 5 }], "pin": null, "viewers": 1, "comments": [],
            "last_seqs": { "comment": 4, "hidden": 0, "sale": 7, "notice": 0 },
        });
        hear(&mut view, "snapshot", &json!({ "room": room }));
        assert_eq!(view.faults, Vec::<String>::new());
        view
    }

    #[test]
    fn gaps_and_repeats_are_seen() {
        let mut view = begun();
        hear(&mut view, "sale", &json!({ "seq": 8 }));
        hear(&mut view, "comment", &json!({ "seq": 5 }));
        assert_eq!(view.faults, Vec::<String>::new());
        hear(&mut view, "sale", &json!({ "seq": 8 }));
        hear(&mut view, "comment", &json!({ "seq": 7 }));
        assert_eq!(view.faults, ["sale 8 after 8", "comment 7 after 5"]);
    }

    #[test]
    fn the_highest_version_stays() {
        let mut view = begun();
        hear(
            &mut view,
            "units",
            &json!({ "offer_id": "o", "left": 7, "version": 7 }),
        );
        hear(
            &mut view,
            "units",
            &json!({ "offer_id": "o", "left": 8, "version": 6 }),
        );
        assert_eq!(
            view.state("units", "o").map(|units| &units["left"]),
            Some(&json!(7))
        );
    }

    #[test]
    fn a_reset_begins_anew_and_a_snapshot_without_one_is_a_fault() {
        let mut view = begun();
        let snapshot = json!({ "room": { "session": { "session_id": "s", "version": 4 }, "last_seqs": { "sale": 20 } } });
        hear(&mut view, "reset", &json!({}));
        hear(&mut view, "snapshot", &snapshot);
        hear(&mut view, "sale", &json!({ "seq": 21 }));
        assert_eq!(
            (view.faults.len(), view.resets, view.seq("sale")),
            (1, 1, 21),
            "comments went back: {:?}",
            view.faults
        );
        assert_eq!(view.state("units", "o"), None);
        view.faults.clear();
        hear(&mut view, "snapshot", &snapshot);
        assert_eq!(view.faults[0], "a snapshot that nobody was told of");
    }
}
