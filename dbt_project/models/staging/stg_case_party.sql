with claims as (
    select * from {{ source('canonical', 'case_party') }}
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
        {{ source_rank('case_party', 'claims.source') }} as source_rank,
        claims.case_id,
        claims.party_id,
        claims.role
    from claims
    inner join records on claims.record_id = records.record_id
    where {{ is_current('records') }}
)

select * from current_claims
