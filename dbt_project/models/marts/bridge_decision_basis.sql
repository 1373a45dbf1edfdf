{{ config(
    unique_key=['decision_id', 'basis'],
    indexes=[{'columns': ['law_code', 'article']}],
    meta={'touched': "{{ touched_by_claims('decision_legal_basis', ['decision_id', 'basis']) }}"}
) }}

with surviving as (
    select * from {{ ref('int_decision_legal_basis__surviving') }}
),

roles as (
    select * from {{ ref('provision_role') }}
),

parts as (
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
),

final as (
    select
        parts.decision_id,
        parts.basis,
        parts.body_id,
        coalesce(parts.basis_role, roles.basis_role) as basis_role,
        parts.law_code,
        parts.law_version,
        parts.article,
        parts.paragraph,
        parts.item,
        parts._gone
    from parts
    left join
        roles
        on parts.law_code = roles.law_code and parts.law_version is not distinct from roles.version and parts.article = roles.article
)

select * from final
