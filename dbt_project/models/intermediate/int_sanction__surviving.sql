with surviving as (
    {{ surviving_claims(ref('stg_sanction'), 'sanction_id', of_one_source=true) }}
)

-- A decision on several parties may be revoked for one of them.
select
    surviving.*,
    exists(
        select
        from {{ ref('stg_decision') }} as decisions
        where
            decisions.record_id = surviving.record_id
            and decisions.decision_id = surviving.decision_id
            and {{ is_withdrawn('decisions') }}
    ) as is_withdrawn
from surviving
