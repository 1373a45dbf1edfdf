{{ config(
    unique_key=['institution_id', 'period', 'indicator_code'],
    meta={'touched': "{{ touched_by_claims('institution_score', ['institution_id', 'period', 'indicator_code']) }}"}
) }}

with surviving as (
    select * from {{ ref('int_institution_score__surviving') }}
),

final as (
    select
        t.institution_id,
        t.period,
        t.indicator_code,
        surviving.body_id,
        surviving.evidence_ref,
        surviving.numerator,
        surviving.denominator,
        surviving.value,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (institution_id, period, indicator_code)
)

select * from final
