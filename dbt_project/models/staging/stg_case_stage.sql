with claims as (
    select * from {{ source('canonical', 'case') }}
),

records as (
    select * from {{ source('canonical', 'record') }}
),

stages as (
    select
        claims.case_id,
        claims.source,
        records.record_key,
        claims.stage,
        claims.disposition,
        claims.source_time,
        records.delivery_seq,
        records.row_number
    from claims
    inner join records on claims.record_id = records.record_id
    where claims.stage is not null and {{ is_reading('records') }}
)

select * from stages
