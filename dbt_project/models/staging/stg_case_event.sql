with claims as (
    select * from {{ source('canonical', 'case_event') }}
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
        {{ source_rank('case_event', 'claims.source') }} as source_rank,
        claims.event_id,
        claims.case_id,
        claims.event_type,
        claims.event_on,
        claims.event_at,
        claims.event_doc_no
    from claims
    inner join records on claims.record_id = records.record_id
    where {{ is_current('records') }}
)

select * from current_claims
