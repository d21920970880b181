-- What shipping costs, as a rule: free above an amount of goods, dearer above a weight. 0: not so.
alter table session
    add column free_shipping_from bigint not null default 0 check (free_shipping_from >= 0),
    add column shipping_grams integer not null default 0 check (shipping_grams >= 0),
    add column shipping_fee_per_kg bigint not null default 0 check (shipping_fee_per_kg >= 0);
create index offer_producer on offer (producer_id, session_id);
