-- Pictures, each kept once under the hash of its bytes, as the gateway made them anew.
create table photo (
    photo_id bytea primary key check (octet_length(photo_id) = 32),
    large bytea not null check (octet_length(large) between 1 and 1000000),
    large_width integer not null check (large_width between 1 and 1200),
    large_height integer not null check (large_height between 1 and 1200),
    small bytea not null check (octet_length(small) between 1 and 1000000),
    small_width integer not null check (small_width between 1 and 320),
    small_height integer not null check (small_height between 1 and 320),
    added_at timestamptz not null
);
-- JPEG does not become smaller.
alter table photo alter column large set storage external, alter column small set storage external;

create table product_photo (
    product_id uuid not null references product,
    photo_id bytea not null references photo,
    position smallint not null check (position between 1 and 8),
    alt text not null,
    primary key (product_id, photo_id),
    constraint product_photo_position unique (product_id, position) deferrable initially deferred
);
create index product_photo_photo on product_photo (photo_id);

create table certificate_scan (
    certificate_id uuid primary key references certificate,
    photo_id bytea not null references photo,
    alt text not null
);
create index certificate_scan_photo on certificate_scan (photo_id);
