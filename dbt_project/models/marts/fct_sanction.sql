{{ config(
    unique_key='sanction_id',
    indexes=[{'columns': ['decision_id']}, {'columns': ['case_id']}, {'columns': ['party_id']}],
    meta={'touched': "{{ touched_by_cases('sanction', 'sanction_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_sanction__surviving') }}
),

sanction_types as (
    select * from {{ ref('sanction_type') }}
),

decisions as (
    select
        d.decision_id,
        d.is_withdrawn
    from {{ current(ref('fct_decision')) }} as d
),

final as (
    select
        t.sanction_id,
        surviving.decision_id,
        surviving.case_id,
        surviving.party_id,
        surviving.body_id,
        surviving.sanction_type,
        surviving.licence,
        coalesce(sanction_types.is_order, false) as is_order,
        surviving.is_withdrawn or coalesce(decisions.is_withdrawn, false) as is_withdrawn,
        surviving.is_performed,
        surviving.amount_cny,
        surviving.surcharge_cny,
        surviving.duration_months,
        surviving.performed_on,
        surviving.item_id,
        surviving.seq,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (sanction_id)
    left join decisions on surviving.decision_id = decisions.decision_id
    left join sanction_types on surviving.sanction_type = sanction_types.code
)

select * from final
