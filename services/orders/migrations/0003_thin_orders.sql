-- The budget of the hot path: an order, its lines, and one index on each that is not in order of time.

-- One key, one order: the key stands in its order's row. Refusals are not remembered.
alter table orders add column key text collate "C", add column fingerprint bigint;
update orders o set key = k.key, fingerprint = k.fingerprint from order_keys k where k.order_id = o.id;
alter table orders alter column key set not null, alter column fingerprint set not null;
drop table order_keys;
-- It also finds a shopper's orders, and within a session what counts against their limit.
create unique index orders_key on orders (account_id, session_id, key);
drop index orders_account;
-- Always true, and only for those who say so: a look for a key names the session too, and a planner that knows nothing
-- yet of a new table finds this index as good, and reads a whole session for every key.
drop index orders_session;
create index orders_session on orders (session_id, id) where version > 0;

drop index order_lines_shopper;
alter table order_lines drop column account_id;

-- One statement writes an order with its lines and payments, and nothing deletes any; `phien audit` looks for orphans.
-- A foreign key would look up each row once more.
alter table order_lines drop constraint order_lines_order_id_fkey, drop constraint order_lines_offer_id_fkey;
alter table payments drop constraint payments_order_id_fkey;
alter table offer_ledger drop constraint offer_ledger_offer_id_fkey;

-- A table that grows by thousands a second is looked at in time.
alter table orders set (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.5);
alter table order_lines set (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.5);
