{{ config(
    unique_key='complaint_id',
    indexes=[{'columns': ['received_on']}],
    meta={'touched': "{{ touched_by_claims('complaint', 'complaint_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_complaint__surviving') }}
),

final as (
    select
        t.complaint_id,
        surviving.case_id,
        surviving.body_id,
        surviving.kind,
        surviving.intake_channel,
        surviving.complaint_outcome,
        surviving.complaint_no,
        surviving.referred_to_name,
        surviving.mediated_amount_cny,
        surviving.received_on,
        surviving.accepted_on,
        surviving.referred_on,
        surviving.closed_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (complaint_id)
)

select * from final
