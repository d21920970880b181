-- Units kept for one shopper for a while, and the line of those who wait for some.

alter table offers
    add column waiting bigint not null default 0 check (waiting >= 0),
    add column last_place bigint not null default 0 check (last_place >= 0);

create table holds (
    id uuid primary key,
    session_id uuid not null,
    offer_id uuid not null references offers,
    account_id uuid not null,
    -- Shortened.
    shopper_name text not null,
    units bigint not null,
    state text not null check (state in ('active', 'converted', 'released', 'lapsed')),
    until timestamptz not null,
    extended boolean not null,
    made_at timestamptz not null,
    -- Who claimed for the shopper, at the desk.
    assisted_by uuid,
    version bigint not null,
    check ((state = 'active') = (units > 0) and units >= 0)
);
create unique index holds_active on holds (offer_id, account_id) where state = 'active';
create index holds_due on holds (until) where state = 'active';
create index holds_session on holds (session_id, account_id);

create table waits (
    id uuid primary key,
    session_id uuid not null,
    offer_id uuid not null references offers,
    account_id uuid not null,
    shopper_name text not null,
    units bigint not null,
    place bigint not null,
    state text not null check (state in ('waiting', 'served', 'left', 'closed')),
    made_at timestamptz not null,
    version bigint not null,
    check (state <> 'waiting' or units > 0),
    check (units >= 0)
);
create unique index waits_waiting on waits (offer_id, account_id) where state = 'waiting';
create unique index waits_line on waits (offer_id, place) where state = 'waiting';
create index waits_session on waits (session_id, account_id);
