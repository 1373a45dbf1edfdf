{{ config(
    unique_key='outcome_id',
    indexes=[{'columns': ['case_id']}],
    meta={'touched': "{{ touched_by_claims('judicial_outcome', 'outcome_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_judicial_outcome__surviving') }}
),

final as (
    select
        t.outcome_id,
        surviving.case_id,
        surviving.party_id,
        surviving.body_id,
        surviving.outcome,
        surviving.charge_code,
        surviving.is_probation,
        surviving.has_injunction,
        surviving.term_months,
        surviving.fine_cny,
        surviving.damages_cny,
        surviving.punitive_multiple,
        surviving.reasonable_cost_cny,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (outcome_id)
)

select * from final
