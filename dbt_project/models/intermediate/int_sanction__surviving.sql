with surviving as (
    {{ surviving_claims(ref('stg_sanction'), 'sanction_id', of_one_source=true) }}
)

-- A decision on several parties may be revoked for one of them.
select
    surviving.*,
    decisions.withdrawn_on is not null or decisions.withdraw_reason is not null as is_withdrawn
from surviving
left join {{ ref('stg_decision') }} as decisions on surviving.record_id = decisions.record_id and surviving.decision_id = decisions.decision_id
