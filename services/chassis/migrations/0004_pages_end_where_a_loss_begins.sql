-- Whatever has to be said again, by this version or the one before, stands under no page's numbers any more. A page in
-- which the loss begins keeps the rows before it.
create function chassis.end_pages() returns trigger language plpgsql as $$
begin
    update chassis.said_again set up_to = new.said_again_up_to
    where after < new.said_again_up_to and up_to > new.said_again_up_to;
    delete from chassis.said_again where up_to > new.said_again_up_to;
    return null;
end $$;

create trigger end_pages after insert or update of said_again_up_to on chassis.stream_seen
for each row when (new.said_again_up_to is not null) execute function chassis.end_pages();
