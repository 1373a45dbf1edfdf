with surviving as (
    {{ surviving_claims(ref('int_decision__standing'), 'decision_id') }}
),

-- One decision on several parties comes as a record of each, and may end otherwise for each.
outcomes as (
    select
        stg.decision_id,
        stg.source,
        min(stg.outcome) <> max(stg.outcome) as has_several
    from {{ ref('int_decision__standing') }} as stg
    group by stg.decision_id, stg.source
)

select
    surviving.*,
    case when not coalesce(outcomes.has_several, false) then surviving.outcome end as one_outcome,
    coalesce(outcomes.has_several, false) as has_several_outcomes
from surviving
left join outcomes using (decision_id, source)
