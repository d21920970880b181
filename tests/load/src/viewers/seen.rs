//! What one viewer has seen: every numbered event once and in order, or how many are missing.

use hdrhistogram::Histogram;

use super::stamp;

/// The kinds that every viewer gets each of, in the order in which a snapshot names them.
pub(crate) const KINDS: [&str; 4] = ["comment", "hidden", "sale", "notice"];

/// The numbers of one viewer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The newest number of each kind.
    pub(crate) numbers: [u64; KINDS.len()],
    /// Numbers that were left out.
    pub(crate) missing: u64,
    /// Had to start anew, or was cut off.
    pub(crate) cut: bool,
}

/// What all viewers have seen since it was last begun.
#[derive(Debug)]
pub(crate) struct Total {
    /// Events, of all viewers.
    pub(crate) deliveries: u64,
    /// Came twice, or out of order.
    pub(crate) doubled: u64,
    /// Microseconds from just before the post to the viewer.
    pub(crate) posted: Histogram<u64>,
    /// Milliseconds from the database's own time of the event to the viewer.
    pub(crate) stored: Histogram<u64>,
}

impl Total {
    /// Nothing yet.
    #[must_use]
    pub(crate) fn new() -> Self {
        // Bounded: a minute of microseconds, and of milliseconds with room to spare.
        let histogram =
            || Histogram::new_with_max(60_000_000, 3).expect("three digits are allowed");
        Self {
            deliveries: 0,
            doubled: 0,
            posted: histogram(),
            stored: histogram(),
        }
    }
}

impl Seen {
    /// A numbered event has come.
    pub(crate) fn event(&mut self, kind: usize, data: &[u8], sampled: bool, total: &mut Total) {
        total.deliveries += 1;
        let known = &mut self.numbers[kind];
        // A sale in a rush stands for the numbers of the lines before it, too.
        let more = match KINDS[kind] {
            "sale" => stamp::number(data, r#""more_lines":"#).unwrap_or_default(),
            _ => 0,
        };
        match stamp::number(data, r#""seq":"#) {
            Some(number) if number > *known => {
                self.missing += number.saturating_sub(*known + 1 + more);
                *known = number;
            }
            _ => total.doubled += 1,
        }
        if sampled && let Some(sent) = stamp::read(data) {
            let now = stamp::now();
            total.posted.saturating_record(now.saturating_sub(sent));
            if let Some(at) = stored_at(data) {
                total
                    .stored
                    .saturating_record((now / 1_000).saturating_sub(at));
            }
        }
    }

    /// A snapshot has come: it holds these numbers.
    pub(crate) fn snapshot(&mut self, last_seqs: &[u8], first: bool) {
        for (kind, known) in KINDS.iter().zip(&mut self.numbers) {
            let number = stamp::number(last_seqs, &format!(r#""{kind}":"#)).unwrap_or_default();
            if !first {
                self.missing += number.saturating_sub(*known);
            }
            *known = number.max(*known);
        }
    }
}

/// The event's `at`, in milliseconds since 1970.
fn stored_at(data: &[u8]) -> Option<u64> {
    let name = br#""at":""#;
    let from = data
        .windows(name.len())
        .rposition(|window| window == name)?
        + name.len();
    let text = data[from..].split(|byte| *byte == b'"').next()?;
    let at = chrono::DateTime::parse_from_rfc3339(std::str::from_utf8(text).ok()?).ok()?;
    u64::try_from(at.timestamp_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_or_comes_twice_is_counted() {
        let (mut seen, mut total) = (Seen::default(), Total::new());
        seen.snapshot(br#"{"comment":4,"hidden":0,"sale":0,"notice":0}"#, true);
        for number in [5, 6, 9, 9] {
            seen.event(
                0,
                format!(r#"{{"seq":{number}}}"#).as_bytes(),
                true,
                &mut total,
            );
        }
        assert_eq!((seen.missing, total.doubled, total.deliveries), (2, 1, 4));
        seen.snapshot(br#"{"comment":12,"hidden":1,"sale":0,"notice":0}"#, false);
        assert_eq!((seen.missing, seen.numbers), (6, [12, 1, 0, 0]));
    }

    #[test]
    fn a_rush_leaves_nothing_out() {
        let (mut seen, mut total) = (Seen::default(), Total::new());
        let sale =
            |seq, more| format!(r#"{{"seq":{seq},"units":1,"more_lines":{more},"more_units":9}}"#);
        for (seq, more) in [(1, 0), (10, 8), (13, 1)] {
            seen.event(2, sale(seq, more).as_bytes(), false, &mut total);
        }
        assert_eq!((seen.missing, total.doubled), (1, 0));
    }

    #[test]
    fn times_are_read_off_sampled_events() {
        let mut total = Total::new();
        let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
        let at = now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let data = format!(
            r#"{{"seq":1,"text":"{}","at":"{at}"}}"#,
            stamp::of(stamp::now() - 5_000)
        );
        Seen::default().event(0, data.as_bytes(), true, &mut total);
        assert!(total.posted.max() >= 5_000 && total.posted.max() < 1_000_000);
        assert!(total.stored.len() == 1 && total.stored.max() < 1_000);
    }
}
