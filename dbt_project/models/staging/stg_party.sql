with claims as (
    select * from {{ source('canonical', 'party') }}
),

records as (
    select * from {{ source('canonical', 'record') }}
),

current_claims as (
    select
        claims.record_id,
        claims.source,
        claims.body_id,
        records.record_key,
        claims.source_time,
        {{ source_rank('party', 'claims.source') }} as source_rank,
        claims.party_id,
        claims.party_type,
        claims.name_raw,
        claims.name_display,
        claims.uscc,
        claims.id_token,
        claims.id_mask,
        claims.country_code
    from claims
    inner join records on claims.record_id = records.record_id
    where {{ is_current('records') }}
)

select * from current_claims
