-- Joins the calling transaction to a release that is being built: it cannot be published, abandoned or undone before the transaction ends.
create or replace function ops.join_release(release integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock_shared('ops.release'::regclass::oid::integer, release);
    if not exists (select from ops.release r where r.release_id = release and r.state = 'building') then
        raise exception 'release % is not being built', release
            using errcode = 'object_not_in_prerequisite_state', hint = 'Begin a release before building its models.';
    end if;
end
$$;

-- Waits until no model of the release is being built, and keeps others from starting; for publish and abandon, in their own transaction.
create or replace function ops.close_release(release integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock('ops.release'::regclass::oid::integer, release);
    if not exists (select from ops.release r where r.release_id = release and r.state = 'building') then
        raise exception 'release % is not being built', release
            using errcode = 'object_not_in_prerequisite_state', hint = 'Only a release that is being built can be published or undone.';
    end if;
end
$$;

-- Takes every row version of an unpublished release back; returns how many.
create or replace function ops.undo_release(release integer) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    versions regclass;
    undone bigint := 0;
    counted bigint;
begin
    perform ops.close_release(release);
    for versions in
        select c.oid from pg_class c where c.relnamespace = to_regnamespace('marts_v') and c.relkind = 'p' order by c.relname
    loop
        execute format('delete from %s where released_in = $1 and retired_in = 2147483647', versions) using release;
        get diagnostics counted = row_count;
        undone := undone + counted;
        execute format('update %s set retired_in = 2147483647 where retired_in = $1', versions) using release;
        get diagnostics counted = row_count;
        undone := undone + counted;
    end loop;
    delete from ops.release_model where release_id = release;
    return undone;
end
$$;
