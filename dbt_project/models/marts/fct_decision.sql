{{ config(
    unique_key='decision_id',
    indexes=[{'columns': ['case_id']}, {'columns': ['decided_on']}, {'columns': ['doc_no']}, {'columns': ['publicity_end_on']}],
    meta={'touched': "{{ touched_by_claims('decision', 'decision_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_decision__surviving') }}
),

final as (
    select
        t.decision_id,
        surviving.case_id,
        surviving.body_id,
        surviving.doc_type,
        surviving.outcome,
        surviving.doc_no,
        surviving.doc_no_raw,
        surviving.legal_basis,
        surviving.content,
        surviving.withdraw_reason,
        surviving.decided_on,
        surviving.served_on,
        surviving.effective_on,
        surviving.published_on,
        surviving.valid_to,
        surviving.publicity_end_on,
        surviving.withdrawn_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (decision_id)
)

select * from final
