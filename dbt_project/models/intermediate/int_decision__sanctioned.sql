with sanction_types as (
    select * from {{ ref('sanction_type') }}
),

-- By record, for claims of one record have one case, and that is what claims are indexed by; a step of its own, for PostgreSQL takes record and decision
-- for independent, and would look through all touched rows for each sanction.
decided as materialized (
    select
        decision_id,
        record_id
    from {{ ref('int_decision__standing') }}
),

claimed as (
    select
        decided.decision_id,
        stg.duration_months,
        coalesce(sanction_types.is_order, false) as is_order
    from decided
    inner join {{ ref('stg_sanction') }} as stg
        on decided.record_id = stg.record_id and decided.decision_id = stg.decision_id
    left join sanction_types on stg.sanction_type = sanction_types.code
),

sanctioned as (
    select
        decision_id,
        bool_and(is_order) as is_order_only,
        max(duration_months) filter (where duration_months <= 1200) as longest_months
    from claimed
    group by decision_id
)

select * from sanctioned
