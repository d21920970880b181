-- Does an encoder send pictures of the session now?
alter table session add column video boolean not null default false check (not video or state <> 'ended');
