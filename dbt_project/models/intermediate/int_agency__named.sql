with short_forms as (
    select * from {{ ref('agency_short_name') }}
),

reforms as (
    select * from {{ ref('agency_predecessor') }}
),

regions as (
    select * from {{ ref('region') }}
),

days as (
    select valid_from as since from short_forms
    union
    select valid_to as since from reforms
),

begun as (
    select
        days.since,
        left(regions.name_zh, width) as stem,
        array_agg(distinct regions.name_zh) as names
    from days
    inner join regions on regions.valid_to is null or days.since < regions.valid_to
    cross join generate_series(1, length(regions.name_zh) - 1) as width
    group by days.since, left(regions.name_zh, width)
),

cities as (
    select
        since,
        stem
    from begun
    where names = array[stem || '市']
),

short as (
    select
        t.agency_name,
        short_form.*
    from {{ touched() }} as t
    left join lateral (
        select
            short_forms.short_name,
            short_forms.name,
            short_forms.valid_from as since,
            left(t.agency_name, position(short_forms.short_name in t.agency_name) - 1) as place
        from short_forms
        where position(short_forms.short_name in t.agency_name) > 0 and position(short_forms.name in t.agency_name) = 0
        order by length(short_forms.short_name) desc, short_forms.short_name
        limit 1
    ) as short_form on true
),

written_out as materialized (
    select
        agency_name,
        case
            when short_name is null then agency_name
            when not starts_with(short_name, '市') then replace(agency_name, short_name, name)
            when {{ is_city('place', 'short.since') }} then replace(agency_name, short_name, '市' || name)
            when {{ is_whole_place('place') }} then replace(agency_name, short_name, name)
            else agency_name
        end as name_zh
    from short
),

reformed as (
    select
        written_out.agency_name,
        written_out.name_zh,
        case
            when starts_with(reform.successor, '市') and {{ is_city('reform.place', 'reform.valid_to') }}
                then replace(written_out.name_zh, reform.predecessor, '市' || reform.successor)
            else replace(written_out.name_zh, reform.predecessor, reform.successor)
        end as successor_name_zh,
        reform.valid_to as reformed_on
    from written_out
    left join lateral (
        select
            reforms.predecessor,
            reforms.successor,
            reforms.valid_to,
            left(written_out.name_zh, position(reforms.predecessor in written_out.name_zh) - 1) as place
        from reforms
        where position(reforms.predecessor in written_out.name_zh) > 0
        order by length(reforms.predecessor) desc, reforms.predecessor
        limit 1
    ) as reform on true
),

named as (
    select
        agency_name,
        name_zh,
        null::text as predecessor_name_zh,
        coalesce(successor_name_zh, name_zh) as current_name_zh,
        null::date as valid_from,
        reformed_on as valid_to
    from reformed
    union all
    select
        agency_name,
        successor_name_zh as name_zh,
        name_zh as predecessor_name_zh,
        successor_name_zh as current_name_zh,
        reformed_on as valid_from,
        null::date as valid_to
    from reformed
    where successor_name_zh is not null
)

select * from named
