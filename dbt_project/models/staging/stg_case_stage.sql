-- Without steps: PostgreSQL computes a view that has some whole, however few of its rows are joined.
select
    claims.case_id,
    records.source,
    records.record_key,
    claims.stage,
    claims.disposition,
    claims.source_time,
    records.delivery_seq,
    records.row_number
from {{ source('canonical', 'case') }} as claims
inner join {{ source('canonical', 'record') }} as records on claims.record_id = records.record_id
where claims.stage is not null and {{ is_reading('records') }}
