with short_forms as (
    select * from {{ ref('agency_short_name') }}
),

reforms as (
    select * from {{ ref('agency_predecessor') }}
),

written_out as (
    select
        t.agency_name,
        coalesce(replace(t.agency_name, short_form.short_name, short_form.name), t.agency_name) as name_zh
    from {{ touched() }} as t
    left join lateral (
        select
            short_forms.short_name,
            short_forms.name
        from short_forms
        where position(short_forms.short_name in t.agency_name) > 0 and position(short_forms.name in t.agency_name) = 0
        order by length(short_forms.short_name) desc, short_forms.short_name
        limit 1
    ) as short_form on true
),

reformed as (
    select
        written_out.agency_name,
        written_out.name_zh,
        replace(written_out.name_zh, reform.predecessor, reform.successor) as successor_name_zh,
        reform.valid_to as reformed_on
    from written_out
    left join lateral (
        select
            reforms.predecessor,
            reforms.successor,
            reforms.valid_to
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
