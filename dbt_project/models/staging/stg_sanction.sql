with claims as (
    select * from {{ source('canonical', 'sanction') }}
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
        {{ source_rank('sanction', 'claims.source') }} as source_rank,
        claims.sanction_id,
        claims.decision_id,
        claims.case_id,
        claims.sanction_type,
        claims.amount_cny
    from claims
    inner join records on claims.record_id = records.record_id
    where {{ is_current('records') }}
)

select * from current_claims
