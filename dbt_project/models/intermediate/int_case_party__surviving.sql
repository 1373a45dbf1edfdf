with claims as (
    select stg.*
    from {{ touched() }} as t
    inner join {{ ref('stg_case_party') }} as stg using (case_id, party_id, role)
),

ranked as (
    select
        *,
        row_number() over (partition by case_id, party_id, role order by source_rank, source_time desc, source, record_key) as place
    from claims
),

surviving as (
    select * from ranked
    where place = 1
)

select * from surviving
