{{ config(
    unique_key='case_id',
    meta={'touched': "{{ touched_by_claims('case', 'case_id') }}"},
    grants={'select': ['investigator', 'gate']}
) }}

with surviving as (
    select * from {{ ref('int_case__surviving') }}
),

final as (
    select
        t.case_id,
        surviving.body_id,
        surviving.facts,
        surviving.facts is null or coalesce(surviving.security_class = 'CASE_SECRET', false) as _gone
    from {{ touched() }} as t
    left join surviving using (case_id)
)

select * from final
