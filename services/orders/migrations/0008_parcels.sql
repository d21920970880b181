-- What one producer packs of an order stands where its order stands, unless a row here says that it is further: most
-- orders never have one, and whoever advances only orders need not know of them.
create table parcels (
    order_id uuid not null references orders,
    producer_id uuid not null,
    state text not null check (state in ('packed', 'shipped', 'delivered', 'returned')),
    at timestamptz not null,
    by_account uuid not null,
    reason text not null,
    primary key (order_id, producer_id)
);
