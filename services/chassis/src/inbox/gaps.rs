//! Was the event before this one heard?
//!
//! An aggregate's numbers have holes for a hearer that hears only some of its kinds. So each event names the one of its
//! aggregate *and kind* before it, and that one is looked for in the inbox: nothing is written unless it is missing. A
//! gap is reported, not waited for: every effect stands on its own inbox row, so that an event that comes late is still
//! applied, once. The gap closes by itself then. Only kinds that are heard in order wait, and not for ever.

use std::collections::{HashSet, VecDeque};

use super::follow::Arrived;
use crate::{
    counters::Counters,
    envelope,
    id::{EventId, Id as _},
    service::Core,
};

/// Ids remembered, so that the inbox is seldom asked.
const REMEMBERED: usize = 8192;

/// What was applied lately.
#[derive(Default)]
pub(super) struct Known {
    ids: HashSet<EventId>,
    order: VecDeque<EventId>,
}

impl Known {
    /// Was it applied, or given up as a dead letter?
    pub(super) async fn heard(&self, core: &Core, id: EventId) -> Result<bool, sqlx::Error> {
        if self.ids.contains(&id) {
            return Ok(true);
        }
        sqlx::query_scalar(
            "select exists (select from chassis.inbox where event_id = $1)
                 or exists (select from chassis.dead_letter where event_id = $2 and replayed_at is null)",
        )
        .bind(id.uuid())
        .bind(id.to_string())
        .fetch_one(&core.db)
        .await
    }

    /// Remembers what was applied, and notes the events before them that were not heard.
    pub(super) async fn note(
        &mut self,
        core: &Core,
        arrived: &[Arrived],
    ) -> Result<(), sqlx::Error> {
        for (head, _) in arrived {
            if self.ids.insert(head.id) {
                self.order.push_back(head.id);
            }
        }
        let (mut ids, mut names, mut types, mut aggregates) = (vec![], vec![], vec![], vec![]);
        for (head, message) in arrived {
            let before = message.headers.as_ref().and_then(envelope::after);
            if let Some(before) = before.filter(|before| !self.ids.contains(before)) {
                ids.push(before.uuid());
                names.push(before.to_string());
                types.push(head.event_type.clone());
                aggregates.push(head.aggregate.clone().unwrap_or_default().0);
            }
        }
        while self.order.len() > REMEMBERED {
            self.order.pop_front().map(|old| self.ids.remove(&old));
        }
        if ids.is_empty() {
            return Ok(());
        }
        let missing: Vec<String> = sqlx::query_scalar(
            "insert into chassis.gap (event_id, event_type, aggregate)
             select a.event_id, a.event_type, a.aggregate
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as a (event_id, name, event_type, aggregate)
             where not exists (select from chassis.inbox i where i.event_id = a.event_id)
                 and not exists (select from chassis.dead_letter d where d.event_id = a.name and d.replayed_at is null)
             on conflict (event_id) do nothing
             returning event_type || ' of ' || aggregate",
        )
        .bind(ids)
        .bind(names)
        .bind(types)
        .bind(aggregates)
        .fetch_all(&core.db)
        .await?;
        for gap in &missing {
            tracing::error!("an event was not heard before the next one came: {gap}");
        }
        Counters::more(&core.counters.inbox_gaps, missing.len());
        Ok(())
    }
}
