{{ config(
    unique_key='matter_id',
    meta={'touched': "{{ touched_by_claims('matter', 'matter_id') }} union select c.matter_id from ({{ touched_by_model('fct_case', 'matter_id') }}) as c where c.matter_id is not null"}
) }}

with surviving as (
    select * from {{ ref('int_matter__surviving') }}
),

cases as (
    select
        fct.matter_id,
        count(*) as cases,
        min(least(fct.lead_on, fct.accepted_on, fct.filed_on, fct.decided_on)) as first_event_on,
        string_agg(distinct rpad(left(fct.region_code, 2), 6, '0'), ';') as province_codes
    from {{ touched() }} as t
    inner join {{ current(ref('fct_case')) }} as fct using (matter_id)
    group by fct.matter_id
),

final as (
    select
        t.matter_id,
        surviving.body_id,
        surviving.link_method,
        surviving.matter_ref,
        cases.province_codes,
        surviving.link_confidence,
        coalesce(cases.cases, 0)::bigint as cases,
        least(surviving.first_event_on, cases.first_event_on) as first_event_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (matter_id)
    left join cases using (matter_id)
)

select * from final
