-- Units of each offer, orders, what is owed and what came in.

-- One row an offer: what it is (from OfferOpened), and where each of its units is.
create table offers (
    id uuid primary key,
    session_id uuid not null,
    variant_id uuid,
    -- From OfferOpened; null until it is applied.
    organiser_id uuid,
    producer_id uuid,
    product_id uuid,
    claim_code text,
    title text,
    price bigint check (price between 1 and 1000000000),
    limit_per_shopper integer not null default 0 check (limit_per_shopper >= 0),
    minimum_age integer not null default 0,
    cod_allowed boolean not null default false,
    shipped boolean not null default true,
    shipping_fee bigint not null default 0 check (shipping_fee >= 0),
    pickup_place text not null default '',
    payment_window_seconds integer not null default 900,
    payee_id text,
    payee_bin text,
    payee_account_no text,
    payee_account_name text,
    opened_at timestamptz,
    closed_at timestamptz,
    settled_at timestamptz,
    allotted bigint not null default 0,
    units_left bigint not null default 0,
    held bigint not null default 0,
    awaiting bigint not null default 0,
    sold bigint not null default 0,
    given_back bigint not null default 0,
    version bigint not null default 0,
    check (units_left >= 0 and held >= 0 and awaiting >= 0 and sold >= 0 and given_back >= 0),
    check (allotted = units_left + held + awaiting + sold + given_back),
    check (opened_at is null or (organiser_id is not null and price is not null and payee_id is not null)),
    check (settled_at is null or (units_left = 0 and held = 0 and awaiting = 0))
);
create index offers_session on offers (session_id);

-- Every change of an offer's units, one row a batch and offer; never changed.
create table offer_ledger (
    entry bigint generated always as identity primary key,
    offer_id uuid not null references offers,
    allotted bigint not null,
    units_left bigint not null,
    held bigint not null,
    awaiting bigint not null,
    sold bigint not null,
    given_back bigint not null,
    at timestamptz not null,
    check (allotted = units_left + held + awaiting + sold + given_back)
);
create index offer_ledger_offer on offer_ledger (offer_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;
create trigger offer_ledger_append_only before update or delete on offer_ledger
    for each statement execute function refuse_change();

create table orders (
    id uuid primary key,
    session_id uuid not null,
    organiser_id uuid not null,
    account_id uuid not null,
    state text not null check (state in
        ('awaiting_payment', 'confirmed', 'packed', 'shipped', 'delivered', 'returned', 'cancelled', 'expired')),
    payment_method text not null check (payment_method in ('cod', 'vietqr')),
    goods_total bigint not null check (goods_total > 0),
    shipping_fee bigint not null check (shipping_fee >= 0),
    total bigint not null check (total = goods_total + shipping_fee),
    placed_at timestamptz not null,
    pay_by timestamptz,
    contact_name text not null,
    contact_phone text not null,
    -- Null: picked up at the counter.
    ward_code text,
    address_line text not null,
    legacy_address text not null,
    version bigint not null default 1,
    check ((state = 'awaiting_payment') <= (pay_by is not null))
);
create index orders_session on orders (session_id, id);
create index orders_account on orders (account_id, id);
create index orders_due on orders (pay_by) where state = 'awaiting_payment';

create table order_lines (
    order_id uuid not null references orders,
    line_no smallint not null,
    offer_id uuid not null references offers,
    account_id uuid not null,
    producer_id uuid not null,
    product_id uuid not null,
    variant_id uuid not null,
    claim_code text not null,
    title text not null,
    units bigint not null check (units > 0),
    unit_price bigint not null check (unit_price > 0),
    line_total bigint not null check (line_total = units * unit_price),
    -- The units went back: they no longer count against the shopper's limit.
    released boolean not null default false,
    primary key (order_id, line_no)
);
create index order_lines_shopper on order_lines (offer_id, account_id) where not released;
create index order_lines_producer on order_lines (producer_id, order_id);

-- One key, one order: what was done is remembered, refusals are not.
create table order_keys (
    session_id uuid not null,
    account_id uuid not null,
    key text not null,
    fingerprint bigint not null,
    order_id uuid not null references orders,
    primary key (session_id, account_id, key)
);

-- Steps after placing; the first state is implied by the order.
create table order_steps (
    order_id uuid not null references orders,
    version bigint not null,
    state text not null,
    at timestamptz not null,
    by_account uuid,
    reason text not null,
    primary key (order_id, version)
);

create sequence payment_codes;

-- What one order owes one payee.
create table payments (
    id uuid primary key,
    order_id uuid not null references orders,
    payee_id text not null,
    payee_bin text not null,
    payee_account_no text not null,
    payee_account_name text not null,
    amount_due bigint not null check (amount_due > 0),
    amount_received bigint not null default 0 check (amount_received >= 0),
    code text not null unique,
    state text not null check (state in ('none', 'partial', 'exact', 'over', 'late', 'refund_due', 'refunded')),
    refund_reference text not null default '',
    version bigint not null default 1,
    unique (order_id, payee_id),
    check (state <> 'none' or amount_received = 0),
    check (state <> 'exact' or amount_received = amount_due),
    check (state <> 'over' or amount_received > amount_due)
);

-- A bank feed as it arrived, stored before it is answered.
create table bank_entries (
    id uuid primary key,
    provider text not null,
    provider_txn_id text not null,
    body bytea not null,
    account_no text not null,
    amount bigint not null,
    memo text not null,
    received_at timestamptz not null,
    outcome text not null check (outcome in
        ('pending', 'exact', 'under', 'over', 'late', 'unmatched', 'outgoing', 'malformed')),
    payment_id uuid references payments,
    unique (provider, provider_txn_id)
);
create index bank_entries_pending on bank_entries (id) where outcome = 'pending';
create index bank_entries_payment on bank_entries (payment_id);

-- Money that moved, by double entry: positive is debit, negative credit, each entry sums to nothing.
create table journal (
    entry uuid not null,
    account text not null,
    amount bigint not null check (amount <> 0),
    payment_id uuid references payments,
    order_id uuid not null references orders,
    at timestamptz not null,
    primary key (entry, account)
);
create index journal_payment on journal (payment_id);
create trigger journal_append_only before update or delete on journal
    for each statement execute function refuse_change();

create function journal_balances() returns trigger language plpgsql as $$
begin
    if (select sum(amount) from journal where entry = new.entry) <> 0 then
        raise exception 'journal entry % does not balance', new.entry;
    end if;
    return null;
end $$;
create constraint trigger journal_balanced after insert on journal
    deferrable initially deferred for each row execute function journal_balances();
