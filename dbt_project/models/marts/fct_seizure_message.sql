{{ config(
    unique_key='message_id',
    meta={'touched': "{{ touched_by_claims('seizure_message', 'message_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_seizure_message__surviving') }}
),

final as (
    select
        t.message_id,
        surviving.body_id,
        surviving.message_no,
        surviving.version,
        surviving.reporting_country_code,
        surviving.office_code,
        surviving.seized_on,
        surviving.customs_procedure,
        surviving.detection_method,
        surviving.location_type,
        surviving.conveyance,
        surviving.concealment,
        surviving.origin_code,
        surviving.departure_code,
        surviving.transit_codes,
        surviving.destination_code,
        surviving.commodity_group,
        surviving.hs6,
        surviving.product_text,
        surviving.ip_right_type,
        surviving.brand,
        surviving.quantity,
        surviving.unit,
        surviving.unit_std,
        surviving.value,
        surviving.currency,
        surviving.value_basis,
        surviving.photos_count,
        surviving.seizure_action,
        surviving.narrative_non_nominal,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (message_id)
)

select * from final
