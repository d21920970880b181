//! What a room's claims should lead to, told by rules of its own: one offer, one list of holds, one line.

use std::collections::BTreeMap;

use uuid::Uuid;

/// What a shopper says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// So many in all.
    All(i64),
    /// So many on top.
    More(i64),
}

impl Said {
    /// As it is typed.
    #[must_use]
    pub fn typed(self) -> String {
        match self {
            Self::All(0) => "hủy đơn giúp em".into(),
            Self::All(units) => format!("chốt a01 x{units} ạ"),
            Self::More(units) => format!("thêm {units} a01"),
        }
    }

    /// What was typed, read back from the room.
    ///
    /// # Panics
    /// When it is none of what [`Said::typed`] gives for up to three units, or one more.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let every = [0, 1, 2, 3]
            .map(Self::All)
            .into_iter()
            .chain([Self::More(1)]);
        let mut same = every.filter(|said| said.typed() == text);
        same.next().expect("nobody else speaks in this room")
    }
}

/// One offer.
#[derive(Debug, Default)]
pub struct Model {
    /// On the shelf.
    pub left: i64,
    /// What each shopper holds.
    pub held: BTreeMap<Uuid, i64>,
    /// Who waits for how many, first come first served.
    pub line: Vec<(Uuid, i64)>,
}

impl Model {
    /// The next comment of the room.
    pub fn hear(&mut self, who: Uuid, said: Said) {
        let held = self.held.get(&who).copied().unwrap_or_default();
        let place = self.line.iter().position(|(waits, _)| *waits == who);
        let waits = place.map_or(0, |place| self.line[place].1);
        let wanted = match said {
            Said::All(units) => units,
            Said::More(units) => held + waits + units,
        };
        let change = wanted - held - waits;
        if change > 0 {
            let at_once = if self.line.is_empty() {
                self.left.min(change)
            } else {
                0
            };
            self.left -= at_once;
            self.keep(who, held + at_once);
            if change > at_once {
                self.line.retain(|(waits, _)| *waits != who);
                self.line.push((who, waits + change - at_once));
            }
        } else if change < 0 {
            // First from the line, without losing the place in it; then from what is held.
            let from_line = waits.min(-change);
            if let Some(place) = place {
                self.line[place].1 -= from_line;
            }
            self.line.retain(|(_, units)| *units > 0);
            let back = -change - from_line;
            self.keep(who, held - back);
            self.left += back;
            self.serve();
        }
    }

    fn keep(&mut self, who: Uuid, units: i64) {
        self.held.insert(who, units);
        self.held.retain(|_, units| *units > 0);
    }

    fn serve(&mut self) {
        while self.left > 0 && !self.line.is_empty() {
            let (who, waits) = self.line[0];
            let units = self.left.min(waits);
            self.left -= units;
            *self.held.entry(who).or_default() += units;
            self.line[0].1 -= units;
            self.line.retain(|(_, units)| *units > 0);
        }
    }
}
