{{ config(
    unique_key='institution_id',
    meta={'touched': "{{ touched_by_claims('service_institution', 'institution_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_service_institution__surviving') }}
),

final as (
    select
        t.institution_id,
        surviving.body_id,
        surviving.institution_type,
        surviving.uscc,
        surviving.region_code,
        surviving.name,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (institution_id)
)

select * from final
