{{ config(
    unique_key='identifier_id',
    indexes=[{'columns': ['case_id']}, {'columns': ['norm_value']}],
    meta={'touched': "{{ touched_by_claims('case_identifier', 'identifier_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_case_identifier__surviving') }}
),

final as (
    select
        t.identifier_id,
        surviving.case_id,
        surviving.body_id,
        surviving.id_type,
        surviving.norm_value,
        surviving.raw_value,
        surviving.check_status,
        surviving.is_masked,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (identifier_id)
)

select * from final
