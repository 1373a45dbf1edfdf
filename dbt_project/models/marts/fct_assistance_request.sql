{{ config(
    unique_key='request_id',
    meta={'touched': "{{ touched_by_claims('assistance_request', 'request_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_assistance_request__surviving') }}
),

final as (
    select
        t.request_id,
        surviving.case_id,
        surviving.body_id,
        surviving.direction,
        surviving.partner_code,
        surviving.request_type,
        surviving.assistance_status,
        surviving.refusal_ground,
        surviving.request_no,
        surviving.treaty,
        surviving.competent_authority_name,
        surviving.liaison_organ_name,
        surviving.is_urgent,
        surviving.received_on,
        surviving.sent_on,
        surviving.acknowledged_on,
        surviving.executed_on,
        surviving.returned_on,
        surviving.translation_language,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (request_id)
)

select * from final
