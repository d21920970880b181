-- The three roles of one service's database, run in that database by an administrator; running it again changes nothing.
--
--   <database>_owner  owns everything and migrates; no service runs as it
--   <database>_rw     what a service runs as: reads and writes rows, changes no table
--   <database>_ro     reads: audits and reports
--
-- None of them can connect to another service's database. Passwords are set apart (deploy/README.md). What each may do
-- with which table is in services/chassis/src/service/grants.sql, which `phien migrate` runs after the migrations.
do $$
declare
    db constant text := current_database();
    -- Tests have many databases for one set of roles.
    prefix constant text := coalesce(nullif(current_setting('phien.role_prefix', true), ''), db);
    owner_role constant text := prefix || '_owner';
    rw constant text := prefix || '_rw';
    ro constant text := prefix || '_ro';
    one record;
    role text;
begin
    foreach role in array array[owner_role, rw, ro] loop
        if not exists (select from pg_roles where rolname = role) then
            execute format('create role %I login', role);
        end if;
    end loop;

    execute format('alter database %I owner to %I', db, owner_role);
    execute format('revoke all on database %I from public', db);
    execute format('grant connect on database %I to %I, %I', db, rw, ro);
    -- Rebuilding figures puts versions aside in a temporary table.
    execute format('grant temporary on database %I to %I', db, rw);

    -- What was made before the roles were.
    for one in select n.oid::regnamespace as name from pg_namespace n
        where n.nspname = 'chassis' and n.nspowner <> owner_role::regrole
    loop
        execute format('alter schema %s owner to %I', one.name, owner_role);
    end loop;
    for one in
        select c.oid::regclass as name, case c.relkind
            when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
        from pg_class c
        where c.relnamespace::regnamespace::text in ('public', 'chassis') and c.relkind in ('r', 'p', 'v', 'm', 'S')
            and c.relowner <> owner_role::regrole
            -- A column's own sequence goes with its table.
            and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass
                and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
    loop
        execute format('alter %s %s owner to %I', one.kind, one.name, owner_role);
    end loop;
    for one in select p.oid::regprocedure as name from pg_proc p
        where p.pronamespace::regnamespace::text in ('public', 'chassis') and p.proowner <> owner_role::regrole
    loop
        execute format('alter routine %s owner to %I', one.name, owner_role);
    end loop;

    revoke all on schema public from public;
    execute format('grant all on schema public to %I', owner_role);
    execute format('grant usage on schema public to %I, %I', rw, ro);

    -- What is made later.
    execute format('alter default privileges for role %I grant usage on schemas to %I, %I', owner_role, rw, ro);
    execute format('alter default privileges for role %I grant select, insert, update, delete on tables to %I', owner_role, rw);
    execute format('alter default privileges for role %I grant select on tables to %I', owner_role, ro);
    execute format('alter default privileges for role %I grant usage, select on sequences to %I', owner_role, rw);
    execute format('alter default privileges for role %I grant select on sequences to %I', owner_role, ro);
end $$;
