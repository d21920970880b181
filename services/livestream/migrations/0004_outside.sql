-- Comments from other platforms: kept as they came, then shown in the room of the session that is also there.

-- "This session is also on facebook, as post X."
create table channel (
    session_id uuid not null references session,
    source text not null check (source <> ''),
    post_id text not null check (post_id <> ''),
    set_by uuid not null,
    set_at timestamptz not null,
    -- The last comparison with the platform's own list.
    reconciled_at timestamptz,
    missing integer not null default 0 check (missing >= 0),
    primary key (session_id, source),
    -- A post is one session's.
    unique (source, post_id)
);

-- Who writes from elsewhere. The id stands for an account in `comment` and `mute` until an account is known.
create table outside_author (
    id uuid primary key,
    source text not null,
    external_id text not null check (external_id <> ''),
    name text not null,
    -- E.164, as the author wrote it into a comment; gone when the account is known.
    phone text,
    -- Shown once by somebody who is signed in; gone with that.
    link_token uuid unique,
    account_id uuid,
    linked_at timestamptz,
    unique (source, external_id),
    check ((account_id is null) = (linked_at is null)),
    check (account_id is null or (link_token is null and phone is null))
);
create index outside_author_phone on outside_author (phone) where phone is not null;

create table outside_comment (
    -- The order of arrival.
    arrival bigint generated always as identity primary key,
    source text not null,
    external_id text not null check (external_id <> ''),
    post_id text not null,
    author_external_id text not null,
    author_name text not null,
    -- As typed, phones and all, while it waits; empty from then on.
    text text not null,
    -- By the source.
    written_at timestamptz not null,
    received_at timestamptz not null,
    -- Deliveries after the first.
    duplicates bigint not null default 0 check (duplicates >= 0),
    -- late: the session was over; muted: its author was; unfit: nothing that may be shown in it.
    state text not null check (state in ('waiting', 'shown', 'late', 'muted', 'unfit')),
    comment_id uuid unique references comment,
    unique (source, external_id),
    check ((state = 'shown') = (comment_id is not null)),
    check (state = 'waiting' or text = '')
);
create index outside_comment_waiting on outside_comment (source, post_id, arrival) where state = 'waiting';
create index outside_comment_post on outside_comment (source, post_id, received_at desc);

-- Forged deliveries that were refused.
create table outside_source (
    source text primary key,
    forged bigint not null check (forged >= 0)
);

-- A claim of an author whom no account is known of: read when it came, said when the account is known.
create table unlinked_claim (
    comment_id uuid primary key references comment,
    session_id uuid not null references room,
    seq bigint not null,
    author_id uuid not null references outside_author,
    -- `ClaimCommented` without its account.
    claimed bytea not null,
    -- late: the session was over when the account came to be known.
    state text not null check (state in ('unlinked', 'linked', 'late')),
    unique (session_id, seq)
);
create index unlinked_claim_author on unlinked_claim (author_id) where state = 'unlinked';

alter table comment add column source text check (source <> '');
alter table comment add column source_at timestamptz;
