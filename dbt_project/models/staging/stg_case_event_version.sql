-- Without steps: PostgreSQL computes a view that has some whole, however few of its rows are joined.
select
    claims.case_id,
    claims.event_type,
    claims.event_id,
    records.source,
    records.record_key,
    claims.source_time,
    records.delivery_seq,
    records.row_number
from {{ source('canonical', 'case_event') }} as claims
inner join {{ source('canonical', 'record') }} as records on claims.record_id = records.record_id
where {{ is_reading('records') }} and {{ is_told('claims') }}
