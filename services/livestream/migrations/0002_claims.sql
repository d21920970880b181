-- The room's answers to claims are numbered like everything else that everybody must see.
alter table room add column last_claim_seq bigint not null default 0 check (last_claim_seq >= 0);
