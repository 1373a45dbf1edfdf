{{ config(
    unique_key=['case_id', 'party_id', 'role'],
    indexes=[{'columns': ['party_id']}],
    meta={'touched': "{{ touched_by_claims('case_party', ['case_id', 'party_id', 'role']) }}"}
) }}

with surviving as (
    select * from {{ ref('int_case_party__surviving') }}
),

final as (
    select
        t.case_id,
        t.party_id,
        t.role,
        surviving.body_id,
        surviving.seq,
        surviving.is_foreign_told as is_foreign,
        surviving.share_group,
        surviving.party_count,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (case_id, party_id, role)
)

select * from final
