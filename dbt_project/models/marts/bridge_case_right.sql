{{ config(
    unique_key=['case_id', 'right_id'],
    indexes=[{'columns': ['right_id']}],
    meta={'touched': "{{ touched_by_claims('case_right', ['case_id', 'right_id']) }}"}
) }}

with surviving as (
    select * from {{ ref('int_case_right__surviving') }}
),

final as (
    select
        t.case_id,
        t.right_id,
        surviving.body_id,
        surviving.infringement_type,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (case_id, right_id)
)

select * from final
