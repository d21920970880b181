-- The trace that an event belongs to, as a W3C `traceparent`; null for all that are not sampled.
alter table chassis.outbox add column trace text;
