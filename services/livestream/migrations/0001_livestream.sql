-- Livestream: sessions, their line-up, the room's comments; its own copy of what can be sold.

-- Its own copy of catalogue's goods, fed by events.
create table producer (
    id uuid primary key,
    name text not null,
    verified boolean not null,
    bank_bin text,
    bank_account_no text,
    bank_account_name text,
    check (num_nonnulls(bank_bin, bank_account_no, bank_account_name) in (0, 3))
);

create table product (
    id uuid primary key,
    producer_id uuid not null references producer,
    name text not null,
    listed boolean not null,
    trace_url text not null,
    stars_shown integer not null check (stars_shown between 0 and 5),
    minimum_age integer not null check (minimum_age between 0 and 150),
    cod_allowed boolean not null,
    live_allowed boolean not null,
    shipped boolean not null,
    -- Why something is not allowed, in catalogue's words.
    reason_vi text not null,
    reason_en text not null
);
create index product_producer on product (producer_id);

create table variant (
    id uuid primary key,
    product_id uuid not null references product,
    pack text not null,
    list_price bigint not null check (list_price > 0),
    weight_grams integer not null check (weight_grams >= 0)
);
create index variant_product on variant (product_id);

create table session (
    id uuid primary key,
    organiser_id uuid not null,
    title text not null check (title <> ''),
    description text not null,
    state text not null check (state in ('planned', 'live', 'ended')),
    starts_at timestamptz not null,
    went_live_at timestamptz,
    ended_at timestamptz,
    -- Set when the session was stopped at once: why, and by whom.
    stopped_reason text check (stopped_reason <> ''),
    stopped_by uuid,
    -- What an order of this session may choose.
    bank_bin text,
    bank_account_no text,
    bank_account_name text,
    cod_allowed boolean not null,
    shipping_fee bigint not null check (shipping_fee between 0 and 1000000),
    pickup_place text not null,
    payment_window_seconds integer not null check (payment_window_seconds between 60 and 86400),
    pinned_offer_id uuid,
    -- One more with every change of the row.
    version bigint not null check (version > 0),
    planned_by uuid not null,
    planned_at timestamptz not null,
    check (num_nonnulls(bank_bin, bank_account_no, bank_account_name) in (0, 3)),
    check ((state = 'ended') = (ended_at is not null)),
    check (state <> 'planned' or went_live_at is null),
    check (state <> 'live' or went_live_at is not null),
    check ((stopped_reason is null) = (stopped_by is null)),
    check (stopped_reason is null or state = 'ended'),
    check (state <> 'ended' or pinned_offer_id is null)
);
-- Planning the same thing twice finds the first.
create unique index session_planned_once on session (organiser_id, starts_at, title) where state = 'planned';
create index session_organiser on session (organiser_id, id desc);
create index session_state on session (state, id desc);

create table offer (
    id uuid primary key,
    session_id uuid not null references session,
    organiser_id uuid not null,
    producer_id uuid not null,
    product_id uuid not null,
    variant_id uuid not null,
    producer_name text not null,
    title text not null,
    pack text not null,
    trace_url text not null,
    claim_code text not null check (claim_code ~ '^[A-Z]{1,3}[0-9]{1,4}$'),
    list_price bigint not null check (list_price > 0),
    live_price bigint not null check (live_price > 0),
    proposed_units bigint not null check (proposed_units > 0),
    allotted_units bigint not null check (allotted_units between 0 and proposed_units),
    -- 0: no limit.
    limit_per_shopper integer not null check (limit_per_shopper >= 0),
    state text not null check (state in ('proposed', 'refused', 'allotted', 'open', 'closed', 'settled')),
    refused_vi text not null,
    refused_en text not null,
    payee_kind text not null check (payee_kind in ('organiser', 'producer')),
    stars_shown integer not null check (stars_shown between 0 and 5),
    weight_grams integer not null check (weight_grams >= 0),
    minimum_age integer not null check (minimum_age between 0 and 150),
    cod_allowed boolean not null,
    shipped boolean not null,
    position integer not null check (position > 0),
    opens_at timestamptz,
    closes_at timestamptz,
    opened_at timestamptz,
    -- Orders has said that nothing is left; a restock ends it.
    sold_out boolean not null,
    -- What became of the units, by orders; and how many of them catalogue has back on hand.
    sold_units bigint not null check (sold_units >= 0),
    given_back_units bigint not null check (given_back_units >= 0),
    back_on_hand_units bigint not null check (back_on_hand_units >= 0),
    version bigint not null check (version > 0),
    proposed_by uuid not null,
    proposed_at timestamptz not null,
    unique (session_id, id),
    unique (session_id, position),
    check (closes_at > opens_at),
    check (state not in ('allotted', 'open') or allotted_units > 0),
    check (state <> 'open' or opened_at is not null),
    check (state not in ('proposed', 'refused', 'allotted') or opened_at is null)
);
-- A code belongs to one offer of its session. One that never sold anything gives its code back.
create unique index offer_claim_code on offer (session_id, claim_code)
    where state in ('proposed', 'allotted', 'open') or opened_at is not null;
create index offer_unclosed_product on offer (product_id) where state in ('proposed', 'allotted', 'open');
create index offer_times on offer (session_id) where state in ('allotted', 'open') and (opens_at is not null or closes_at is not null);

alter table session add foreign key (id, pinned_offer_id) references offer (session_id, id);

-- One request for units: the first, and one for every restock.
create table proposal (
    id uuid primary key,
    offer_id uuid not null references offer,
    units bigint not null check (units between 1 and 100000),
    outcome text not null check (outcome in ('pending', 'allotted', 'refused')),
    allotted_units bigint not null check (allotted_units between 0 and units),
    idempotency_key text,
    proposed_by uuid not null,
    proposed_at timestamptz not null,
    unique (offer_id, idempotency_key),
    check ((outcome = 'allotted') = (allotted_units > 0))
);
-- One at a time.
create unique index proposal_pending on proposal (offer_id) where outcome = 'pending';
create index proposal_offer on proposal (offer_id);

-- The room's counters, one a kind of event; its row's lock orders what is said in the room.
create table room (
    session_id uuid primary key references session,
    last_comment_seq bigint not null default 0 check (last_comment_seq >= 0),
    last_sale_seq bigint not null default 0 check (last_sale_seq >= 0),
    last_notice_seq bigint not null default 0 check (last_notice_seq >= 0),
    last_hidden_seq bigint not null default 0 check (last_hidden_seq >= 0)
);

create table comment (
    id uuid primary key,
    session_id uuid not null references room,
    seq bigint not null check (seq > 0),
    account_id uuid not null,
    -- Shortened, phones masked; so is the text.
    author_name text not null,
    text text not null,
    idempotency_key text,
    at timestamptz not null,
    hidden_seq bigint check (hidden_seq > 0),
    hidden_at timestamptz,
    hidden_by uuid,
    hidden_reason text check (hidden_reason <> ''),
    unique (session_id, seq),
    unique (session_id, account_id, idempotency_key),
    unique (session_id, hidden_seq),
    check (num_nonnulls(hidden_seq, hidden_at, hidden_by, hidden_reason) in (0, 4))
);
create index comment_rate on comment (session_id, account_id, at);

create table notice (
    session_id uuid not null references room,
    seq bigint not null check (seq > 0),
    text text not null check (text <> ''),
    warning boolean not null,
    at timestamptz not null,
    -- Null: said by the house itself.
    said_by uuid,
    primary key (session_id, seq)
);
create index notice_warning on notice (session_id, seq desc) where warning;

-- Which numbers of the sale ticker came from which event.
create table ticker (
    event_id uuid primary key,
    session_id uuid not null references room,
    last_seq bigint not null,
    sales bigint not null check (sales > 0 and sales <= last_seq),
    unique (session_id, last_seq)
);

-- Gateways' own counts. Losing them costs seconds: they are said again.
create unlogged table viewer_report (
    gateway_id uuid not null,
    session_id uuid not null,
    viewers bigint not null check (viewers >= 0),
    at timestamptz not null,
    primary key (session_id, gateway_id)
);
create index viewer_report_gateway on viewer_report (gateway_id);
