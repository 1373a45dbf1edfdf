{{ config(unique_key='date_on') }}

with days as (
    select day::date as date_on
    from generate_series('1980-01-01'::timestamp, '2049-12-31'::timestamp, interval '1 day') as day
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
        false as _gone
    from days
)

select * from final
