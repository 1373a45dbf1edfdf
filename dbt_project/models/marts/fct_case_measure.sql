{{ config(
    unique_key='measure_id',
    indexes=[{'columns': ['case_id']}],
    meta={'touched': "{{ touched_by_claims('case_measure', 'measure_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_case_measure__surviving') }}
),

final as (
    select
        t.measure_id,
        surviving.case_id,
        surviving.body_id,
        surviving.measure_type,
        surviving.measure_mode,
        surviving.measure_outcome,
        surviving.measure_doc_no,
        surviving.legal_basis,
        surviving.is_extended,
        surviving.security_amount_cny,
        surviving.started_on,
        surviving.ended_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (measure_id)
)

select * from final
