-- What the stream lost and has again, page by page: the numbers of these rows, in place of those in the outbox. A row a
-- page, since changing a row an event costs more than saying it.
create table chassis.said_again (
    -- The last row of the page, and the row before its first.
    up_to bigint primary key,
    after bigint not null check (after < up_to),
    first_seq bigint not null check (first_seq > 0),
    last_seq bigint not null check (last_seq >= first_seq),
    -- What was published later has its own number, whatever its row's.
    said_at timestamptz not null default clock_timestamp()
);

-- Where each published event stands in the stream: between these two numbers, which are one unless it was said again.
create view chassis.standing as
select o.id, o.event_id, o.published_at,
    coalesce(page.first_seq, o.stream_seq) as first_seq, coalesce(page.last_seq, o.stream_seq) as last_seq
from chassis.outbox o
left join lateral (
    select * from (select * from chassis.said_again where up_to >= o.id order by up_to limit 1) as next
    where next.after < o.id and next.said_at >= o.published_at
) as page on true
where o.published_at is not null and o.aggregate is not null;
