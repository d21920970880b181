-- What shipping costs, as a rule: free above an amount of goods, dearer above a weight. 0: not so.
alter table offers
    add column weight_grams integer not null default 0 check (weight_grams >= 0),
    add column free_shipping_from bigint not null default 0 check (free_shipping_from >= 0),
    add column shipping_grams integer not null default 0 check (shipping_grams >= 0),
    add column shipping_fee_per_kg bigint not null default 0 check (shipping_fee_per_kg >= 0);
