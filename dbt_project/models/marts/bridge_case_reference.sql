{{ config(
    unique_key='reference_id',
    indexes=[{'columns': ['case_id']}, {'columns': ['other_case_id']}, {'columns': ['other_case_no']}, {'columns': ['other_agency_name']}],
    meta={'touched': "{{ touched_by_claims('case_reference', 'reference_id') }} union {{ touched_by_numbers('reference_id', 'other_case_no') }} union {{ touched_by_authorities('reference_id', 'other_agency_name') }}"}
) }}

with surviving as (
    select * from {{ ref('int_case_reference__surviving') }}
),

found as (
    {{ only_cases_numbered('surviving', 'reference_id', 'other_case_no', 'case_id', 'other_agency_name') }}
),

final as (
    select
        t.reference_id,
        surviving.case_id,
        found.case_id as other_case_id,
        surviving.body_id,
        surviving.link_type,
        surviving.other_case_no,
        surviving.other_agency_name,
        case when surviving.place is not null then coalesce(found.candidates, 0) end as candidates,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (reference_id)
    left join found using (reference_id)
)

select * from final
