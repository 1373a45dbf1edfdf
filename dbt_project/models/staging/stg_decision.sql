with claims as (
    select * from {{ source('canonical', 'decision') }}
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
        {{ source_rank('decision', 'claims.source') }} as source_rank,
        claims.decision_id,
        claims.case_id,
        claims.doc_type,
        claims.doc_no,
        claims.doc_no_raw,
        claims.decided_on,
        claims.valid_to,
        claims.publicity_end_on,
        claims.outcome,
        claims.legal_basis,
        claims.content
    from claims
    inner join records on claims.record_id = records.record_id
    where {{ is_current('records') }}
)

select * from current_claims
