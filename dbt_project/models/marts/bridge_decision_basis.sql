{{ config(
    unique_key=['decision_id', 'basis'],
    indexes=[{'columns': ['law_code', 'article']}],
    meta={'touched': "{{ touched_by_claims('decision_legal_basis', ['decision_id', 'basis']) }}"}
) }}

with surviving as (
    select * from {{ ref('int_decision_legal_basis__surviving') }}
),

final as (
    select
        t.decision_id,
        t.basis,
        surviving.body_id,
        surviving.basis_role,
        nullif(split_part(t.basis, '/', 1), '') as law_code,
        nullif(split_part(t.basis, '/', 2), '') as law_version,
        nullif(split_part(t.basis, '/', 3), '') as article,
        nullif(split_part(t.basis, '/', 4), '') as paragraph,
        nullif(split_part(t.basis, '/', 5), '') as item,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (decision_id, basis)
)

select * from final
