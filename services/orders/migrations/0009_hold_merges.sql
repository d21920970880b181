-- Units that somebody at the desk gave from one shopper's open order to another's: who, whose, how many, when.
create table hold_merges (
    id bigint generated always as identity primary key,
    session_id uuid not null,
    offer_id uuid not null,
    from_account uuid not null,
    into_account uuid not null check (into_account <> from_account),
    units bigint not null check (units > 0),
    by_account uuid not null,
    at timestamptz not null
);
create index hold_merges_session on hold_merges (session_id, id);
