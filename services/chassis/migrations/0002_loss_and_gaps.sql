-- What the stream refused, what it lost, what was never heard.

-- A row that the stream refuses for good: it and what its aggregate said later wait for a person.
alter table chassis.outbox add column parked_at timestamptz;
create index outbox_parked on chassis.outbox (aggregate) where parked_at is not null;

-- The incarnation of this service's stream that holds what the outbox has published.
create table chassis.stream_seen (
    stream text primary key,
    -- When the server created it, in microseconds since 1970: compared for equality, never with our own clock.
    created_us bigint not null,
    -- Set while what was lost is said again: the last row of which that is done.
    said_again_up_to bigint
);

alter table chassis.dead_letter
    -- The event's attributes as they came; empty for what this service itself could not say.
    add column headers jsonb not null default '{}',
    -- The row of the outbox that the stream refused; its payload stands there.
    add column outbox_id bigint unique,
    add column replay_at timestamptz,
    add column replayed_at timestamptz;
create index dead_letter_open on chassis.dead_letter (id) where replayed_at is null;

-- An event that another one of its aggregate and kind names as the one before it, and that was not heard.
create table chassis.gap (
    event_id uuid primary key,
    event_type text not null,
    aggregate text not null,
    noticed_at timestamptz not null default clock_timestamp()
);

-- The trace that an event belongs to, as a W3C `traceparent`; null for all that are not sampled.
alter table chassis.outbox add column trace text;
