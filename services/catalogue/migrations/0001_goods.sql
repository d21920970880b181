-- Producers, their goods with certificates, and where each unit of stock is.

create table producer (
    producer_id uuid primary key,
    account_id uuid not null,
    kind text not null check (kind in ('company', 'cooperative', 'cooperative_group', 'household', 'farm')),
    name text not null,
    business_code text,
    tax_code text,
    -- What names it before the law.
    code text generated always as (coalesce(business_code, tax_code)) stored not null,
    address_line text not null,
    ward_code text not null,
    legacy_address text not null,
    phone text,
    bank_bin text,
    bank_account_no text,
    bank_account_name text,
    state text not null check (state in ('draft', 'verified', 'suspended')),
    state_reason text not null default '',
    created_at timestamptz not null,
    check ((kind in ('company', 'cooperative')) = (business_code is not null)),
    check ((bank_bin is null) = (bank_account_no is null) and (bank_bin is null) = (bank_account_name is null))
);
-- A draft claims nothing: anybody could write down somebody else's code.
create unique index producer_code on producer (code) where state <> 'draft';
create unique index producer_draft on producer (account_id, code) where state = 'draft';

create table product (
    product_id uuid primary key,
    producer_id uuid not null references producer,
    name text not null,
    -- Without case and diacritics, for search.
    name_folded text not null,
    product_set smallint not null check (product_set between 1 and 26),
    description text not null,
    ingredients text not null,
    allergens text not null,
    storage text not null,
    shelf_life_days integer not null check (shelf_life_days >= 0),
    alcohol_permille smallint not null check (alcohol_permille between 0 and 1000),
    origin_line text not null,
    origin_ward_code text not null,
    origin_legacy_address text not null,
    gi_no text not null,
    trace_url text not null,
    state text not null check (state in ('listed', 'withdrawn')),
    created_at timestamptz not null
);
create unique index product_name on product (producer_id, name) where state = 'listed';
create index product_producer on product (producer_id, product_id);

create table variant (
    variant_id uuid primary key,
    product_id uuid not null references product,
    producer_id uuid not null references producer,
    sku text not null,
    pack text not null,
    list_price bigint not null check (list_price between 1 and 1000000000),
    weight_grams integer not null check (weight_grams >= 0),
    unique (producer_id, sku)
);
create index variant_product on variant (product_id);

create table certificate (
    certificate_id uuid primary key,
    product_id uuid not null references product,
    decision_no text not null,
    decision_date date not null,
    certificate_no text not null,
    issuing_authority text not null,
    issuing_level text not null check (issuing_level in ('central', 'province', 'district_legacy')),
    legal_version text not null check (legal_version in ('qd148', 'qd1489', 'qd26')),
    stars smallint not null check (stars between 1 and 5),
    score smallint check (score between 0 and 100),
    valid_from date not null,
    valid_to date not null check (valid_to > valid_from),
    evidence text not null check (evidence in ('a', 'b1', 'b2', 'c')),
    graded_by uuid,
    revoked_at timestamptz,
    revoked_reason text,
    recorded_at timestamptz not null,
    check ((revoked_at is null) = (revoked_reason is null)),
    unique (product_id, decision_no)
);
create index certificate_valid_from on certificate (valid_from);
create index certificate_valid_to on certificate (valid_to);

-- The day whose certificates livestream was last told of.
create table certificate_day (
    the_only boolean primary key default true check (the_only),
    day date not null
);
insert into certificate_day (day) values ('1970-01-01');

-- One unit is in exactly one place; nobody can write a row that says otherwise.
create table stock (
    variant_id uuid primary key references variant,
    received bigint not null default 0 check (received >= 0),
    on_hand bigint not null default 0 check (on_hand >= 0),
    allotted bigint not null default 0 check (allotted >= 0),
    sold bigint not null default 0 check (sold >= 0),
    written_off bigint not null default 0 check (written_off >= 0),
    -- The number of changes so far.
    version bigint not null default 0 check (version >= 0),
    check (received = on_hand + allotted + sold + written_off)
);

create table stock_ledger (
    entry bigint generated always as identity primary key,
    variant_id uuid not null references stock,
    -- The row's version after this change.
    version bigint not null check (version > 0),
    reason text not null check (reason in ('received', 'written_off', 'allotted', 'settled', 'returned')),
    received bigint not null,
    on_hand bigint not null,
    allotted bigint not null,
    sold bigint not null,
    written_off bigint not null,
    offer_id uuid,
    proposal_id uuid,
    note text not null,
    idempotency_key text not null,
    at timestamptz not null,
    check (received = on_hand + allotted + sold + written_off),
    check ((reason in ('allotted', 'settled', 'returned')) = (offer_id is not null)),
    check ((reason = 'allotted') = (proposal_id is not null)),
    unique (variant_id, version),
    unique (variant_id, idempotency_key)
);
create index stock_ledger_at on stock_ledger (at);

create function keep_the_ledger() returns trigger language plpgsql as $$
begin
    raise exception 'the stock ledger is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger stock_ledger_append_only before update or delete on stock_ledger
    for each row execute function keep_the_ledger();
create trigger stock_ledger_no_truncate before truncate on stock_ledger
    for each statement execute function keep_the_ledger();

-- At commit every change of a stock row must stand in the ledger as it was made.
create function stock_moves_by_the_ledger() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if (new.received, new.version) is distinct from (0::bigint, 0::bigint) then
            raise exception 'the stock of variant % must start empty', new.variant_id
                using errcode = 'integrity_constraint_violation';
        end if;
    elsif new.version <> old.version + 1 or not exists (
        select from stock_ledger l
        where l.variant_id = new.variant_id and l.version = new.version
            and l.received = new.received - old.received
            and l.on_hand = new.on_hand - old.on_hand
            and l.allotted = new.allotted - old.allotted
            and l.sold = new.sold - old.sold
            and l.written_off = new.written_off - old.written_off
    ) then
        raise exception 'the stock of variant % changed without its ledger entry', new.variant_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger stock_moves_by_the_ledger after insert or update on stock
    deferrable initially deferred for each row execute function stock_moves_by_the_ledger();

-- What each offer was given, and what became of it.
create table allotment (
    offer_id uuid primary key,
    variant_id uuid not null references stock,
    session_id uuid not null,
    units bigint not null check (units > 0),
    units_sold bigint not null default 0 check (units_sold >= 0),
    given_back bigint not null default 0 check (given_back >= 0),
    -- Of those sold: what came back later.
    returned bigint not null default 0,
    settled boolean not null generated always as (units_sold + given_back = units) stored,
    check (units_sold + given_back <= units),
    check (returned between 0 and units_sold)
);
create index allotment_variant on allotment (variant_id);

-- Each request for units and its one answer.
create table proposal (
    proposal_id uuid primary key,
    offer_id uuid not null,
    variant_id text not null,
    units bigint not null,
    -- Empty: granted.
    refused text not null,
    answered_at timestamptz not null
);
