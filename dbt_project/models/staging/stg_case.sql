with claims as (
    select * from {{ source('canonical', 'case') }}
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
        {{ source_rank('case', 'claims.source') }} as source_rank,
        claims.case_id,
        claims.proceeding,
        claims.case_type,
        claims.ip_right_type,
        claims.case_no,
        claims.title,
        claims.agency_name,
        claims.agency_uscc,
        claims.region_code,
        claims.native_status,
        claims.stage,
        claims.disposition,
        claims.violation_on,
        claims.filed_on,
        claims.closed_on,
        claims.facts,
        claims.illegal_turnover_cny,
        claims.goods_value_cny,
        claims.goods,
        claims.goods_quantity,
        claims.hs_code,
        claims.right_no
    from claims
    inner join records on claims.record_id = records.record_id
    where {{ is_current('records') }}
)

select * from current_claims
