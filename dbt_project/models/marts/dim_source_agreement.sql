{{ config(unique_key='agreement_id') }}

with agreements as (
    select * from {{ ref('source_agreement') }}
),

final as (
    select
        agreements.agreement_id,
        agreements.body_id,
        agreements.purpose,
        agreements.recipients,
        agreements.valid_from,
        agreements.valid_to,
        false as _gone
    from agreements
)

select * from final
