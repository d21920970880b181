-- Moderation with its trail, and viewers' complaints.

create table mute (
    session_id uuid not null references room,
    -- Or the id of an author from elsewhere.
    account_id uuid not null,
    author_name text not null,
    -- Null: until the session ends.
    until timestamptz,
    reason text not null check (reason <> ''),
    primary key (session_id, account_id)
);

-- No row: off.
create table slow_mode (
    session_id uuid primary key references room,
    seconds integer not null check (seconds between 1 and 600)
);

create table banned_words (
    organiser_id uuid primary key,
    -- As typed; what they match is decided when a comment comes.
    words text[] not null,
    set_by uuid not null
);

-- Who did what to whom, when and why. Nothing here is ever changed or removed.
create table moderation_act (
    id uuid primary key,
    organiser_id uuid not null,
    session_id uuid references session,
    act text not null check (act in ('hide', 'mute', 'lift_mute', 'slow_mode', 'banned_words', 'take_down_warning')),
    target text not null,
    reason text not null,
    by uuid not null,
    at timestamptz not null
);
create index moderation_act_organiser on moderation_act (organiser_id, id desc);
create index moderation_act_session on moderation_act (session_id, id desc);

alter table notice add column taken_down_at timestamptz;
alter table notice add column taken_down_by uuid;

-- Law 122/2025/QH15, Art. 22: viewers can complain while the session runs. Kept as long as its recording, a year at
-- least: nothing deletes these rows.
create table complaint (
    id uuid primary key,
    number bigint generated always as identity unique,
    session_id uuid not null references session,
    account_id uuid not null,
    author_name text not null,
    offer_id uuid,
    pinned_offer_id uuid,
    -- Seconds after the session went live.
    second integer not null check (second >= 0),
    category text not null check (category in ('goods', 'price', 'conduct', 'fraud', 'other')),
    text text not null check (text <> ''),
    state text not null check (state in ('open', 'answered', 'closed')),
    answer text,
    answered_by uuid,
    answered_at timestamptz,
    closed_by uuid,
    closed_at timestamptz,
    idempotency_key text,
    at timestamptz not null,
    unique (session_id, account_id, idempotency_key),
    foreign key (session_id, offer_id) references offer (session_id, id),
    check (num_nonnulls(answer, answered_by, answered_at) in (0, 3)),
    check ((state = 'open') = (answer is null)),
    check (num_nonnulls(closed_by, closed_at) in (0, 2)),
    check ((state = 'closed') = (closed_at is not null))
);
create index complaint_session on complaint (session_id, id desc);
create index complaint_account on complaint (account_id, id desc);
