-- What every service stands on: what it says, what it has heard, what it could not hear.

-- One row per aggregate that says events; the row's lock orders its events until commit.
create table chassis.aggregate (
    aggregate text primary key,
    last_seq bigint not null check (last_seq > 0)
);

create table chassis.outbox (
    id bigint generated always as identity primary key,
    event_id uuid not null unique,
    -- Null for feed messages, which carry their own numbers.
    aggregate text,
    aggregate_seq bigint,
    subject text not null,
    event_type text not null,
    payload bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    stream_seq bigint,
    unique (aggregate, aggregate_seq)
);
-- The payload is protobuf and often a whole batch: compressing it costs more than it saves.
alter table chassis.outbox alter column payload set storage external;
create index outbox_unpublished on chassis.outbox (id) where published_at is null;
create index outbox_published on chassis.outbox (published_at) where published_at is not null;

create table chassis.inbox (
    event_id uuid primary key,
    event_type text not null,
    heard_at timestamptz not null default clock_timestamp()
);
create index inbox_heard on chassis.inbox (heard_at);

create table chassis.dead_letter (
    id bigint generated always as identity primary key,
    subject text not null,
    event_type text not null,
    event_id text not null,
    payload bytea not null,
    reason text not null,
    died_at timestamptz not null default clock_timestamp()
);
