with decisions as (
    select
        stg.case_id,
        stg.decided_on
    from {{ touched() }} as t
    inner join {{ ref('stg_decision') }} as stg using (case_id)
),

decided as (
    select
        case_id,
        min(decided_on) as decided_on
    from decisions
    group by case_id
)

select * from decided
