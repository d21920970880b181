-- What a service's roles may do with its tables, run by their owner after every migration. Nothing where there are no
-- such roles (deploy/postgres/roles.sql makes them).
do $$
declare
    prefix constant text := substring(current_user from '^(.+)_owner$');
    rw constant text := prefix || '_rw';
    ro constant text := prefix || '_ro';
    one record;
begin
    if prefix is null or not exists (select from pg_roles where rolname = rw) then
        return;
    end if;
    for one in
        select distinct relnamespace::regnamespace as name from pg_class where relowner = current_user::regrole
            and relkind in ('r', 'p', 'v', 'm', 'S')
    loop
        execute format('grant usage on schema %s to %I, %I', one.name, rw, ro);
    end loop;
    for one in
        select c.oid::regclass as name, c.relkind = 'S' as counts,
            -- Only read: migrations are the owner's, and a view shows what tables hold.
            c.relname = '_sqlx_migrations' or c.relkind in ('v', 'm') as is_read,
            -- The trigger that keeps a ledger from being changed bears this name: then the right goes too.
            exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname like '%append\_only') as is_ledger
        from pg_class c where c.relowner = current_user::regrole and c.relkind in ('r', 'p', 'v', 'm', 'S')
    loop
        if one.counts then
            execute format('grant select on sequence %s to %I', one.name, ro);
            execute format('grant usage, select on sequence %s to %I', one.name, rw);
        else
            execute format('grant select on %s to %I, %I', one.name, rw, ro);
            if one.is_read then
                execute format('revoke insert, update, delete on %s from %I', one.name, rw);
            elsif one.is_ledger then
                execute format('grant insert on %s to %I', one.name, rw);
                execute format('revoke update, delete on %s from %I', one.name, rw);
            else
                execute format('grant insert, update, delete on %s to %I', one.name, rw);
            end if;
        end if;
    end loop;
end $$;
