{{ config(unique_key='date_on') }}

with days as (
    select day::date as date_on
    from generate_series('1980-01-01'::timestamp, '2049-12-31'::timestamp, interval '1 day') as day
),

exceptions as (
    select * from {{ ref('working_day') }}
),

known_years as (
    select distinct extract(year from day) as year from exceptions
),

worked as (
    select
        days.date_on,
        case when known_years.year is not null then coalesce(exceptions.is_working, extract(isodow from days.date_on) < 6) end as is_working_day
    from days
    left join known_years on extract(year from days.date_on) = known_years.year
    left join exceptions on days.date_on = exceptions.day
),

final as (
    select
        date_on,
        to_char(date_on, 'YYYY-MM') as month_code,
        extract(year from date_on)::integer as year,
        extract(quarter from date_on)::integer as quarter,
        extract(month from date_on)::integer as month,
        extract(week from date_on)::integer as iso_week,
        extract(isodow from date_on)::integer as iso_weekday,
        extract(isodow from date_on) > 5 as is_weekend,
        is_working_day,
        case when is_working_day is not null then count(*) filter (where is_working_day) over (order by date_on) end::integer as working_day_no,
        false as _gone
    from worked
)

select * from final
