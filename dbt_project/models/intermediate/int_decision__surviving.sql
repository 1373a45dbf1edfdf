with surviving as (
    {{ surviving_claims(ref('stg_decision'), 'decision_id') }}
),

-- One decision on several parties comes as a record of each, and may end otherwise for each.
outcomes as (
    select
        stg.decision_id,
        stg.source,
        min(stg.outcome) <> max(stg.outcome) as has_several
    from {{ touched() }} as t
    inner join {{ ref('stg_decision') }} as stg using (decision_id)
    group by stg.decision_id, stg.source
)

select
    surviving.*,
    case when not coalesce(outcomes.has_several, false) then surviving.outcome end as one_outcome,
    coalesce(outcomes.has_several, false) as has_several_outcomes
from surviving
left join outcomes using (decision_id, source)
