-- Fails where dim_date would say null: a limit that is counted without a calendar must not end unnoticed.
create or replace function marts.working_days(since date, until date) returns integer
language plpgsql stable as $$
declare
    counted integer;
    unknown integer;
begin
    select max(working_day_no) filter (where date_on = until) - max(working_day_no) filter (where date_on = since)
    into counted from marts.dim_date where date_on in (since, until);
    if counted is null and since is not null and until is not null then
        select min(extract(year from day)) into unknown from unnest(array[since, until]) as day
        where not exists (select from marts.dim_date where date_on = day and working_day_no is not null);
        raise exception 'the working days of % are not known', unknown
        using hint = 'add the year to vocabulary working_day when its holidays are published';
    end if;
    return counted;
end
$$;
comment on function marts.working_days is 'Working days (工作日) after one day up to another; negative backwards. Raises where the calendar of a year is missing.';
grant execute on function marts.working_days to analyst, gate;
