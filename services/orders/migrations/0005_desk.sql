-- The desk: claims that a person has to look at, shoppers whom an organiser restricts, orders placed for somebody.

create table desk_items (
    id uuid primary key,
    session_id uuid not null,
    account_id uuid not null,
    -- Shortened.
    shopper_name text not null,
    -- Null: a tap.
    comment_id uuid unique,
    -- As the room sees it.
    text text not null,
    reason text not null check (reason in ('unsure', 'unknown_code', 'invalid_quantity', 'restricted')),
    -- What it was taken for, line by line.
    offers uuid[] not null,
    units bigint[] not null,
    more boolean[] not null,
    made_at timestamptz not null,
    state text not null check (state in ('open', 'handled', 'dismissed')),
    -- Somebody works on it until then, by the database's clock.
    taken_by uuid,
    taken_until timestamptz,
    ended_by uuid,
    ended_at timestamptz,
    outcome text not null,
    version bigint not null,
    check ((taken_by is null) = (taken_until is null)),
    check ((state = 'open') = (ended_at is null) and (ended_at is null) = (ended_by is null)),
    check (cardinality(offers) = cardinality(units) and cardinality(units) = cardinality(more))
);
create index desk_items_session on desk_items (session_id, id);
create index desk_items_open on desk_items (session_id, id) where state = 'open';
-- Of a restricted shopper the newest wish counts.
create unique index desk_items_restricted on desk_items (session_id, account_id)
    where state = 'open' and reason = 'restricted' and comment_id is null;

create table restrictions (
    id uuid primary key,
    organiser_id uuid not null,
    account_id uuid not null,
    reason text not null check (char_length(reason) between 3 and 300),
    made_by uuid not null,
    made_at timestamptz not null,
    -- Null: until it is lifted.
    until timestamptz check (until > made_at and until <= made_at + interval '366 days'),
    lifted_by uuid,
    lifted_at timestamptz,
    check ((lifted_by is null) = (lifted_at is null))
);
create unique index restrictions_standing on restrictions (organiser_id, account_id) where lifted_at is null;

create table orders_assisted (
    order_id uuid primary key,
    assisted_by uuid not null
);
