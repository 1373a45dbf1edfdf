{{ config(
    unique_key='right_id',
    indexes=[{'columns': ['right_no']}, {'columns': ['recordal_no']}],
    meta={'touched': "{{ touched_by_claims('ip_right', 'right_id') }}"}
) }}

with surviving as (
    select * from {{ ref('int_ip_right__surviving') }}
),

final as (
    select
        t.right_id,
        surviving.holder_party_id,
        surviving.body_id,
        surviving.register,
        surviving.right_type,
        surviving.right_status,
        surviving.jurisdiction,
        surviving.right_no,
        surviving.recordal_no_told as recordal_no,
        surviving.title,
        surviving.nice_classes,
        surviving.nice_edition,
        surviving.granted_on,
        surviving.expires_on,
        surviving.recorded_on_told as recorded_on,
        surviving.recordal_expires_on_told as recordal_expires_on,
        surviving.place is null as _gone
    from {{ touched() }} as t
    left join surviving using (right_id)
)

select * from final
