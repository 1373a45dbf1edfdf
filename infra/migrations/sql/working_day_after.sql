-- Fails where no day would be told: a limit that ends in a year without a calendar must not be lost.
create or replace function marts.working_day_after(since date, days integer) returns date
language plpgsql stable as $$
declare
    ended date;
    unknown integer;
begin
    if days < 0 then
        raise exception 'a limit of % days ends before it begins', days using hint = 'count back with marts.working_days';
    end if;
    select min(later.date_on) into ended
    from marts.dim_date as first
    inner join marts.dim_date as later on later.working_day_no = first.working_day_no + days
    where first.date_on = since and later.date_on between since and since + 3 * days + 30;
    if ended is null and since is not null and days is not null then
        select coalesce(
            (select extract(year from since) where not exists (
                select from marts.dim_date where date_on = since and working_day_no is not null)),
            (select min(extract(year from date_on)) from marts.dim_date where date_on > since and working_day_no is null),
            extract(year from since)) into unknown;
        raise exception 'the working days of % are not known', unknown
        using hint = 'add the year to vocabulary working_day when its holidays are published';
    end if;
    return ended;
end
$$;
comment on function marts.working_day_after is 'The working day (工作日) that is so many after a day: the last one of a limit. Raises where the calendar of a year is missing.';
grant execute on function marts.working_day_after to analyst, gate;
