with claims as (
    select stg.*
    from {{ touched() }} as t
    inner join {{ ref('stg_decision') }} as stg using (decision_id)
),

ranked as (
    select
        *,
        row_number() over (partition by decision_id order by source_rank, source_time desc, source, record_key) as place
    from claims
),

surviving as (
    select * from ranked
    where place = 1
)

select * from surviving
