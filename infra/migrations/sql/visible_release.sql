-- The release that a session reads: the newest published one, or the one that it has set.
create or replace function ops.visible_release() returns integer
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted constant text := coalesce(current_setting('casebridge.release', true), '');
    found integer;
begin
    if wanted = '' then
        return coalesce((select max(release_id) from ops.release where state = 'published'), 0);
    end if;
    if wanted = 'building' then
        -- session_user, because current_user is the function's owner here.
        if session_user not in ('modeller', 'gate') then
            raise exception 'role % may not read the release that is being built', session_user
                using errcode = 'insufficient_privilege', hint = 'Set casebridge.release to a published release, or reset it.';
        end if;
        select release_id into found from ops.release where state = 'building';
    elsif wanted ~ '^[0-9]{1,9}$' then
        select release_id into found from ops.release where state = 'published' and release_id = wanted::integer;
    end if;
    if found is null then
        raise exception 'release "%" cannot be read: it is not published', wanted
            using errcode = 'invalid_parameter_value', hint = 'Set casebridge.release to a published release, or reset it.';
    end if;
    return found;
end
$$;

-- The same for one table, which cannot be read as of a release that is older than the table.
create or replace function ops.visible_release(model text, since integer) returns integer
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    visible constant integer := ops.visible_release();
begin
    if visible < since then
        raise exception 'table % begins with release %, and release % is being read', model, since, visible
            using errcode = 'invalid_parameter_value', hint = 'Read a later release, or wait until one is published.';
    end if;
    return visible;
end
$$;
