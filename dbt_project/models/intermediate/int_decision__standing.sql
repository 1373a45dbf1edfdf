with told as (
    select
        stg.*,
        {{ is_withdrawn('stg') }} as is_withdrawn
    from {{ touched() }} as t
    inner join {{ ref('stg_decision') }} as stg using (decision_id)
),

-- One decision on several parties comes as a record of each, and may be revoked for one of them.
judged as (
    select
        told.*,
        bool_and(told.is_withdrawn) over (partition by told.decision_id, told.source) as is_withdrawn_whole
    from told
)

select * from judged
where is_withdrawn_whole or not is_withdrawn
