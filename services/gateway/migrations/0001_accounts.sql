-- Who signs in, how, for whom they work, and what they agreed to.

create table account (
    id uuid primary key,
    -- As others see it, whole; the room gets it shortened.
    name text not null check (char_length(name) between 1 and 80),
    -- E.164: whoever signs in by phone code.
    phone text unique check (phone ~ '^\+84[0-9]{9}$'),
    -- Lower case: whoever signs in by password.
    username text unique check (username ~ '^[a-z0-9][a-z0-9._-]{2,31}$'),
    -- A PHC string of argon2id.
    password_hash text,
    -- Runs the installation: creates organisers.
    operator boolean not null default false,
    -- Has no way to sign in and no limits of its own; its tokens are handed to the load driver.
    made_for_demo boolean not null default false,
    created_at timestamptz not null,
    check (phone is not null or username is not null or made_for_demo),
    check ((username is null) = (password_hash is null))
);

create table organiser (
    id uuid primary key,
    name text not null unique check (char_length(name) between 1 and 120),
    created_at timestamptz not null
);

create table membership (
    organiser_id uuid not null references organiser,
    account_id uuid not null references account,
    role text not null check (role in ('organiser', 'host', 'moderator', 'volunteer')),
    created_at timestamptz not null,
    primary key (organiser_id, account_id)
);
create index membership_account on membership (account_id);

-- Whose goods an account keeps. The producer itself is catalogue's.
create table producer_keeper (
    producer_id uuid not null,
    account_id uuid not null references account,
    created_at timestamptz not null,
    primary key (producer_id, account_id)
);
create index producer_keeper_account on producer_keeper (account_id);

create table sign_in_code (
    id uuid primary key,
    phone text not null,
    -- HMAC-SHA256 of the code and the id, under a pepper that is not in this database.
    sealed bytea not null check (octet_length(sealed) = 32),
    tries_left smallint not null check (tries_left >= 0),
    used_at timestamptz,
    sent_at timestamptz not null,
    expires_at timestamptz not null
);
create index sign_in_code_phone on sign_in_code (phone, sent_at);
create index sign_in_code_sent on sign_in_code (sent_at);

create table token (
    -- SHA-256 of the token; who reads this table cannot sign in with it.
    hash bytea primary key check (octet_length(hash) = 32),
    account_id uuid not null references account,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index token_account on token (account_id);
create index token_expires on token (expires_at);

-- The proof of who agreed to what text and when, and of every withdrawal.
create table consent (
    id bigint generated always as identity primary key,
    account_id uuid not null references account,
    purpose text not null check (purpose ~ '^[a-z][a-z0-9_]{1,39}$'),
    text_version text not null check (char_length(text_version) between 1 and 40),
    given boolean not null,
    at timestamptz not null
);
create index consent_account on consent (account_id, purpose, id desc);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the consent ledger is append-only';
end
$$;
create trigger consent_is_append_only before update or delete or truncate on consent
    for each statement execute function refuse_change();
