-- A rush only adds rows, and an added row leaves nothing to clean: to go over them while orders come in would take
-- Postgres from the intake. Rows that change are cleaned as always.
alter table orders set (autovacuum_vacuum_insert_threshold = 10000000);
alter table order_lines set (autovacuum_vacuum_insert_threshold = 10000000);
alter table payments set (autovacuum_vacuum_insert_threshold = 10000000, autovacuum_analyze_scale_factor = 0.02);
