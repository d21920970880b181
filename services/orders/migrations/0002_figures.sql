-- The organiser's figures: a projection of this service's own events, to be made anew from its own tables at any time.
create table figures (
    session_id uuid primary key,
    orders bigint not null default 0,
    units bigint not null default 0,
    gross bigint not null default 0,
    net bigint not null default 0,
    unpaid bigint not null default 0,
    paid bigint not null default 0,
    orders_unpaid bigint not null default 0,
    orders_cancelled bigint not null default 0,
    orders_expired bigint not null default 0,
    newest_order_at timestamptz,
    version bigint not null default 0
);

create table figures_by_offer (
    session_id uuid not null,
    offer_id uuid not null,
    claim_code text not null,
    title text not null,
    producer_id uuid not null,
    orders bigint not null default 0,
    units bigint not null default 0,
    gross bigint not null default 0,
    net bigint not null default 0,
    primary key (session_id, offer_id)
);

create table figures_by_minute (
    session_id uuid not null,
    minute timestamptz not null,
    orders bigint not null default 0,
    units bigint not null default 0,
    gross bigint not null default 0,
    primary key (session_id, minute)
);
